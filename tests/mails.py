"""Mails as a reader's program sees them: headers decoded strictly (RFC 2047), both bodies."""

import re
from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from quopri import decodestring

_WORD = re.compile(r"=\?([^?]+)\?([bBqQ])\?([^?]*)\?=")


def decoded(value: str) -> str:
    """A header as RFC 2047 says: white space between two encoded words is theirs alone, not the text's."""
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", value)
    joined = re.sub(r"(\?=)[ \t]+(=\?)", r"\1\2", unfolded)
    parts: list[bytes | str] = []
    end = 0
    for found in _WORD.finditer(joined):
        if joined[end : found.start()]:
            parts.append(joined[end : found.start()])
        charset, encoding, text = found.groups()
        assert charset.lower() == "utf-8"
        data = b64decode(text) if encoding in "bB" else decodestring(text.replace("_", " ").encode())
        parts.append((parts.pop() if parts and isinstance(parts[-1], bytes) else b"") + data)  # type: ignore[operator]
        end = found.end()
    parts.append(joined[end:])
    return "".join(part.decode() if isinstance(part, bytes) else part for part in parts)


@dataclass(frozen=True)
class Mail:
    to: str
    subject: str
    headers: dict[str, str]
    text: str
    html: str


def summary_of(message: Message) -> Mail:
    headers = {name.lower(): decoded(str(value)) for name, value in message.items()}
    bodies = {
        part.get_content_type(): part.get_payload(decode=True).decode()  # type: ignore[union-attr]
        for part in message.walk()
        if not part.is_multipart()
    }
    return Mail(headers["to"], headers["subject"], headers, bodies["text/plain"], bodies["text/html"])


def to(messages: Iterable[Message], address: str) -> list[Mail]:
    return [mail for mail in map(summary_of, messages) if address in mail.to]
