"""RTF, rows 58 to 60 of the table of bad inputs."""

import pytest

import documents
from intake.domain.verdict import Note

ACCEPTED = ("accept", None)


def rtf(body: str) -> bytes:
    return (
        b"{\\rtf1\\ansi\\ansicpg1251\\deff0{\\fonttbl{\\f0\\fcharset204 Arial;}}\\f0 "
        + body.encode("ascii")
        + b"\\par}"
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{\\object\\objemb{\\*\\objdata 0105}}", ("reject", "active_content")),
        ("{\\*\\objupdate x}", ("reject", "active_content")),
        ("{\\field{\\*\\fldinst {\\b DDE}AUTO c:\\\\cmd.exe}{\\fldrslt x}}", ("reject", "active_content")),
        ('{\\field{\\*\\fldinst HYPERLINK "https://a.example/"}{\\fldrslt x}}', ACCEPTED),
        ("{\\*\\template https://far.example/t.dotm}", ("reject", "external_content")),
        ("{\\*\\template \\\\\\\\server\\\\t.dotm}", ("reject", "external_content")),
        ("{\\*\\template C:\\\\Normal.dotm}", ACCEPTED),
        ("{\\*\\template file:////server/t.dot}", ("reject", "external_content")),
        ("{\\*\\template {h}{}\\'74\\u116 ?p://far.example/t.dot}", ("reject", "external_content")),
        ("{\\*\\template\nhttp://far.example/t.dot}", ("reject", "external_content")),
        ("{\\*\\template {\\*\\x C:}http://far.example/t.dot}", ("reject", "external_content")),
        ("{\\frameset{\\frame{\\*\\fname http://far.example/}}}", ("reject", "external_content")),
        ("\\subdocument1", ("reject", "external_content")),
        ("{\\*\\mailmerge{\\*\\mmdatasource https://far.example/x}}", ("hold", "external_content")),
        ("{\\*\\mailmerge{\\*\\mmdatasource C:\\\\people.mdb}}", ACCEPTED),
        ("{\\sp{\\sn pibName}{\\sv https://far.example/x.png}}", ("hold", "external_content")),
        ("{\\sp{\\sn pibName}{\\sv C:\\\\x.png}}", ACCEPTED),
        ("{\\sp{\\sn pFrag{\\*\\x}ments}{\\sv 1;1;1111}}", ("reject", "file_damaged")),
        ("{\\listoverride\\listid1\\listoverridecount9}", ACCEPTED),
        ("{\\listoverride\\listid1\\listoverridecount25}", ("reject", "file_damaged")),
        ("\\'00\\'01\\'02\\'03\\'04\\'05\\'06\\'07", ("reject", "file_damaged")),
        ("{\\field{\\*\\fldinst \\'44D\\u69 ?AUTO x}{\\fldrslt x}}", ("reject", "active_content")),
        ("{\\field{\\*\\fldinst {\\*\\x y}DDE x}{\\fldrslt x}}", ("reject", "active_content")),
        (
            "{\\field{\\*\\fldinst {\\field{\\*\\fldinst QUOTE 68}{\\fldrslt D}}DE x}{\\fldrslt x}}",
            ("reject", "active_content"),
        ),
        ("{\\field{\\*\\fldinst IF {\\field{\\*\\fldinst PAGE}{\\fldrslt 1}} = 1}{\\fldrslt x}}", ACCEPTED),
        ("{" * 1100 + "}" * 1100, ("reject", "too_complex")),
        ("{", ("reject", "file_damaged")),
        ("\\u99999999 ?", ("reject", "file_damaged")),
    ],
)
def test_each_thing_has_its_verdict(outcome, body: str, expected: object) -> None:
    assert outcome(rtf(f"Text {body}"), "letter.rtf") == expected


def test_text_in_any_spelling_is_read(judge) -> None:
    escaped = "".join(f"\\'{byte:02x}" for byte in "Письмо редакции журнала о горных сёлах".encode("cp1251"))
    found = judge(rtf(escaped + "\\u1080 ?"), "letter.rtf")
    assert (found.words, found.language) == (6, "ru")


def test_pictures_are_no_text_and_binary_data_no_structure(judge) -> None:
    found = judge(rtf("Two words {\\pict\\pngblip ffd8" + "00" * 500 + "}{\\pict\\bin4 }}}}} and more"), "letter.rtf")
    assert (found.verdict.value, found.words) == ("accept", 4)


def test_what_follows_the_end_is_noted(judge) -> None:
    found = judge(documents.rtf() + b"} more {", "letter.rtf")
    assert (found.verdict.value, found.notes) == ("accept", (Note.REPAIRED,))
    assert judge(documents.rtf() + b"{\\object more}", "letter.rtf").reason == "active_content"


@pytest.mark.parametrize(
    ("body", "notes"),
    [
        ("{\\v hidden} shown", (Note.HIDDEN_TEXT,)),
        ("{\\fs2 tiny} {\\fs24 large}", (Note.HIDDEN_TEXT,)),
        ("{\\v0 shown} {\\v\\f0} shown", ()),
        ("{\\info{\\author Nino Example}{\\operator user}}", (Note.AUTHOR_NAMES,)),
        ("{\\info{\\author \\'cd\\'e8\\'ed\\'ee}}", (Note.AUTHOR_NAMES,)),
        ("{\\info{\\author Windows User}}", ()),
    ],
)
def test_hidden_text_and_names_in_the_properties_are_noted(judge, body: str, notes: tuple[Note, ...]) -> None:
    assert judge(rtf(f"Text {body}"), "letter.rtf").notes == notes
