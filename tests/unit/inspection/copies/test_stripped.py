"""A stripped copy: the same words, accepted by our own inspection, and nothing in any of its bytes of who wrote it."""

import io
import zipfile
import zlib
from pathlib import Path

import pikepdf
import pytest
from docx import Document as Word

import documents
from intake.domain.verdict import Verdict
from intake.inspection.copies.maker import make
from intake.inspection.inspector import Request, inspect

AUTHOR = "Zaza Secretadze"
HIDDEN = "hidden-7f3a"
WORDS = "Curriculum vitae of a reporter"


def strip(path: Path, body: bytes, kind: str) -> bytes:
    path.write_bytes(body)
    return make("stripped", path, kind)


def everything_in(body: bytes) -> bytes:
    """Every byte that is in it once it is unpacked, and all of it in each encoding that a name may be written in."""
    found = body
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            found += b"".join(name.encode() + archive.read(name) for name in archive.namelist())
    if body.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(body)) as pdf:
            found += b"".join(item.unparse(resolved=True) for item in pdf.objects)
            streams = [item for item in pdf.objects if isinstance(item, pikepdf.Stream)]
            found += b"".join(item.read_bytes() for item in streams if item.get("/Filter") != pikepdf.Name.DCTDecode)
            found += b"".join(item.read_raw_bytes() for item in streams)
    return found


def leaks(body: bytes, *secrets: str) -> list[str]:
    found = everything_in(body)
    spelled = {(s, s.encode(encoding)) for s in secrets for encoding in ("utf-8", "utf-16-le", "utf-16-be")}
    return sorted({s for s, written in spelled if written in found})


def assert_clean(tmp_path: Path, body: bytes, kind: str, *, is_same_text: bool = True) -> bytes:
    """The seeded strings are in the original and not in the copy, which is accepted and says the same."""
    assert leaks(body, AUTHOR, HIDDEN) == sorted([AUTHOR, HIDDEN])
    original, copy = tmp_path / "original", tmp_path / "copy"
    stripped = strip(original, body, kind)
    copy.write_bytes(stripped)
    assert leaks(stripped, AUTHOR, HIDDEN) == []
    found = inspect(Request(str(copy), f"copy.{kind}", (kind,), 10_000_000))
    assert (found.verdict, found.notes) == (Verdict.ACCEPT, ())
    if is_same_text:
        assert make("reading", copy, kind) == make("reading", original, kind)
    assert strip(original, body, kind) == stripped, "made twice, it is the same"
    return stripped


# ------------------------------------------------------------------ PDF


def a_jpeg(comment: str) -> bytes:
    """The segments of a picture, one of them EXIF, one a comment."""
    exif, said = b"Exif\0\0" + comment.encode(), comment.encode()
    segments = b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif
    segments += b"\xff\xfe" + (len(said) + 2).to_bytes(2, "big") + said
    return b"\xff\xd8\xff\xe0\x00\x04JF" + segments + b"\xff\xda\x00\x02scan\xff\xd9trailing"


def seed_pdf(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Author"] = AUTHOR
    pdf.Root.Metadata = pdf.make_stream(f"<x>{AUTHOR} {HIDDEN}</x>".encode())
    pdf.Root.Lang = pikepdf.String("ka")
    pdf.Root.StructTreeRoot = pdf.make_indirect(pikepdf.Dictionary(T=HIDDEN))
    pdf.Root.Outlines = pdf.make_indirect(pikepdf.Dictionary(Title=HIDDEN))
    page = pdf.pages[0].obj
    page.PieceInfo = pikepdf.Dictionary(App=pikepdf.Dictionary(Private=HIDDEN))
    page.Thumb = pdf.make_stream(HIDDEN.encode())
    page.Resources.XObject = pikepdf.Dictionary(Im=pdf.make_stream(a_jpeg(HIDDEN), Filter=pikepdf.Name.DCTDecode,
        Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=1, Height=1, BitsPerComponent=8,
        ColorSpace=pikepdf.Name.DeviceGray, Metadata=pdf.make_stream(HIDDEN.encode())))  # fmt: skip
    rect = pikepdf.Array([0, 0, 10, 10])
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=rect, T=AUTHOR, Contents=HIDDEN)
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=rect, T=AUTHOR,
        A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://piece.example/", Private=HIDDEN),
    )  # fmt: skip
    page.Annots = pikepdf.Array([pdf.make_indirect(note), pdf.make_indirect(link)])
    pdf.attachments[f"{HIDDEN}.txt"] = pikepdf.AttachedFileSpec(pdf, HIDDEN.encode())


def test_a_pdf_loses_what_is_not_on_its_pages(tmp_path: Path) -> None:
    stripped = assert_clean(tmp_path, documents.changed_pdf(seed_pdf), "pdf")
    with pikepdf.open(io.BytesIO(stripped)) as pdf:
        assert sorted(pdf.Root.keys()) == ["/Lang", "/Pages", "/Type"]
        assert "/Info" not in pdf.trailer
        (link,) = pdf.pages[0].Annots
        assert str(link.A.URI) == "https://piece.example/"
        image = pdf.pages[0].Resources.XObject.Im
        assert image.read_raw_bytes() == b"\xff\xd8\xff\xe0\x00\x04JF\xff\xda\x00\x02scan\xff\xd9"


