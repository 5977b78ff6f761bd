"""RTF 1.9.1: one pass of our own for structure and whatever is active, striprtf for the text."""

import codecs
import re
from datetime import date
from pathlib import Path

from striprtf.striprtf import rtf_to_text

from intake.domain.verdict import Note, Reason
from intake.inspection.contents import Contents, RefusedError, TextBuffer
from intake.inspection.properties import day_of, note_author, to_page_count
from intake.inspection.rtf_scan import Scan
from intake.inspection.text import is_binary

_CODE_PAGE = re.compile(rb"\\ansicpg(\d{1,5})")
_AUTHOR = re.compile(rb"\{\\(?:author|operator) ([^{}]{1,500})\}")
_HEX = re.compile(r"\\'([0-9a-fA-F]{2})|\\u-?\d+ ?\??")
_GENERATOR = re.compile(rb"\{\\\*\\generator ([^{}\\;]{1,500})")
_CREATED, _CHANGED = (
    re.compile(rb"\{\\" + word + rb"\\yr(\d{4})\\mo(\d{1,2})\\dy(\d{1,2})") for word in (b"creatim", b"revtim")
)
_PAGES = re.compile(rb"\\nofpages(\d{1,5})")


def read(path: Path) -> Contents:
    """Read an RTF file. Raises RefusedError: active_content for objects and DDE, external_content for a template
    fetched from elsewhere, file_damaged where groups do not close, too_complex for nesting that no program writes.
    """
    data = path.read_bytes().rstrip(b"\0\r\n\t ")
    contents, buffer = Contents(), TextBuffer()
    scan = Scan(data, contents)
    if scan.is_repaired:
        contents.notes.add(Note.REPAIRED)
    for author in _AUTHOR.finditer(data):
        note_author(_HEX.sub("x", author[1].decode("latin-1")), contents)
    contents.come_from(_generator(data), _day(_CREATED, data), _day(_CHANGED, data))
    pages = _PAGES.search(data)
    contents.pages = to_page_count(pages[1].decode()) if pages else None
    buffer.add(_text_of(scan.without_pictures))
    contents.text = str(buffer)
    if is_binary(contents.text):  # a program written out as text
        raise RefusedError(Reason.FILE_DAMAGED)
    if buffer.is_cut:
        contents.notes.add(Note.TEXT_CUT)
    return contents


def _generator(data: bytes) -> str:
    said = _GENERATOR.search(data)
    return said[1].decode("latin-1") if said else ""


def _day(pattern: re.Pattern[bytes], data: bytes) -> date | None:
    said = pattern.search(data)
    return day_of("{:0>4}{:0>2}{:0>2}".format(*(part.decode() for part in said.groups()))) if said else None


def _text_of(data: bytes) -> str:
    code_page = _CODE_PAGE.search(data)
    encoding = f"cp{code_page[1].decode()}" if code_page else "cp1252"
    try:
        codecs.lookup(encoding)
    except LookupError:
        encoding = "cp1252"
    try:
        text: str = rtf_to_text(  # type: ignore[no-untyped-call]
            data.decode(encoding, "replace"), encoding=encoding, errors="replace"
        )
    except (TypeError, ValueError, OverflowError) as error:  # \u without a number, or with one that is no character
        raise RefusedError(Reason.FILE_DAMAGED) from error
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")  # RTF writes surrogates one by one
