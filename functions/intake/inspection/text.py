"""Plain text and Markdown: which encoding, is it text at all, and how many words."""

import codecs
import re
from itertools import pairwise
from pathlib import Path

from intake.domain.verdict import Note, Reason
from intake.inspection.contents import Contents, RefusedError, TextBuffer
from intake.inspection.limits import MAX_EXCERPT, MAX_MARKS_ON_A_LETTER
from intake.inspection.old_fonts import is_armscii

# Longest first: the UTF-32 mark begins with the UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CYRILLIC_ENCODINGS = ("cp1251", "koi8-r", "ibm866", "mac_cyrillic")
_LATIN_ENCODINGS = ("cp1252", "cp1254")
_COMMON_RUSSIAN = frozenset("оеаинтсрвлкмдпуяыьгзбчйх")
_GUESS_FROM = 20_000  # bytes
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_WORD = re.compile(r"(?<!\S)[^\w\s]*+\w\S*+")  # from a run's beginning and without a way back, so in linear time
# Marks that are drawn over and under the letter before them; writing systems that need them use three.
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILED_MARKS = re.compile(f"{_MARK}{{{MAX_MARKS_ON_A_LETTER + 1}}}")
# Bidirectional overrides and isolates, invisible operators, tags: text that reads otherwise than it is (Trojan Source).
_HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\u2060-\u2064\U000e0000-\U000e007f]")
_AROUND = 30


def read(path: Path) -> Contents:
    """Read a text file. Raises RefusedError: type_mismatch for what is not text, file_empty for nothing but spaces."""
    decoded, is_guessed = decode(path.read_bytes())
    if not decoded.strip("\ufeff \t\r\n\f\v\x1a"):
        raise RefusedError(Reason.FILE_EMPTY)
    buffer = TextBuffer()
    buffer.add(decoded)
    contents = Contents(text=str(buffer))
    if is_guessed:
        contents.notes.add(Note.ENCODING_GUESSED)
    if buffer.is_cut:
        contents.notes.add(Note.TEXT_CUT)
    return contents


def count_words(text: str) -> int:
    """Words as word processors count them: runs between spaces that have a letter or a digit."""
    return sum(1 for _ in _WORD.finditer(text))


def refuse_piled_marks(text: str) -> None:
    """Refuse letters under so many marks that drawing them costs a reader's program its time (row 64)."""
    if _PILED_MARKS.search(text):
        raise RefusedError(Reason.TOO_COMPLEX)


def hidden_characters(text: str) -> str:
    """The first invisible character that deceives, as its code point, with what stands around it; "" for none."""
    found = _HIDDEN.search(text)
    if found is None:
        return ""
    around = text[max(0, found.start() - _AROUND) : found.end() + _AROUND]
    return _HIDDEN.sub(lambda hidden: f"[U+{ord(hidden[0]):04X}]", around)[:MAX_EXCERPT]


def decode(data: bytes) -> tuple[str, bool]:
    """The text, and whether its encoding was guessed. Raises RefusedError for binary data."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding), False
            except UnicodeDecodeError as error:
                raise _not_text() from error
    if b"\0" in data:
        raise _not_text()
    try:
        text, is_guessed = data.decode(), False
    except UnicodeDecodeError:
        text, is_guessed = data.decode(_guess_encoding(data[:_GUESS_FROM]), "replace"), True
    if is_binary(text):
        raise _not_text()
    return text, is_guessed


def is_binary(text: str) -> bool:
    """A stray form feed or ESC is text, one control character in twenty is not."""
    sample = text[:_GUESS_FROM]
    return 20 * len(_CONTROL.findall(sample)) > len(sample)


def _not_text() -> RefusedError:
    return RefusedError(Reason.TYPE_MISMATCH, found="binary")


def _guess_encoding(sample: bytes) -> str:
    """One of the 8-bit encodings that people of our regions have on old disks.

    Latin text has few bytes above 127; in Cyrillic text most are, and only the right encoding turns most of them into
    common lower-case letters of Russian.
    """
    if is_armscii(sample.decode("latin-1")):
        return "cp1252"
    high = sum(byte > 127 for byte in sample)
    letters = high + sum(chr(byte).isalpha() for byte in sample if byte < 128)
    if 4 * high < letters:
        is_turkic = sum(sample.count(byte) for byte in b"\xf0\xfd\xfe\xdd\xde") > 0  # ğ ı ş İ Ş there, ð ý þ in cp1252
        return _LATIN_ENCODINGS[is_turkic]
    return max(_CYRILLIC_ENCODINGS, key=lambda encoding: _russian_score(sample.decode(encoding, "replace")))


def _russian_score(text: str) -> int:
    common = sum(character in _COMMON_RUSSIAN for character in text)
    return common - sum(a.islower() and b.isupper() for a, b in pairwise(text))
