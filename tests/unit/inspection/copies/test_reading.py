"""What a reading copy says: every word in its script, in order, and nothing that acts or hides."""

import io
from pathlib import Path

import pikepdf
import pytest
from docx import Document as Word
from hypothesis import given
from hypothesis import strategies as st

import documents
from intake.domain.copies import BlockKind, ReadingCopy
from intake.inspection.copies import blocks
from intake.inspection.copies.blocks import Blocks, clean
from intake.inspection.copies.maker import make
from intake.inspection.limits import MAX_READING_BLOCKS, MAX_READING_CHARACTERS

LINES = {
    "ka": "მდინარე ღამით ადიდდა და არავინ გააფრთხილა.",
    "hy": "Գետը գիշերը բարձրացավ, և ոչ ոք չէր զգուշացրել։",
    "ru": "Река поднялась ночью, и никто не предупредил — ни слова.",
    "az": "Çay gecə qalxdı, heç kim xəbərdar etməmişdi: Ə ə Ğ ğ İ ı Ş ş Ö ö.",
    "ce": "Хи буса айделира, цхьаммо а дӀахаийтинера дац.",
}


def read(path: Path, body: bytes, kind: str) -> list[tuple[str, str]]:
    path.write_bytes(body)
    copy = ReadingCopy.model_validate_json(make("reading", path, kind))
    return [(block.kind.value, block.text) for block in copy.blocks]


def rtf_of(line: str) -> bytes:
    escaped = "".join(c if ord(c) < 128 else f"\\u{ord(c)}?" for c in line)
    return b"{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0 Arial;}}\\f0 " + escaped.encode() + b"\\par}"


def pdf_of(line: str) -> bytes:
    """One line in a font whose codes are Unicode's own."""
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def "
        b"1 begincodespacerange <0000> <FFFF> endcodespacerange 1 beginbfrange <0000> <FFFF> <0000> endbfrange "
        b"endcmap CMapName currentdict /CMap defineresource pop end end"
    )
    content = b"BT /F 9 Tf 40 700 Td <" + line.encode("utf-16-be").hex().encode() + b"> Tj ET"
    return documents.pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 2000 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n" % len(content) + content + b"\nendstream",
        b"<</Type/Font/Subtype/Type0/BaseFont/U/Encoding/Identity-H/ToUnicode 6 0 R/DescendantFonts[7 0 R]>>",
        b"<</Length %d>>stream\n" % len(cmap) + cmap + b"\nendstream",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/U/DW 600/CIDSystemInfo<</Registry(A)/Ordering(I)/Supplement 0>>>>",
    )


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
@pytest.mark.parametrize("kind", ["docx", "odt", "rtf", "txt", "md"])
def test_every_letter_is_there_in_every_script(tmp_path: Path, kind: str, line: str) -> None:
    make_one = {
        "docx": lambda: documents.docx(line),
        "odt": lambda: documents.odt(line),
        "rtf": lambda: rtf_of(line),
        "txt": lambda: documents.text(line),
        "md": lambda: documents.text(line),
    }
    assert ("paragraph", line) in read(tmp_path / "d", make_one[kind](), kind)


def test_a_word_document_keeps_its_headings_lists_tables_and_order(tmp_path: Path) -> None:
    word = Word()
    word.sections[0].header.paragraphs[0].text = "Nino Beridze · Kutaisi"
    word.add_heading("Work", level=2)
    word.add_paragraph("Reporter since 2009.")
    word.add_paragraph("Radio", style="List Bullet")
    table = word.add_table(rows=2, cols=2)
    for row, (years, what) in zip(table.rows, [("2009", "Radio"), ("2015", "Print")], strict=True):
        row.cells[0].text, row.cells[1].text = years, what
    word.add_paragraph("After the table.")
    out = io.BytesIO()
    word.save(out)
    assert read(tmp_path / "d", out.getvalue(), "docx") == [
        ("paragraph", "Nino Beridze · Kutaisi"),
        ("heading", "Work"),
        ("paragraph", "Reporter since 2009."),
        ("item", "Radio"),
        ("row", "2009\tRadio"),
        ("row", "2015\tPrint"),
        ("paragraph", "After the table."),
    ]


def test_a_numbered_paragraph_is_an_item_and_long_cells_are_paragraphs(tmp_path: Path) -> None:
    body = (
        "<w:p><w:pPr><w:numPr/></w:pPr><w:r><w:t>one</w:t></w:r></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:p><w:r><w:t>c</w:t><w:tab/><w:t>d</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    assert read(tmp_path / "d", documents.docx_with_body(body), "docx") == [
        ("item", "one"), ("paragraph", "a"), ("paragraph", "b"), ("paragraph", "c\td"),
    ]  # fmt: skip


