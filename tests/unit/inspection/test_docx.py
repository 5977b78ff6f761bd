"""Word documents, rows 29 to 42 of the table of bad inputs."""

import pytest

import documents
from intake.domain.verdict import Note

ACCEPTED = ("accept", None)


def field(code: str) -> str:
    """A complex field whose code is split over two runs, as Word itself does."""
    half = len(code) // 2
    runs = "".join(f"<w:r><w:instrText>{part}</w:instrText></w:r>" for part in (code[:half], code[half:]))
    return (
        f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        '<w:r><w:t>shown</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


BUILT = (
    '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    + field("QUOTE 68 68 69").removeprefix("<w:p>").removesuffix("</w:p>")
    + '<w:r><w:instrText> c:\\cmd.exe</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
)


@pytest.mark.parametrize(
    "body",
    [
        *map(field, ("DDEAUTO c:\\cmd.exe", ' dde "x"', "INCLUDETEXT x", "INCLUDEPICTURE x", "LINK Excel.Sheet x")),
        '<w:p><w:fldSimple w:instr=" DDEAUTO x "><w:r><w:t>x</w:t></w:r></w:fldSimple></w:p>',
        BUILT,
    ],
)
def test_fields_that_fetch_or_run_are_refused(outcome, body: str) -> None:
    assert outcome(documents.docx_with_body(body), "cv.docx") == ("reject", "active_content")


@pytest.mark.parametrize(
    "code",
    [
        ' HYPERLINK "https://a.example/link.html" ',
        " PAGE ",
        ' TOC \\o "1-3" ',
        " QUOTE x ",
        " MACROBUTTON NoMacro [Your name] ",
    ],
)
def test_ordinary_fields_are_accepted(outcome, code: str) -> None:
    assert outcome(documents.docx_with_body(field(code)), "cv.docx") == ACCEPTED


REFUSED = ("reject", "external_content")
HELD = ("hold", "external_content")


@pytest.mark.parametrize(
    ("kind", "target", "expected"),
    [
        ("hyperlink", "https://a.magazine.example/", ACCEPTED),
        ("hyperlink", "mailto:nino@people.example", ACCEPTED),
        ("hyperlink", "ms-msdt:/id x", REFUSED),
        ("attachedTemplate", "file:///C:/Users/Nino/Normal.dotm", ACCEPTED),
        ("attachedTemplate", "Normal.dotm", ACCEPTED),
        ("attachedTemplate", "https://far.example/t.dotm", REFUSED),
        ("attachedTemplate", "\\\\server\\share\\t.dotm", REFUSED),
        ("attachedTemplate", "file://server/share/t.dotm", REFUSED),
        ("attachedTemplate", "file:///\\\\server\\t.dotm", REFUSED),
        ("oleObject", "https://far.example/x.html!", REFUSED),
        ("oleObject", "mhtml:https://far.example/x", REFUSED),
        ("frame", "https://far.example/", REFUSED),
        ("subDocument", "https://far.example/x.docx", REFUSED),
        ("aFChunk", "https://far.example/x.html", REFUSED),
        ("somethingNew", "https://far.example/", REFUSED),
        ("image", "https://far.example/pixel.png", HELD),
        ("image", "pixel.png", HELD),
        ("image", "file://server/pixel.png", HELD),
        ("image", "file:///C:/Users/Nino/photo.png", ACCEPTED),
        ("attachedTemplate", "file:////C:/Users/Nino/Plain.dotx", ACCEPTED),
        ("attachedTemplate", "file:////server/t.dotm", REFUSED),
        ("attachedTemplate", "file:///%5C%5Cserver%5Ct.dotm", REFUSED),
        ("vbaProject", "x.bin", ("reject", "macros")),
    ],
)
def test_external_relationships_are_judged_by_kind_and_scheme(
    outcome, kind: str, target: str, expected: object
) -> None:
    assert outcome(documents.docx_with_relationship(kind, target), "cv.docx") == expected


def test_the_address_alone_makes_a_relationship_external(outcome) -> None:
    assert (
        outcome(documents.docx_with_relationship("aFChunk", "https://far.example/x", "Internal"), "cv.docx") == REFUSED
    )
    assert outcome(documents.docx_with_relationship("aFChunk", "x", "EXTERNAL"), "cv.docx") == REFUSED


def test_the_table_of_a_chart_is_data_or_an_attachment(judge, outcome) -> None:
    found = judge(documents.docx_with_chart(documents.workbook()), "cv.docx")
    assert (found.verdict.value, found.notes) == ("accept", (Note.CHART_DATA,))
    macros = '<Override PartName="/xl/v.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
    sheet = '<Relationship Type="urn:x/{}" Target="{}" TargetMode="External"/>'
    for workbook in (
        documents.workbook(types=macros),
        documents.workbook({"xl/vbaProject.bin": b"x"}),
        documents.workbook({"xl/externalLinks/externalLink1.xml": b"<x><ddeLink/></x>"}),
        documents.workbook({"xl/sheet1.bin": documents.docx()}),
        documents.workbook({"xl/workbook.xml": b"<!DOCTYPE x><x/>"}),
        documents.workbook(links=sheet.format("externalLinkPath", "https://far.example/x.xlsx")),
        documents.workbook(links=sheet.format("oleObject", "x.bin")),
        documents.renamed_workbook().replace(b"PK\5\6", b"PK\5\7"),
        documents.docx(),
        b"no workbook",
    ):
        assert outcome(documents.docx_with_chart(workbook), "cv.docx") == ("hold", "attachments")
    linked = documents.workbook(links=sheet.format("externalLinkPath", "file:///C:/x.xlsx"))
    assert outcome(documents.docx_with_chart(linked), "cv.docx") == ACCEPTED


@pytest.mark.parametrize(
    ("link", "expected"),
    [("file:///C:\\Users\\Nino\\x.xlsx", ACCEPTED), ("Book1", ACCEPTED), ("https://far.example/x.xlsx", HELD)],
)
def test_a_chart_may_come_from_a_workbook_on_its_writers_disk(outcome, link: str, expected: object) -> None:
    assert outcome(documents.docx_with_chart(b"", link=link), "cv.docx") == expected


def test_parts_are_what_their_types_say_not_their_names(outcome, judge) -> None:
    body = documents.member(documents.docx_with_body(field("DDEAUTO c:\\cmd.exe")), "word/document.xml")
    for name in ("word/main.bin", "other/Text.XML"):
        types = documents.member(documents.docx(), "[Content_Types].xml").replace(
            b"/word/document.xml", f"/{name.upper()}".encode()
        )
        moved = documents.changed_zip(
            documents.docx(), {"[Content_Types].xml": types, name: body, "word/document.xml": None}
        )
        assert outcome(moved, "cv.docx") == ("reject", "active_content")
    for aside in ("word/comments.xml", "word/glossary/document.xml"):
        assert outcome(documents.changed_zip(documents.docx(), {aside: body}), "cv.docx") == (
            "reject",
            "active_content",
        )
    quiet = documents.member(
        documents.docx_with_body("<w:p><w:r><w:t>Draft text</w:t></w:r></w:p>"), "word/document.xml"
    )
    glossary = documents.changed_zip(documents.docx("Two words"), {"word/glossary/document.xml": quiet})
    assert judge(glossary, "cv.docx").words == 2


def test_what_nothing_leads_to_need_be_no_xml(outcome) -> None:
    stray = {"stray.xml": b"==== no XML"}
    assert outcome(documents.changed_zip(documents.docx(), stray), "cv.docx") == ACCEPTED
    assert outcome(documents.changed_zip(documents.docx(), {"stray.xml": documents.docx()}), "cv.docx") == (
        "hold", "attachments",
    )  # fmt: skip
    led_to = documents.docx_with_relationship("customXml", "../stray.xml", "Internal")
    assert outcome(documents.changed_zip(led_to, stray), "cv.docx") == ("reject", "file_damaged")


def test_code_of_which_programs_take_different_versions_is_refused(outcome) -> None:
    parts = (
        "<mc:Choice><w:instrText>X</w:instrText></mc:Choice><mc:Fallback><w:instrText>DDE</w:instrText></mc:Fallback>"
    )
    whole = field(" PAGE ").removeprefix("<w:p>").removesuffix("</w:p>")
    begin, end = ('<w:r><w:fldChar w:fldCharType="' + kind + '"/></w:r>' for kind in ("begin", "end"))
    torn = f"<w:p>{begin}<mc:AlternateContent>{parts}</mc:AlternateContent>{end}</w:p>"
    assert outcome(documents.docx_with_body(torn), "cv.docx") == ("reject", "active_content")
    inside = f"<w:p><mc:AlternateContent><mc:Choice>{whole}</mc:Choice></mc:AlternateContent></w:p>"
    assert outcome(documents.docx_with_body(inside), "cv.docx") == ACCEPTED
    unended = f"<w:p>{begin}<w:r><w:instrText>DDE x</w:instrText></w:r></w:p>"
    assert outcome(documents.docx_with_body(unended), "cv.docx") == ("reject", "active_content")
    deleted = f"<w:p>{begin}<w:r><w:delInstrText>DDE x</w:delInstrText></w:r>{end}</w:p>"
    assert outcome(documents.docx_with_body(deleted), "cv.docx") == ("reject", "active_content")


def test_vml_pictures_with_an_address_of_their_own_are_held(outcome) -> None:
    picture = "<w:p><w:pict><v:imagedata xmlns:v='urn:v' src='https://far.example/x'/></w:pict></w:p>"
    assert outcome(documents.docx_with_body(picture), "cv.docx") == HELD


def test_text_that_a_style_hides_is_noted(judge) -> None:
    style = '<w:style w:type="{}" w:styleId="Secret"><w:rPr><w:vanish/></w:rPr></w:style></w:styles>'
    run, paragraph = "<w:rPr><w:rStyle w:val='Secret'/></w:rPr>", "<w:pPr><w:pStyle w:val='Secret'/></w:pPr>"
    shown = "<w:rPr><w:vanish w:val='0'/></w:rPr>"
    for of_paragraph, of_run, is_hidden in (
        ("", run, True), (paragraph, "", True), (paragraph, shown, False), ("", "", False),
    ):  # fmt: skip
        text = documents.docx_with_body(f"<w:p>{of_paragraph}<w:r>{of_run}<w:t>text</w:t></w:r></w:p>")
        styles = documents.member(text, "word/styles.xml").replace(b"</w:styles>", style.encode())
        found = judge(documents.changed_zip(text, {"word/styles.xml": styles}), "cv.docx")
        assert (Note.HIDDEN_TEXT in found.notes) == is_hidden


def style(name: str, properties: str, based_on: str = "") -> str:
    return f'<w:style w:styleId="{name}"><w:basedOn w:val="{based_on}"/>{properties}</w:style>'


PALE = '<w:rPr><w:color w:val="FFFFFF"/></w:rPr>'
BLACK = '<w:rPr><w:color w:val="000000"/></w:rPr>'
ON_BLUE = '<w:pPr><w:shd w:val="clear" w:fill="1F3864"/></w:pPr>'


@pytest.mark.parametrize(
    ("styles", "is_hidden"),
    [
        (style("S", PALE), True),
        (style("S", "", "P") + style("P", PALE), True),
        (style("P", "<w:rPr><w:vanish/></w:rPr>") + style("S", "", "P"), True),
        (style("P", PALE) + style("S", BLACK, "P"), False),
        (style("S", ON_BLUE + PALE), False),
        (style("P", ON_BLUE) + style("S", PALE, "P"), False),
        (style("S", "", "P") + style("P", "", "S"), False),
        (style("P", PALE), False),
    ],
)
@pytest.mark.parametrize(
    "where", ["<w:pPr><w:pStyle w:val='S'/></w:pPr><w:r>", "<w:r><w:rPr><w:rStyle w:val='S'/></w:rPr>"]
)
def test_what_a_style_does_not_say_the_one_it_is_based_on_says(judge, styles: str, where: str, is_hidden: bool) -> None:
    text = documents.docx_with_body(f"<w:p>{where}<w:t>text</w:t></w:r></w:p>")
    part = documents.member(text, "word/styles.xml").replace(b"</w:styles>", styles.encode() + b"</w:styles>")
    found = judge(documents.changed_zip(text, {"word/styles.xml": part}), "cv.docx")
    assert (Note.HIDDEN_TEXT in found.notes) == is_hidden


def test_protection_without_a_password_does_not_matter(outcome) -> None:
    settings = documents.member(documents.docx(), "word/settings.xml")
    root = settings.rindex(b"</w:settings>")
    protected = settings[:root] + b'<w:documentProtection w:edit="readOnly" w:enforcement="1"/></w:settings>'
    assert outcome(documents.changed_zip(documents.docx(), {"word/settings.xml": protected}), "cv.docx") == ACCEPTED


def test_embedded_files_are_held_and_controls_refused(outcome) -> None:
    held = ("hold", "attachments")
    assert outcome(documents.docx_with_relationship("oleObject", "embeddings/a.bin", "Internal"), "cv.docx") == held
    assert outcome(documents.docx_with_relationship("aFChunk", "a.html", "Internal"), "cv.docx") == held
    types = documents.member(documents.docx(), "[Content_Types].xml").replace(
        b"</Types>", f'<Default Extension="docx" ContentType="{documents.DOCX_MAIN}"/></Types>'.encode()
    )
    chunk = documents.docx_with_relationship("aFChunk", "chunk.docx", "Internal")
    chunk = documents.changed_zip(chunk, {"[Content_Types].xml": types, "word/chunk.docx": documents.docx()})
    assert outcome(chunk, "cv.docx") == held
    workbook = documents.changed_zip(documents.docx(), {"word/embeddings/a.xlsx": documents.renamed_workbook()})
    assert outcome(workbook, "cv.docx") == held
    control = documents.docx_with_relationship("control", "activeX/activeX1.xml", "Internal")
    assert outcome(control, "cv.docx") == ("reject", "active_content")
    assert outcome(
        documents.changed_zip(documents.docx(), {"word/activeX/activeX1.bin": b"x"}), "cv.docx"
    ) == ("reject", "active_content")  # fmt: skip


def test_a_macro_project_is_refused_whatever_the_types_say(outcome) -> None:
    hidden = documents.changed_zip(documents.docx(), {"word/vbaProject.bin": b"x"})
    assert outcome(hidden, "cv.docx") == ("reject", "macros")
    typed = documents.member(documents.docx(), "[Content_Types].xml").replace(
        b"</Types>", b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>'
    )
    renamed = documents.changed_zip(documents.docx(), {"[Content_Types].xml": typed})
    assert outcome(renamed, "cv.docx") == ("reject", "macros")


@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "docProps/core.xml", "word/_rels/a.xml.rels"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_doctype_in_any_part_and_encoding_is_refused(outcome, part: str, encoding: str) -> None:
    laughs = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a "ha">]><x/>'.encode(encoding)
    assert outcome(documents.changed_zip(documents.docx(), {part: laughs}), "cv.docx") == ("reject", "file_damaged")


