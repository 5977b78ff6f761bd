"""Documents, built here: honest ones by the software that people use libraries of, hostile ones byte by byte.

No binary is committed, and nothing here is ever opened by anything but our own inspection.
"""

import io
import struct
import zipfile
import zlib
from functools import cache

import pikepdf
from docx import Document as Word
from odfdo import Document as OpenDocument
from odfdo import Paragraph
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen import canvas

DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def _words(text: str, width: int) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) >= width:
            lines.append(line)
            line = ""
        line += f" {word}" if line else word
    return [*lines, line]


@cache
def pdf(text: str = "Curriculum vitae. " * 30, pages: int = 1) -> bytes:
    """By reportlab, always the same bytes."""
    out = io.BytesIO()
    sheet = canvas.Canvas(out, pagesize=A4, invariant=True)
    for _ in range(pages):
        for n, line in enumerate(_words(text, 90)[:60]):
            sheet.drawString(50, 800 - 12 * n, line)
        sheet.showPage()
    sheet.save()
    return out.getvalue()


def changed_pdf(change, **saved: object) -> bytes:  # type: ignore[no-untyped-def]
    """A PDF by reportlab after `change(document)`, saved by pikepdf."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as document:
        change(document)
        document.save(out, **saved)  # type: ignore[arg-type]
    return out.getvalue()


def pdf_with_javascript() -> bytes:
    """Runs when it is opened."""

    def change(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('hello')")

    return changed_pdf(change)


def pdf_with_attachment() -> bytes:
    def change(document: pikepdf.Pdf) -> None:
        document.attachments["notes.txt"] = pikepdf.AttachedFileSpec(document, b"more")

    return changed_pdf(change)


def encrypted_pdf(user: str = "secret") -> bytes:
    """Needs a password to open; with user="" only changing it does."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf())) as document:
        document.save(out, encryption=pikepdf.Encryption(user=user, owner="owner"))
    return out.getvalue()


def pdf_text_bomb() -> bytes:
    """350 kB that inflate to a hundred million letters on one page."""
    line = b"(" + b"a" * 34 + b") Tj "
    letters = zlib.compress(b"BT /F 1 Tf 0 0 Td " + line * 3_000_000 + b"ET", 9)
    stream = b"<</Length %d/Filter /FlateDecode>>stream\n" % len(letters) + letters + b"\nendstream"
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        stream,
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )


def pdf_of(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1, with a right cross-reference table."""
    out, offsets = b"%PDF-1.5\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    rows = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    count = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n" % count + rows
    return out + table + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (count, len(out))


def image_only_pdf() -> bytes:
    out = io.BytesIO()
    sheet = canvas.Canvas(out, pagesize=A4, invariant=True)
    sheet.rect(100, 100, 300, 300, fill=1)
    sheet.showPage()
    sheet.save()
    return out.getvalue()


@cache
def docx(text: str = "Dear editors. " * 30) -> bytes:
    """By python-docx."""
    document = Word()
    for line in _words(text, 200):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def changed_zip(package: bytes, changes: dict[str, bytes | None]) -> bytes:
    """The package with these members put in place, or left out where None."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename not in changes:
                new.writestr(info, old.read(info.filename))
        for name, content in changes.items():
            if content is not None:
                new.writestr(name, content)
    return out.getvalue()


def member(package: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return archive.read(name)


def docx_with_macros() -> bytes:
    """A .docm by its content type, with a VBA project."""
    types = member(docx(), "[Content_Types].xml").replace(
        DOCX_MAIN.encode(), b"application/vnd.ms-word.document.macroEnabled.main+xml"
    )
    return changed_zip(docx(), {"[Content_Types].xml": types, "word/vbaProject.bin": ole_container("VBA")})


def docx_with_doctype() -> bytes:
    body = member(docx(), "word/document.xml")
    start = body.index(b"<w:document")
    doctype = b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    return changed_zip(docx(), {"word/document.xml": body[:start] + doctype + body[start:]})


def docx_with_body(xml: str) -> bytes:
    """This WordprocessingML as the whole body."""
    namespaces = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    )
    body = f"<w:document {namespaces}><w:body>{xml}</w:body></w:document>"
    return changed_zip(docx(), {"word/document.xml": body.encode()})


def docx_with_relationship(kind: str, target: str, mode: str = "External") -> bytes:
    """One more relationship of the main part; `kind` is the last part of its type."""
    name = "word/_rels/document.xml.rels"
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    one = f'<Relationship Id="rId99" Type="{base}{kind}" Target="{target}" TargetMode="{mode}"/></Relationships>'
    return changed_zip(docx(), {name: member(docx(), name).replace(b"</Relationships>", one.encode())})


def docx_bomb() -> bytes:
    """A part of 150 MB that packs to next to nothing."""
    return changed_zip(docx(), {"word/media/image1.png": b"\0" * 150_000_000})


def renamed_workbook() -> bytes:
    """An Excel workbook by its content types."""
    types = member(docx(), "[Content_Types].xml").replace(
        DOCX_MAIN.encode(), b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    )
    return changed_zip(docx(), {"[Content_Types].xml": types})


@cache
def odt(text: str = "A piece. " * 30) -> bytes:
    """By odfdo."""
    document = OpenDocument("text")
    document.body.clear()
    for line in _words(text, 200):
        document.body.append(Paragraph(line))
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def odt_with_body(xml: str, members: dict[str, bytes | None] | None = None) -> bytes:
    """This ODF in the text, and these members changed."""
    content = member(odt(), "content.xml").replace(b"</office:text>", xml.encode() + b"</office:text>")
    return changed_zip(odt(), {"content.xml": content} | (members or {}))


def rtf(text: str = "A letter. " * 30) -> bytes:
    return b"{\\rtf1\\ansi\\deff0{\\fonttbl{\\f0 Arial;}}\\f0 " + text.encode("ascii") + b"\\par}"


def ole_container(stream: str) -> bytes:
    """The beginning of an OLE2 container with one named stream: what legacy .doc and encrypted Office files are."""
    sector = 512
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0)
    header += b"\xff\xff\xff\xff" * 108
    table = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE) + b"\xff\xff\xff\xff" * 126
    directory = b""
    for name, kind in (("Root Entry", 5), (stream, 2)):
        encoded = (name + "\0").encode("utf-16-le")
        entry = encoded.ljust(64, b"\0") + struct.pack("<HBB", len(encoded), kind, 1)
        entry += struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, 1 if kind == 5 else 0xFFFFFFFF)
        directory += entry.ljust(116, b"\0") + struct.pack("<III", 0xFFFFFFFE, 0, 0)
    return header.ljust(sector, b"\0") + table.ljust(sector, b"\0") + directory.ljust(sector, b"\0")


