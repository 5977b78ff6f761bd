"""RTF 1.9.1: one pass of our own for structure and whatever is active, striprtf for the text.

Rows 58 to 60 of table A.
"""

import codecs
import re
from pathlib import Path

from striprtf.striprtf import rtf_to_text

from intake.domain.verdict import Note, Reason
from intake.inspection.contents import Contents, RefusedError, TextBuffer
from intake.inspection.limits import MAX_RTF_DEPTH
from intake.inspection.properties import note_author, to_page_count
from intake.inspection.word_fields import refuse_active_field

_TOKEN = re.compile(rb"\\([A-Za-z]{1,32})(-?\d{1,10})? ?|\\[^A-Za-z]|([{}])")
_OBJECTS = frozenset({b"object", b"objdata", b"objupdate", b"objocx", b"objemb", b"objlink", b"objautlink", b"objhtml"})
_FAR_AWAY = re.compile(rb"(https?|ftp|file://[^/\\]|webdav|mhtml|ms-[a-z-]+:|[/\\]{2})", re.IGNORECASE)
_CODE_PAGE = re.compile(rb"\\ansicpg(\d{1,5})")
_AUTHOR = re.compile(rb"\{\\(?:author|operator) ([^{}]{1,500})\}")
_HEX = re.compile(r"\\'([0-9a-fA-F]{2})|\\u-?\d+ ?\??")
_PAGES = re.compile(rb"\\nofpages(\d{1,5})")


def read(path: Path) -> Contents:
    """Read an RTF file. Raises RefusedError: active_content for objects and DDE, external_content for a template
    fetched from elsewhere, file_damaged where groups do not close, too_complex for nesting that no program writes.
    """
    data = path.read_bytes().rstrip(b"\0\r\n\t ")
    scan = _Scan(data)
    contents, buffer = Contents(), TextBuffer()
    if scan.is_repaired:
        contents.notes.add(Note.REPAIRED)
    if scan.has_hidden_text:
        contents.notes.add(Note.HIDDEN_TEXT)
    for author in _AUTHOR.finditer(data):
        note_author(_HEX.sub("x", author[1].decode("latin-1")), contents)
    pages = _PAGES.search(data)
    contents.pages = to_page_count(pages[1].decode()) if pages else None
    buffer.add(_text_of(scan.without_pictures))
    contents.text = str(buffer)
    if buffer.is_cut:
        contents.notes.add(Note.TEXT_CUT)
    return contents


class _Scan:
    """One pass over groups and control words: refuses what is active, and leaves out pictures, the bulk of a file."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._groups: list[int] = []
        self._picture: int | None = None  # depth of the picture group that we are in
        self._field_code: tuple[int, int] | None = None  # its depth, and where its text begins
        self._kept_from = 0
        self._kept: list[bytes] = []
        self.is_repaired = self.has_hidden_text = False
        self._run()
        self._kept.append(data[self._kept_from :])

    @property
    def without_pictures(self) -> bytes:
        return b"".join(self._kept)

    def _run(self) -> None:
        at = 0
        while match := _TOKEN.search(self._data, at):
            at = match.end()
            word, number, brace = match.groups()
            if brace == b"{":
                self._groups.append(match.start())
                if len(self._groups) > MAX_RTF_DEPTH:
                    raise RefusedError(Reason.TOO_COMPLEX)
            elif brace == b"}":
                self._close(match.start())
                if not self._groups:
                    self.is_repaired = at < len(self._data)  # readers stop here; what follows is never shown
                    return
            elif word == b"bin":
                at += max(0, int(number or 0))
            elif word:
                self._judge(word, match.end())
                if word == b"v" and number != b"0" and self._data[at : at + 1] not in (b"\\", b"{", b"}"):
                    self.has_hidden_text = True
        raise RefusedError(Reason.FILE_DAMAGED)

    def _close(self, at: int) -> None:
        if self._picture == len(self._groups):
            self._kept.append(self._data[self._kept_from : self._groups[-1]])
            self._kept_from, self._picture = at + 1, None
        if self._field_code and self._field_code[0] == len(self._groups):
            code = re.sub(rb"\\[a-z]+-?\d* ?|[{}\r\n]", b"", self._data[self._field_code[1] : at])
            refuse_active_field(code.decode("latin-1"))
            self._field_code = None
        self._groups.pop()

    def _judge(self, word: bytes, end: int) -> None:
        if word in _OBJECTS:
            raise RefusedError(Reason.ACTIVE_CONTENT)
        if word == b"template" and _FAR_AWAY.match(self._data, end):
            raise RefusedError(Reason.EXTERNAL_CONTENT)
        if word == b"pict" and self._picture is None:
            self._picture = len(self._groups)
        elif word == b"fldinst" and self._field_code is None:
            self._field_code = (len(self._groups), end)


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