def test_nesting_that_no_program_writes_is_refused(outcome) -> None:
    deep = documents.docx_with_body("<w:x>" * 300 + "</w:x>" * 300)
    assert outcome(deep, "cv.docx") == ("reject", "too_complex")


def test_words_are_what_people_read(judge) -> None:
    body = (
        "<w:p><w:r><w:t>Two words</w:t></w:r></w:p>"
        "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:ins><w:r><w:t>new</w:t></w:r></w:ins></w:p>"
        "<mc:AlternateContent><mc:Choice><w:p><w:r><w:t>box</w:t></w:r></w:p></mc:Choice>"
        "<mc:Fallback><w:p><w:r><w:t>box again</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>"
    )
    found = judge(documents.docx_with_body(body), "cv.docx")
    assert (found.words, found.notes) == (4, (Note.TRACKED_CHANGES,))
    ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    header = f"<w:hdr {ns}><w:p><w:r><w:t>Nino Example</w:t></w:r></w:p></w:hdr>".encode()
    comments = f'<w:comments {ns}><w:comment w:id="0"/></w:comments>'.encode()
    pages = b'<Properties xmlns="x"><Pages>7</Pages></Properties>'
    parts = {"word/header1.xml": header, "word/comments.xml": comments, "docProps/app.xml": pages}
    found = judge(documents.changed_zip(documents.docx_with_body(body), parts), "cv.docx")
    assert (found.words, found.pages, found.notes) == (6, 7, (Note.COMMENTS, Note.TRACKED_CHANGES))


