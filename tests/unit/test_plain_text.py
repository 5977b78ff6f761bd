import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from factories import an_applicant
from intake.domain.plain_text import safe_filename

NAMES = [
    'გიორგი "გია" <b>მაჭავარიანი</b>',
    "Հովհաննես Թումանյան",
    "Расул Гамзатович Гамзатов",
    "Əliyev Rəşad oğlu İsmayılov",
    "O'Neill-Жданова",
    "नमस्ते 👩‍💻",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_kept_exactly(name: str) -> None:
    assert an_applicant(name=name).name == unicodedata.normalize("NFC", name)


def test_a_name_has_one_line_and_no_tricks() -> None:
    assert an_applicant(name=" Nino\r\nBcc: everyone@list.example ").name == "Nino Bcc: everyone@list.example"
    assert an_applicant(name="Nino\u202egpj.exe\x00").name == "Ninogpj.exe"
    for nothing in ("", " ", "\u202e", "\r\n"):
        with pytest.raises(ValidationError):
            an_applicant(name=nothing)


def test_a_note_keeps_its_lines() -> None:
    assert an_applicant(note="one\r\ntwo\rthree\u2028four").note == "one\ntwo\nthree\nfour"


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("../../x.pdf", "x.pdf"),
        ("C:\\Users\\nino\\cv.pdf", "cv.pdf"),
        ("CV\u202efdp.exe", "CVfdp.exe"),
        ("cv\r\nX: y.pdf", "cv X: y.pdf"),
        ("", "document"),
        ("/", "document"),
        ("რეზიუმე.pdf", "რეზიუმე.pdf"),
        ("и\u0306.pdf", "й.pdf"),
        ("ა" * 84 + ".pdf", "ა" * 83 + ".pdf"),
    ],
)
def test_a_file_name_is_data_to_show(given_name: str, shown: str) -> None:
    assert safe_filename(given_name) == shown


@given(st.text() | st.text(min_size=100))
def test_every_file_name_has_a_line_of_255_bytes_at_most(name: str) -> None:
    safe = safe_filename(name)
    assert 0 < len(safe.encode()) <= 255
    assert "\n" not in safe


@pytest.mark.parametrize(
    "address",
    [
        "nino",
        "nino@",
        "a@b.example, c@d.example",
        "<a@b.example>",
        '"a b"@c.example',
        "x@[127.0.0.1]",
        "a@b.example\x00",
        "a@b.example\r\nBcc: c@d.example",
        "ნინო@b.example",
        "a@b",
        "a" * 65 + "@b.example",
    ],
)
def test_what_is_not_one_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        an_applicant(email=address)


def test_an_international_domain_becomes_what_mail_is_sent_to() -> None:
    assert an_applicant(email=" nino@bücher.example ").email == "nino@xn--bcher-kva.example"
