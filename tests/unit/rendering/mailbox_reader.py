"""A mail as its reader sees it. Its RFC 2047 decoder is strict: real readers forgive different things."""

import base64
import quopri
import re
from dataclasses import dataclass
from html.parser import HTMLParser

_WORD = re.compile(r"=\?utf-8\?([bq])\?([!->@-~]*)\?=")


def decode_words(value: str) -> str:
    """An unstructured header's value, still folded, as RFC 2047 decodes it; AssertionError where it is not strict."""
    decoded, previous_was_word = "", False
    for token in re.split(r"((?:\r\n)?[ \t]+)", value):
        if not token:
            continue
        if word := _WORD.fullmatch(token):
            assert len(token) <= 75  # section 2
            if previous_was_word:
                decoded = decoded[: decoded.rindex("\0")]  # section 6.2: space between two words is not shown
            decoded += _decode_word(*word.groups())
            previous_was_word = True
        elif token.isspace():
            decoded += ("\0" if previous_was_word else "") + token.replace("\r\n", "")
        else:
            assert "=?" not in token
            decoded += token
            previous_was_word = False
    return decoded.replace("\0", "")


def _decode_word(encoding: str, payload: str) -> str:
    if encoding == "b":
        return base64.b64decode(payload, validate=True).decode()  # each word whole characters, section 5
    assert re.fullmatch(r"[A-Za-z0-9!*+/=_-]*", payload)  # section 5 (3): what may stand in a phrase
    return quopri.decodestring(payload, header=True).decode()


@dataclass(frozen=True)
class Mail:
    headers: list[tuple[str, str]]
    text: str
    html: str

    def __getitem__(self, name: str) -> str:
        """The value of the only header of this name, still folded."""
        [value] = [value for header, value in self.headers if header == name]
        return value

    def mailbox(self, name: str) -> tuple[str, str]:
        """Display name and address."""
        value = self[name]
        match = re.fullmatch(r"(?s)(.*?)(?:\r\n)? ?<([^<>]+)>", value)
        if not match:
            return "", value
        display = match[1]
        return (display[1:-1] if display.startswith('"') else decode_words(display)), match[2]


def parse(raw: bytes) -> Mail:
    """AssertionError for anything but ASCII, CRLF, short lines and the two base64 parts that we build."""
    lines = raw.decode("ascii").split("\r\n")
    assert all("\n" not in line and "\r" not in line for line in lines)
    head, *parts = "\r\n".join(lines).split("\r\n--=_contributor-intake")
    assert parts.pop() == "--\r\n"
    headers = [_header(line) for line in re.split(r"\r\n(?! )", head.rstrip("\r\n"))]
    assert [part.split("\r\n")[1:4] for part in parts] == [
        [f"Content-Type: text/{subtype}; charset=utf-8", "Content-Transfer-Encoding: base64", ""]
        for subtype in ("plain", "html")
    ]
    bodies = [part.split("\r\n")[4:] for part in parts]
    assert max(len(line) for body in bodies for line in body) <= 76
    text, html = (base64.b64decode("".join(body), validate=True).decode().replace("\r\n", "\n") for body in bodies)
    return Mail(headers, text, html)


def _header(field: str) -> tuple[str, str]:
    name, _, value = field.partition(": ")
    assert re.fullmatch(r"[A-Za-z-]+", name)
    return name, value


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[tuple[str, bool]] = []
        self.isolated: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag == "a":
            self.links.append(attributes["href"] or "")
        if tag in {"br", "p", "td", "div", "h1", "h2"}:
            self.words.append(" ")
        if tag not in {"meta", "br"}:
            self.open.append((tag, attributes.get("dir") == "auto"))
            if attributes.get("dir") == "auto":
                self.isolated.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if any(tag in {"style", "title"} for tag, _ in self.open):
            return
        self.words.append(data)
        if any(is_isolated for _, is_isolated in self.open):
            self.isolated[-1] += data


def page(html: str) -> _Page:
    parser = _Page()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser


def preheader(html: str) -> str:
    """What a mailbox shows beside the subject."""
    [hidden] = re.findall(r'<div style="display:none[^"]*">(.*?)</div>', html, re.DOTALL)
    return str(hidden).strip()


def visible(html: str) -> str:
    """The text that is seen, without the preheader."""
    return "".join(page(re.sub(r'<div style="display:none.*?</div>', "", html, flags=re.DOTALL)).words)
