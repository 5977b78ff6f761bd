"""Plain text and Markdown, rows 28 and 61 to 66 of the table of bad inputs, and languages."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

import documents
from intake.domain.verdict import Note
from intake.inspection.text import count_words

RUSSIAN = "Письмо редакции о горных сёлах, где зима длинная и дороги закрыты. " * 3
GERMAN = "Die Straßen in den Bergdörfern sind im Winter oft für Wochen gesperrt. " * 3
AZERBAIJANI = "Dağ kəndlərində qış uzun olur və yollar tez-tez bağlanır. " * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_marked_encoding_is_certain(judge, encoding: str) -> None:
    found = judge(RUSSIAN.encode(encoding), "sample.txt")
    assert (found.words, found.language, found.notes) == (33, "ru", ())


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "ibm866", "mac_cyrillic"])
def test_old_cyrillic_encodings_are_guessed(judge, encoding: str) -> None:
    found = judge(RUSSIAN.encode(encoding), "sample.txt")
    assert (found.words, found.language, found.notes) == (33, "ru", (Note.ENCODING_GUESSED,))


def test_an_old_latin_encoding_is_guessed(judge) -> None:
    found = judge(GERMAN.encode("cp1252"), "sample.txt")
    assert (found.words, found.language, found.notes) == (36, "de", (Note.ENCODING_GUESSED,))


REFUSED = {
    "one NUL": (b"text " * 100 + b"\0", "sample.txt", "type_mismatch", "binary"),
    "control characters": (bytes(range(1, 32)) * 20, "sample.txt", "type_mismatch", "binary"),
    "half a UTF-16 unit": ("text".encode("utf-16") + b"x", "sample.txt", "type_mismatch", "binary"),
    "binary without a name": (b"text\0text" * 10, "sample", "type_not_allowed", "binary"),
    "spaces": (b"\xef\xbb\xbf \r\n\t\n", "sample.txt", "file_empty", None),
    "web page": (b"<!-- x --> <!DOCTYPE html><p>x", "sample.txt", "type_mismatch", "html"),
    "web page in UTF-16": ("<html>".encode("utf-16"), "sample.txt", "type_mismatch", "html"),
    "drawing": (b'<?xml version="1.0"?><svg onload="x"/>', "sample.pdf", "type_mismatch", "svg"),
    "flat ODF": (
        b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>',
        "sample.odt",
        "type_mismatch",
        "fodt",
    ),
    "mail": (b"MIME-Version: 1.0\r\n", "sample.txt", "type_mismatch", "mhtml"),
    "shell script": (b"#!/bin/sh\n", "sample.txt", "type_mismatch", "script"),
    "text as PDF": (b"text", "cv.pdf", "type_mismatch", None),
    "script by name": (b"text", "sample.js", "type_mismatch", None),
    "disguised name": (b"text", "cv.\u0440df", "type_not_allowed", None),
    "hidden direction": (documents.exe(), "CV\u202efdp.exe", "type_not_allowed", "exe"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"x" * 50, "cv.pdf", "type_mismatch", "image"),
    "Linux program": (b"\x7fELF" + b"x" * 50, "cv.docx", "type_mismatch", "elf"),
    "disk image": (b"\0" * 0x8001 + b"CD001", "cv.pdf", "type_mismatch", "disk"),
    "Excel of old": (documents.ole_container("Workbook"), "cv.docx", "type_mismatch", "xlsx"),
    "unknown OLE": (documents.ole_container("Contents"), "cv.wps", "type_not_allowed", "ole"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_text_is_named(judge, case: str) -> None:
    body, filename, reason, named = REFUSED[case]
    found = judge(body, filename)
    assert (found.verdict.value, found.reason.value, found.found) == ("reject", reason, named)


def test_the_name_decides_between_text_and_markdown_alone(judge) -> None:
    body = b"# A title\n\n<div>and [a link](javascript:alert(1))</div>\n"
    assert judge(body, "sample.md").type == "md"
    assert judge(body, "sample.txt").type == "txt"
    assert judge(body, "sample").type == "txt"
    assert judge(body, "cv.PDF").reason.value == "type_mismatch"
    assert judge(documents.pdf(), "cv.exe.PDF").verdict.value == "accept"
    assert judge(documents.pdf(), "cv.pdf.exe").reason.value == "type_mismatch"


def test_a_very_long_text_is_cut_and_said_to_be(judge) -> None:
    found = judge(b"word " * 100_000, "sample.txt", min_words=90_000)
    assert (found.verdict.value, found.words, found.notes) == ("accept", 80_000, (Note.TEXT_CUT,))


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\u2062", "\U000e0041"])
def test_text_that_reads_otherwise_than_it_is_is_noted(judge, hidden: str) -> None:
    found = judge(f"some {hidden}text".encode(), "sample.txt")
    assert found.notes == (Note.HIDDEN_CHARACTERS,)
    assert found.excerpts == {Note.HIDDEN_CHARACTERS: f"some [U+{ord(hidden):04X}]text"}


@pytest.mark.parametrize(
    ("content", "language"),
    [
        ("Гірські села взимку часто відрізані від світу, бо дороги засипає снігом. " * 3, "uk"),
        ("Хуан халкъалъул гӀадатал цӀунун рукӀана, гьел киналго цадахъ рукӀуна магӀарда. " * 3, "und-Cyrl"),
        ("Ирон адæм хæхты цæрынц, зымæг дзы даргъ у, фæндæгтæ вæййынц æхгæд. ".replace("æ", "ӕ") * 3, "und-Cyrl"),
        (AZERBAIJANI, "az"),
        (GERMAN + "კავკასია" * 3, "de"),
        (GERMAN + "კავკასიის მთიანი სოფლები " * 4, "ka"),
        ("Xyz qwrt", None),
    ],
)
def test_languages_are_named_only_where_they_are_certain(judge, content: str, language: str | None) -> None:
    assert judge(content.encode(), "sample.txt").language == language


def in_acad_nusx(georgian: str) -> str:
    """As it is typed for a font like AcadNusx: each Georgian letter on its Latin key."""
    return georgian.translate(str.maketrans("აბგდევზთიკლმნოპჟრსტუფქღყშჩცძწჭხჯჰ", "abgdevzTiklmnopJrstufqRySCcZwWxjh"))


def in_armscii(armenian: str) -> bytes:
    """ARMSCII-8: from 0xB2 on capitals and small letters take turns."""
    letters = {chr(0x531 + n): 0xB2 + 2 * n for n in range(38)} | {chr(0x561 + n): 0xB3 + 2 * n for n in range(38)}
    return bytes(letters.get(letter, ord(letter) if letter.isascii() else 0xA2) for letter in armenian)


GEORGIAN = "საქართველოს მთიან სოფლებში ზამთარი გრძელია და გზები ხშირად იკეტება თოვლის გამო. " * 3
ARMENIAN = "Հայաստանի լեռնային գյուղերում ձմեռը երկար է, և ճանապարհները հաճախ փակվում են: " * 3


def test_texts_for_old_fonts_are_noted_and_their_language_is_not_guessed(judge) -> None:
    georgian = in_acad_nusx(GEORGIAN)
    assert georgian.startswith("saqarTvelos mTian soflebSi")
    for body in (georgian, "Nino Example, reporter, born in Kutaisi in the year of the flood. " + georgian):
        found = judge(body.encode(), "sample.txt")
        assert (found.verdict.value, found.language, found.notes) == ("accept", None, (Note.OLD_FONT_ENCODING,))
    armenian = judge(in_armscii(ARMENIAN), "sample.txt")
    assert armenian.language is None
    assert armenian.notes == (Note.ENCODING_GUESSED, Note.OLD_FONT_ENCODING)
    for code_page in ("latin-1", "cp1251"):
        inside = judge(documents.docx(in_armscii(ARMENIAN).decode(code_page)), "sample.docx")
        assert (inside.language, Note.OLD_FONT_ENCODING in inside.notes) == (None, True), code_page


@pytest.mark.parametrize(
    "content",
    [
        "McTavish of LaTeX fame writes JavaScript and TypeScript for YouTube, GitHub and PostScript. " * 3,
        "Où êtes-vous né, à l'été? Façade, garçon, déjà-vu, élève, forêt, hôtel, naïveté, œuvre. " * 3,
        "Það er mjög kalt í fjöllunum á veturna og vegirnir eru oft lokaðir vegna snjóa. " * 3,
        AZERBAIJANI,
        GERMAN,
        RUSSIAN,
        "У гірських селах Карпат зима довга, дороги часто закриті, і люди чекають на весну. " * 3,
        "Хӕххон хъӕуты зымӕг даргъ у, фӕндӕгтӕ арӕх сӕхгӕнынц, адӕм та ӕнхъӕлмӕ кӕсынц уалдзӕгмӕ. " * 3,
        "Ламанан ярташкахь Ӏа деха хуьлу, некъаш кест-кеста дӀакъовлу, нах бӀаьстене хьоьжуш бу. " * 3,
        GEORGIAN,
        ARMENIAN,
        "theTeam ofScience andTravel getBetter becauseZoo overAll inCamp usingMany onRoad. " * 3,
    ],
)
def test_other_texts_are_not_taken_for_old_ones(judge, content: str) -> None:
    assert judge(content.encode(), "sample.txt").notes == ()


def test_marks_piled_on_a_letter_are_refused_and_ordinary_ones_are_not(outcome) -> None:
    refused = ("reject", "too_complex")
    assert outcome(("a" + "\u0301" * 1_000_000).encode(), "sample.txt") == refused
    assert outcome(documents.docx("a text " * 20 + "a" + "\u0336" * 1000), "cv.docx") == refused
    decomposed = "Việt Nam, café, й. " * 500
    assert outcome(unicodedata.normalize("NFD", decomposed).encode(), "sample.txt") == ("accept", None)


@pytest.mark.parametrize("letter", ["a", "-"])
def test_one_line_of_20_megabytes_is_cut(judge, letter: str) -> None:
    found = judge(letter.encode() * 20_000_000, "sample.txt", max_bytes=25_000_000)
    assert (found.verdict.value, found.words, Note.TEXT_CUT in found.notes) == (
        "accept", 1 if letter == "a" else None, True,
    )  # fmt: skip


@given(st.lists(st.text("ab1ჟ_.-—'", min_size=1) | st.text(" \t\n\u00a0", min_size=1)).map("".join))
def test_a_word_is_a_run_with_a_letter_or_a_digit(text: str) -> None:
    assert count_words(text) == sum(
        any(character.isalnum() or character == "_" for character in run) for run in text.split()
    )


def test_a_long_run_of_marks_is_looked_at_once() -> None:
    assert count_words("-" * 2_000_000 + " word") == 1