def test_what_a_tracked_change_took_away_is_not_read(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>kept </w:t></w:r><w:ins><w:r><w:t>added</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom></w:p>"
        "<mc:AlternateContent><mc:Fallback><w:p><w:r><w:t>again</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>"
    )
    assert read(tmp_path / "d", documents.docx_with_body(body), "docx") == [("paragraph", "kept added")]


def test_an_opendocument_text_keeps_headings_lists_tables_and_spaces(tmp_path: Path) -> None:
    body = (
        '<text:h text:outline-level="1">Work</text:h>'
        "<text:list><text:list-item><text:p>one</text:p></text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>"
        "<table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>"
        '<text:p>far<text:s text:c="3"/>apart<text:line-break/>below'
        "<office:annotation><text:p>a remark</text:p></office:annotation></text:p>"
    )
    found = read(tmp_path / "d", documents.odt_with_body(body), "odt")[-4:]
    assert found == [("heading", "Work"), ("item", "one"), ("row", "a\tb"), ("paragraph", "far   apart\nbelow")]


@pytest.mark.parametrize("language", LINES)
def test_a_pdf_is_read_page_by_page(tmp_path: Path, language: str) -> None:
    body = pdf_of(LINES[language])
    assert read(tmp_path / "d", body, "pdf") == [("page", "1"), ("paragraph", LINES[language])]


def test_prose_of_a_pdf_is_put_together_again_and_short_lines_stay(tmp_path: Path) -> None:
    prose = "word " * 100
    found = read(tmp_path / "d", documents.pdf(prose), "pdf")
    assert found == [("page", "1"), ("paragraph", prose.strip())]
    assert read(tmp_path / "d", documents.pdf("CV"), "pdf") == [("page", "1"), ("paragraph", "CV")]


def test_a_page_that_cannot_be_loaded_leaves_the_others(tmp_path: Path) -> None:
    def change(document: pikepdf.Pdf) -> None:
        document.pages.append(document.pages[0])
        document.pages[1].obj.Type = pikepdf.Name.Wrong

    kinds = [kind for kind, _ in read(tmp_path / "d", documents.changed_pdf(change), "pdf")]
    assert kinds[:2] == ["page", "paragraph"]


def test_text_keeps_its_lines_and_parts_at_blank_ones(tmp_path: Path) -> None:
    body = b"# Work\r\n\r\n- one\r\n- two\r\n \t\r\nlast\x07 line"
    assert read(tmp_path / "d", body, "md") == [
        ("paragraph", "# Work"), ("paragraph", "- one\n- two"), ("paragraph", "last line"),
    ]  # fmt: skip


def test_what_is_unseen_is_written_out() -> None:
    assert clean("ab\u202ecd\u200be\ufeff") == "ab⟨U+202E⟩cd⟨U+200B⟩e⟨U+FEFF⟩"
    assert clean("x\U000e0041") == "x⟨U+E0041⟩"
    assert clean("👩\u200d🔬 می\u200cخواهم Zeit\u00adung") == "👩\u200d🔬 می\u200cخواهم Zeit\u00adung"
    assert clean("a \r\n b\u2028c\x00\ud800 \uf0b7 d") == "a\nb\nc • d"


@given(st.text())
def test_cleaned_text_holds_nothing_unseen_and_stays_what_it_is(text: str) -> None:
    cleaned = clean(text)
    assert not blocks._CONTROLS.search(cleaned)
    assert not blocks._UNSEEN.search(cleaned)
    assert clean(cleaned) == cleaned
    cleaned.encode()


def test_a_reading_copy_ends_where_its_budget_does() -> None:
    long = Blocks()
    long.add(BlockKind.PARAGRAPH, "a" * (MAX_READING_CHARACTERS + 1))
    assert (len(long.reading_copy().blocks[0].text), long.reading_copy().is_cut) == (MAX_READING_CHARACTERS, True)
    many = Blocks()
    for _ in range(MAX_READING_BLOCKS):
        many.add(BlockKind.ITEM, "a")
    assert not many.reading_copy().is_cut
    many.add(BlockKind.ITEM, "a")
    assert (len(many.reading_copy().blocks), many.reading_copy().is_cut) == (MAX_READING_BLOCKS, True)