def test_what_a_pdf_said_before_it_was_changed_is_gone(tmp_path: Path) -> None:
    def old_words(pdf: pikepdf.Pdf) -> None:
        pdf.docinfo["/Author"] = AUTHOR
        pdf.pages[0].obj.OldContents = pdf.make_stream(HIDDEN.encode())

    assert_clean(tmp_path, documents.changed_pdf(old_words), "pdf")


def test_a_filled_in_form_looks_the_same_without_its_form(tmp_path: Path) -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        look = pdf.make_stream(b"0 0 10 10 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form,
                               BBox=pikepdf.Array([0, 0, 10, 10]))  # fmt: skip
        field = pdf.make_indirect(pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T=AUTHOR, V=HIDDEN,
            Rect=pikepdf.Array([0, 0, 10, 10]), AP=pikepdf.Dictionary(N=look),
        ))  # fmt: skip
        pdf.pages[0].obj.Annots = pikepdf.Array([field])
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field]))

    stripped = assert_clean(tmp_path, documents.changed_pdf(change), "pdf")
    with pikepdf.open(io.BytesIO(stripped)) as pdf:
        (field,) = pdf.pages[0].Annots
        assert sorted(field.keys()) == ["/AP", "/Rect", "/Subtype", "/Type"]
    before, after = tmp_path / "original", tmp_path / "copy"
    assert make("page-1", before, "pdf") == make("page-1", after, "pdf")


def test_a_copy_of_a_locked_pdf_is_open(tmp_path: Path) -> None:
    stripped = strip(tmp_path / "d", documents.encrypted_pdf(user=""), "pdf")
    with pikepdf.open(io.BytesIO(stripped)) as pdf:
        assert not pdf.is_encrypted


# ------------------------------------------------------------------ Word


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def a_png(text: str) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    header = (1).to_bytes(4, "big") * 2 + b"\x08\0\0\0\0"
    chunks = (
        (b"IHDR", header),
        (b"tEXt", b"Author\0" + text.encode()),
        (b"IDAT", zlib.compress(b"\0\0")),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*one) for one in chunks)


def a_word_document() -> bytes:
    word = Word()
    word.core_properties.author = AUTHOR
    word.core_properties.comments = HIDDEN
    word.add_heading("Work", level=1)
    paragraph = word.add_paragraph(WORDS)
    word.add_comment(paragraph.runs, text=HIDDEN, author=AUTHOR, initials="ZS")
    word.add_picture(io.BytesIO(a_png(HIDDEN)))
    out = io.BytesIO()
    word.save(out)
    package = out.getvalue()
    body = (
        documents.member(package, "word/document.xml")
        .replace(
            b"<w:sectPr",
            f'<w:p w:rsidR="00AB12CD"><w:del w:id="1" w:author="{AUTHOR}" w:date="2026-01-01T00:00:00Z"><w:r>'
            f"<w:delText>{HIDDEN}</w:delText></w:r></w:del>"
            f'<w:ins w:id="2" w:author="{AUTHOR}"><w:r><w:rPr><w:rPrChange w:id="3" w:author="{AUTHOR}"/></w:rPr>'
            f"<w:t>Added words &amp; a sign</w:t></w:r></w:ins></w:p><!-- {HIDDEN} --><w:sectPr".encode(),
            1,
        )
        .replace(b'name="image.png"', f'name="C:\\{HIDDEN}.png" descr="{HIDDEN}"'.encode())
    )
    settings = documents.member(package, "word/settings.xml").replace(
        b"</w:settings>",
        f'<w:attachedTemplate r:id="rId1" xmlns:r="{R}"/><w:docVars><w:docVar w:name="a" w:val="{HIDDEN}"/></w:docVars>'
        f'<w:rsids><w:rsidRoot w:val="00AB12CD"/></w:rsids></w:settings>'.encode(),
    )
    relationships = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{R}/attachedTemplate" TargetMode="External" '
        f'Target="file:///C:\\{HIDDEN}.dotx"/>'
        "</Relationships>"
    )
    return documents.changed_zip(
        package,
        {
            "word/document.xml": body,
            "word/settings.xml": settings,
            "word/_rels/settings.xml.rels": relationships.encode(),
            "docProps/custom.xml": f"<Properties>{HIDDEN}</Properties>".encode(),
            "customXml/item9.xml": f"<data>{HIDDEN}</data>".encode(),
        },
    )


