import pytest
from hypothesis import given
from hypothesis import strategies as st
from mailbox_reader import Mail, decode_words, parse

from intake.rendering import mime

NAMES = [
    "გიორგი მაჭავარიანი",
    "Հովհաննես Տեր-Մկրտչյան և Նազենի Հովհաննիսյան",
    "Абдул-Муслим Магомедович Гаджимурадов-Дагестанский",
    "Əliyev Rəşad Şahin oğlu",
    "Ӏаьржа-Хьаьжа Эльмурзаев",
    'Zoë O\'Brien, "the" <editor@x.example>',
    "=?utf-8?q?not_a_word?=",
    "two  spaces",
    "plain name",
    "x" * 200,
    "გ" * 200,
]
one_line = st.text(st.characters(codec="utf-8", categories=("L", "M", "N", "P", "S", "Zs")), min_size=1, max_size=200)


def mail(*headers: tuple[str, str]) -> Mail:
    return parse(mime.multipart(list(headers), text="text\n", html="<p>html</p>\n"))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_arrives_exactly(name: str) -> None:
    sent = mail(
        ("Subject", mime.text_header("Subject", name)),
        ("Reply-To", mime.mailbox("Reply-To", name, "a@writers.example")),
    )
    assert decode_words(sent["Subject"]) == name
    assert sent.mailbox("Reply-To") == (name, "a@writers.example")


@given(one_line)
def test_any_line_arrives_exactly(line: str) -> None:
    sent = mail(("Subject", mime.text_header("Subject", line)), ("From", mime.mailbox("From", line, "a@b.example")))
    assert decode_words(sent["Subject"]) == line
    assert sent.mailbox("From") == (line, "a@b.example")


@given(st.text(st.characters(codec="utf-8"), max_size=300))
def test_no_text_makes_another_header(text: str) -> None:
    sent = mail(("Subject", mime.text_header("Subject", text)), ("From", mime.mailbox("From", text, "a@b.example")))
    assert [name for name, _ in sent.headers] == ["Subject", "From", "MIME-Version", "Content-Type"]


@given(one_line)
def test_header_lines_are_short(line: str) -> None:
    value = mime.text_header("Subject", line)
    assert max(len(part) for part in f"Subject: {value}".split("\r\n")) <= 78


@pytest.mark.parametrize("line", ["word " * 20 + "end", "x" * 100, "გ" * 100])
def test_long_headers_are_folded(line: str) -> None:
    value = mime.text_header("Subject", line)
    assert max(len(part) for part in f"Subject: {value}".split("\r\n")) <= 78
    assert decode_words(value) == line


def test_line_breaks_become_spaces() -> None:
    assert decode_words(mime.text_header("Subject", "a\r\nb\n\nBcc: c\x00\u2028d")) == "a  b  Bcc: c  d"


def test_plain_ascii_stays_readable() -> None:
    assert mime.text_header("Subject", "[Application K7QM-2XDP] Nino") == "[Application K7QM-2XDP] Nino"
    assert mime.mailbox("From", "Magazin Beispiel", "a@b.example") == '"Magazin Beispiel" <a@b.example>'
    assert mime.mailbox("From", None, "a@b.example") == "a@b.example"


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\r\nBcc: c@d.example",
        "a@b.example, c@d.example",
        "<a@b.example>",
        "a b@c.example",
        "გ@b.example",
        "",
    ],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not an address for a header"):
        mime.mailbox("To", "name", address)


@pytest.mark.parametrize("value", ["x\r\nBcc: y", "x\n y", "x\ry", "é"])
def test_a_header_that_was_not_encoded_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="not printable ASCII"):
        mime.multipart([("Subject", value)], text="", html="")


def test_bodies_arrive_exactly() -> None:
    text, html = "გამარჯობა\n" * 500, "<p>Ողջույն</p>\n" * 500
    sent = parse(mime.multipart([("Subject", "x")], text=text, html=html))
    assert (sent.text, sent.html) == (text, html)


def test_georgian_stays_small_enough_not_to_be_clipped() -> None:
    """Gmail clips at about 102 kB; base64 adds a third where quoted-printable would triple."""
    text = "გ" * 10_000
    assert len(mime.multipart([("Subject", "x")], text=text, html="")) < 1.4 * len(text.encode()) + 500