@pytest.mark.parametrize(
    ("content_type", "found", "reason"),
    [
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml", "dotx", "type_mismatch"),
        ("application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml", "pptx", "type_mismatch"),
        ("application/x-unheard-of", "zip", "type_mismatch"),
    ],
)
def test_other_packages_are_named(judge, content_type: str, found: str, reason: str) -> None:
    types = documents.member(documents.docx(), "[Content_Types].xml")
    types = types.replace(documents.DOCX_MAIN.encode(), content_type.encode())
    judged = judge(documents.changed_zip(documents.docx(), {"[Content_Types].xml": types}), "cv.docx")
    assert (judged.verdict.value, judged.reason.value, judged.found) == ("reject", reason, found)


def holding(package: bytes, name: str = "word/embeddings/a.docx") -> bytes:
    """A Word document with this package inside."""
    return documents.changed_zip(documents.docx(), {name: package})


def test_packages_inside_packages_are_held_and_refused_from_the_third_level_on(outcome) -> None:
    held, refused = ("hold", "attachments"), ("reject", "too_complex")
    once = holding(documents.odt())
    for name in ("word/embeddings/a.docx", "word/media/image1.png", "word/a.bin"):
        assert outcome(holding(documents.odt(), name), "cv.docx") == held
    assert outcome(holding(once), "cv.docx") == held
    assert outcome(holding(holding(once)), "cv.docx") == refused
    assert outcome(holding(holding(once, "word/media/image1.png"), "a.bin"), "cv.docx") == refused
    assert outcome(documents.changed_zip(documents.odt(), {"Object 1": holding(once)}), "a.odt") == refused
    deep = documents.changed_zip(documents.odt(), {"Object 1/Object 1/Object 1/content.xml": b"<x/>"})
    assert outcome(deep, "a.odt") == refused


