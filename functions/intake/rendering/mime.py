"""A mail as bytes, built by us: two parts in base64, headers in RFC 2047 words that decode to exactly what went in.

The standard library's newer policies fold display names with a space too many (cpython gh-92081, gh-120930);
email.header.Header cuts between characters and is right.
"""

import base64
import re
from email.header import Header

_BOUNDARY = "=_contributor-intake"
"""Never part of a body: base64 has neither "=_" nor "-"."""

_PLAIN = re.compile(r"[A-Za-z0-9.,:;!?/+()\[\]{}#&'*_-]+( [A-Za-z0-9.,:;!?/+()\[\]{}#&'*_-]+)*")
"""ASCII that no reader could take for an encoded word, and no folding can change."""

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""Nothing of ours lets them get here; if one did, the mail must still go out, with one line less."""

_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,255}")


def text_header(name: str, value: str) -> str:
    """The value of an unstructured header such as Subject."""
    if len(value) <= 60 and _PLAIN.fullmatch(value):
        return value
    return _encoded_words(name, value)


def mailbox(name: str, display: str | None, address: str) -> str:
    """The value of an address header with one mailbox; the display name may hold anything, the address may not."""
    if not _ADDRESS.fullmatch(address):
        raise ValueError("not an address for a header")
    if not display:
        return address
    if len(display) <= 60 and re.fullmatch(r"[A-Za-z0-9]+( [A-Za-z0-9]+)*", display):
        return f'"{display}" <{address}>'
    return f"{_encoded_words(name, display)}\r\n <{address}>"


def _encoded_words(name: str, value: str) -> str:
    one_line = _CONTROLS.sub(" ", value)
    return Header(one_line, "utf-8", maxlinelen=75, header_name=name).encode(linesep="\r\n")


def multipart(headers: list[tuple[str, str]], *, text: str, html: str) -> bytes:
    """The whole mail. Raises ValueError for a header that would add another one, or is not ASCII."""
    lines = [f"{name}: {_checked(value)}" for name, value in headers]
    lines += ["MIME-Version: 1.0", f'Content-Type: multipart/alternative; boundary="{_BOUNDARY}"', ""]
    for subtype, body in (("plain", text), ("html", html)):
        lines += [
            f"--{_BOUNDARY}",
            f"Content-Type: text/{subtype}; charset=utf-8",
            "Content-Transfer-Encoding: base64",
            "",
            _base64(body),
        ]
    return "\r\n".join([*lines, f"--{_BOUNDARY}--", ""]).encode("ascii")


def _checked(value: str) -> str:
    unfolded = value.replace("\r\n ", " ")
    if not unfolded.isascii() or not unfolded.isprintable():
        raise ValueError("a header is not printable ASCII")
    return value


def _base64(body: str) -> str:
    """Base64 even for ASCII: quoted-printable triples the size of Georgian, and Gmail clips at about 102 kB."""
    encoded = base64.encodebytes(body.replace("\n", "\r\n").encode()).decode()
    return encoded.rstrip("\n").replace("\n", "\r\n")