def exe() -> bytes:
    """The head of a Windows program."""
    return b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + bytes(1000)


def text(content: str = "A letter to the editors. " * 30, encoding: str = "utf-8") -> bytes:
    return content.encode(encoding)


def zip64(package: bytes, *, is_count_wrong: bool = False, short_count: int | None = None) -> bytes:
    """The same package with a zip64 end record, as some streaming writers always add one. `short_count` is what the
    short record behind it says instead of the number of members."""
    end = package.rindex(b"PK\5\6")
    count, size, start = struct.unpack_from("<H2L", package, end + 10)
    said = count + is_count_wrong
    wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, said, said, size, start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    short = struct.pack("<2H", *(count if short_count is None else short_count,) * 2)
    return package[:end] + wide + locator + package[end : end + 8] + short + package[end + 12 :]


def docx_with_chart(workbook: bytes, *, link: str | None = None) -> bytes:
    """A chart whose table lies in `workbook`, or, with `link`, in a workbook elsewhere."""
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    chart_type = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
    types = member(docx(), "[Content_Types].xml").replace(
        b"</Types>",
        f'<Override PartName="/word/charts/chart1.xml" ContentType="{chart_type}"/>'
        '<Default Extension="xlsx" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"/>'
        "</Types>".encode(),
    )
    where = (
        f'Type="{base}oleObject" Target="{link}" TargetMode="External"'
        if link
        else f'Type="{base}package" Target="../embeddings/Microsoft_Excel_Sheet1.xlsx"'
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    return changed_zip(
        docx_with_relationship("chart", "charts/chart1.xml", "Internal"),
        {
            "[Content_Types].xml": types,
            "word/charts/chart1.xml": b"<c:chartSpace xmlns:c='urn:c'/>",
            "word/charts/_rels/chart1.xml.rels": (
                f'<Relationships xmlns="{package}"><Relationship Id="rId1" {where}/></Relationships>'.encode()
            ),
            "word/embeddings/Microsoft_Excel_Sheet1.xlsx": None if link else workbook,
        },
    )


def workbook(members: dict[str, bytes | None] | None = None, *, types: str = "", links: str = "") -> bytes:
    """A workbook of one sheet, with more members, declared types and external relationships."""
    main = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Override PartName="/xl/workbook.xml" ContentType="{main}"/>{types}</Types>',
        )
        archive.writestr("xl/workbook.xml", "<workbook xmlns='urn:x'/>")
        archive.writestr("xl/sheet1.bin", b"a table of numbers")
        if links:
            archive.writestr("xl/_rels/workbook.xml.rels", f"<Relationships xmlns='urn:r'>{links}</Relationships>")
    return changed_zip(out.getvalue(), members or {})