def test_what_cannot_be_looked_into_is_held_and_a_bomb_inside_is_refused(outcome) -> None:
    assert outcome(holding(documents.odt()[:-30]), "cv.docx") == ("hold", "attachments")
    bomb = documents.changed_zip(documents.docx(), {"a.bin": b"\0" * 20_000_000})
    assert outcome(holding(bomb), "cv.docx") == ("reject", "archive_unsafe")


def run(text: str, properties: str) -> str:
    return f"<w:p><w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


WHITE = '<w:color w:val="FFFFFF"/>'
SHADED = '<w:p><w:pPr><w:shd w:val="clear" w:fill="1F3864"/></w:pPr></w:p>'
BOX = f"<w:p><w:r><w:txbxContent>{run('in a dark box', WHITE)}</w:txbxContent></w:r></w:p>"


@pytest.mark.parametrize(
    ("body", "is_hidden"),
    [
        (run("hidden", "<w:vanish/>"), True),
        (run("hidden", '<w:vanish w:val="1"/>'), True),
        (run("shown", '<w:vanish w:val="0"/>'), False),
        (run(" ", "<w:vanish/>"), False),
        (run("tiny", '<w:sz w:val="1"/>'), True),
        (run("small", '<w:sz w:val="12"/>'), False),
        (run("white", WHITE), True),
        (run("white on blue", WHITE) + SHADED, False),
        (run("white", WHITE + '<w:highlight w:val="black"/>'), False),
        (BOX, False),
        (run("shown", "<w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange>"), False),
        ("<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:t>shown</w:t></w:r></w:p>", False),
        (run("hidden", "<w:vanish/>").replace("w:t>", "w:instrText>"), False),
    ],
)
def test_text_that_does_not_show_is_noted(judge, body: str, is_hidden: bool) -> None:
    found = judge(documents.docx_with_body(run("Seen by all.", "") + body), "cv.docx")
    assert (found.verdict.value, Note.HIDDEN_TEXT in found.notes) == ("accept", is_hidden)
    assert (Note.HIDDEN_TEXT in found.excerpts) == is_hidden


@pytest.mark.parametrize(
    ("name", "is_noted"), [("Nino Example", True), ("", False), ("Microsoft Office User", False), ("...", False)]
)
def test_names_in_the_properties_are_noted_where_they_are_somebodys(judge, name: str, is_noted: bool) -> None:
    core = f'<p xmlns:d="urn:d"><d:creator>python-docx</d:creator><d:lastModifiedBy>{name}</d:lastModifiedBy></p>'
    found = judge(documents.changed_zip(documents.docx(), {"docProps/core.xml": core.encode()}), "cv.docx")
    assert found.notes == ((Note.AUTHOR_NAMES,) if is_noted else ())
