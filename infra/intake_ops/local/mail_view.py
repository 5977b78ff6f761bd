"""Recorded mail as people and tests read it: decoded headers, texts and the names of attachments."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from typing import Any

from intake_ops.local.mailbox import RecordedMail


def as_json(mail: RecordedMail) -> dict[str, Any]:
    """One entry of /dev/mail.json. `to` is whom SES was told to deliver to; the rest is what the mail itself says."""
    message = message_from_bytes(mail.raw)
    headers = [[name, decoded(str(value))] for name, value in message.items()]
    return {
        "id": mail.id,
        "at": mail.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "from": decoded(str(message["From"] or "")),
        "to": mail.to,
        "subject": decoded(str(message["Subject"] or "")),
        "headers": headers,
        "text": _body(message, "text/plain"),
        "html": _body(message, "text/html"),
        "attachments": [
            {"name": _name(part), "type": part.get_content_type(), "size": len(_bytes(part))}
            for part in _parts(message)
            if _is_attachment(part)
        ],
    }


def decoded(value: str) -> str:
    """A header as its author meant it: unfolded, and every RFC 2047 word decoded.

    Python's modern parser puts a space between the words of a folded display name, and `make_header` guesses at
    spaces; a long Georgian name survives neither. What stands between two encoded words is folding and nothing else.
    """
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", value)
    return "".join(
        part if isinstance(part, str) else part.decode(charset or "ascii", "replace")
        for part, charset in decode_header(unfolded)
    )


def _parts(message: Message) -> Iterator[Message]:
    return (part for part in message.walk() if not part.is_multipart())


def _is_attachment(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_filename() is not None


def _name(part: Message) -> str:
    return decoded(part.get_filename() or "")


def _bytes(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _body(message: Message, content_type: str) -> str:
    """The first part of this type that is no attachment; "" where there is none."""
    for part in _parts(message):
        if part.get_content_type() == content_type and not _is_attachment(part):
            return _bytes(part).decode(part.get_content_charset("utf-8"), "replace").replace("\r\n", "\n")
    return ""