def test_a_word_document_loses_what_nobody_reads(tmp_path: Path) -> None:
    stripped = assert_clean(tmp_path, a_word_document(), "docx")
    with zipfile.ZipFile(io.BytesIO(stripped)) as archive:
        names = set(archive.namelist())
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        settings = archive.read("word/settings.xml")
        text = archive.read("word/document.xml")
    assert not [name for name in names if name.startswith(("docProps", "customXml")) or "comments" in name]
    assert b"rsid" not in settings + text
    assert b"<w:t>Added words &amp; a sign</w:t>" in text
    again = Word(io.BytesIO(stripped))
    assert [p.text for p in again.paragraphs][:2] == ["Work", WORDS]
    assert again.paragraphs[0].style.name == "Heading 1"
    assert len(again.inline_shapes) == 1


def test_what_a_word_document_fetches_or_holds_inside_is_not_in_its_copy(tmp_path: Path) -> None:
    held = documents.docx_with_relationship("image", f"https://pictures.example/{HIDDEN}?{AUTHOR}")
    held = documents.changed_zip(held, {"word/embeddings/book1.xlsx": HIDDEN.encode()})
    assert_clean(tmp_path, held, "docx")


def test_links_of_a_word_document_stay(tmp_path: Path) -> None:
    stripped = strip(tmp_path / "d", documents.docx_with_relationship("hyperlink", "https://piece.example/"), "docx")
    assert b"https://piece.example/" in documents.member(stripped, "word/_rels/document.xml.rels")


# ------------------------------------------------------------------ OpenDocument


def an_opendocument_text() -> bytes:
    body = (
        f"<text:p>{WORDS}<office:annotation><dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>{AUTHOR}</dc:creator>"
        f"<text:p>{HIDDEN}</text:p></office:annotation> &lt;and a sign&gt;</text:p>"
        '<text:p><text:a xlink:href="https://piece.example/">a piece</text:a></text:p>'
        f'<text:p><draw:frame draw:name="{HIDDEN}"><draw:image xlink:href="Pictures/1.png"/>'
        f"<svg:title>{HIDDEN}</svg:title></draw:frame></text:p>"
    )
    changes = f"<text:tracked-changes><text:p>{HIDDEN} {AUTHOR}</text:p></text:tracked-changes>"
    return documents.odt_with_body(
        changes + body,
        {
            "Pictures/1.png": a_png(HIDDEN),
            "Pictures/unused.png": a_png(HIDDEN),
            "Thumbnails/thumbnail.png": HIDDEN.encode(),
            "meta.xml": f"<office:document-meta xmlns:office='urn:oasis:names:tc:opendocument:xmlns:office:1.0'>"
            f"<creator>{AUTHOR}</creator></office:document-meta>".encode(),
        },
    )


def test_an_opendocument_text_loses_what_nobody_reads(tmp_path: Path) -> None:
    stripped = assert_clean(tmp_path, an_opendocument_text(), "odt")
    with zipfile.ZipFile(io.BytesIO(stripped)) as archive:
        assert archive.infolist()[0].filename == "mimetype"
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
        assert sorted(archive.namelist()) == [
            "META-INF/manifest.xml", "Pictures/1.png", "content.xml", "mimetype", "styles.xml",
        ]  # fmt: skip
        assert b'xlink:href="https://piece.example/"' in archive.read("content.xml")


# ------------------------------------------------------------------ RTF and text


def test_an_rtf_file_loses_properties_comments_and_sessions(tmp_path: Path) -> None:
    body = (
        "{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Arial;}}{\\*\\rsidtbl \\rsid11}"
        f"{{\\info{{\\author {AUTHOR}}}{{\\title {HIDDEN}}}}}{{\\*\\generator {HIDDEN} {{deeper}}}}"
        f"\\f0\\insrsid11 {WORDS}\\b\\rsid12 \\i bold{{\\*\\atnauthor {AUTHOR}}}{{\\*\\annotation {HIDDEN}}}"
        f"\\par\\charrsid5 plain\\par}}trailing {HIDDEN}"
    )
    path = tmp_path / "original"
    stripped = strip(path, body.encode(), "rtf")
    assert stripped.decode() == (
        "{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Arial;}}"
        f"\\f0 {WORDS}\\b \\i bold\\par plain\\par}}"
    )  # fmt: skip
    assert_clean(tmp_path, body.encode(), "rtf")


def test_a_word_of_rtf_does_not_run_into_what_followed_a_dropped_group(tmp_path: Path) -> None:
    body = b"{\\rtf1 a{\\pict\\pngblip\\bliptag1{\\*\\blipuid 00}8950}\\par}"
    assert strip(tmp_path / "d", body, "rtf") == b"{\\rtf1 a{\\pict\\pngblip\\bliptag1 8950}\\par}"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1251"])
def test_text_becomes_utf_8_without_mark_and_controls(tmp_path: Path, encoding: str) -> None:
    line = "Река поднялась ночью, и никто не предупредил ни слова об этом"
    stripped = strip(tmp_path / "d", f"{line}\r\nновая\x07 строка\f".encode(encoding), "txt")
    assert stripped.decode() == f"{line}\nновая строка"
