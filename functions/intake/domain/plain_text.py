"""What may stand in a field that a person typed: any script, no control characters, no direction tricks."""

import re
import unicodedata

from pydantic import AfterValidator, BeforeValidator

_FORBIDDEN = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
_DIRECTION_CONTROLS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Zero-width joiners stay: names and emoji need them. Direction controls only serve to deceive (CVE-2021-42574)."""


def _clean(text: object, keep: str) -> object:
    if not isinstance(text, str):
        return text  # pydantic says what is wrong with it
    cleaned = "".join(
        character
        for character in unicodedata.normalize("NFC", text)
        if character in keep
        or (unicodedata.category(character) not in _FORBIDDEN and character not in _DIRECTION_CONTROLS)
    )
    return cleaned.strip()


def _line(text: object) -> object:
    return _clean(re.sub(r"\s+", " ", text) if isinstance(text, str) else text, "")


def _text(text: object) -> object:
    return _clean(re.sub(r"\r\n?|[\u2028\u2029]", "\n", text) if isinstance(text, str) else text, "\n\t")


clean_line = BeforeValidator(_line)
"""One line, NFC, outer spaces cut; line breaks and rows of spaces become one space."""

_WEB_ADDRESS = re.compile(r"://|\bhttps?:|\bwww\.", re.IGNORECASE)


def _no_web_address(text: str) -> str:
    if _WEB_ADDRESS.search(text):
        raise ValueError("a web address is no name")
    return text


no_web_address = AfterValidator(_no_web_address)
"""For names: they stand in subjects and senders of mails, which shall carry nobody's advertisement."""

clean_text = BeforeValidator(_text)
"""Lines of text, NFC, line breaks as \\n."""


def safe_filename(name: str) -> str:
    """A file name as data to show: its last path part, one line, at most 255 UTF-8 bytes, never empty.

    It is never part of a key, a header or a path; the extension survives the cut.
    """
    line = str(_line(re.split(r"[/\\]", name)[-1])) or "document"
    _, dot, extension = line.rpartition(".")
    tail = (dot + extension) if dot and len(extension) <= 10 else ""
    head = line.removesuffix(tail) if tail else line
    while len((head + tail).encode()) > 255:
        head = head[:-1]
    return head + tail
