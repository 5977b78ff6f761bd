"""Plain text and Markdown, rows 28 and 61 to 66 of the table of bad inputs, and languages."""

import pytest

import documents
from intake.domain.verdict import Note

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
    assert judge(f"some {hidden}text".encode(), "sample.txt").notes == (Note.HIDDEN_CHARACTERS,)


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
