"""One pass over the groups and control words of an RTF file (1.9.1): what runs, loads or embeds something is refused.

Values are put together as a reader does it, from runs, nested groups and every kind of escape: a command may be spelled
in any of these.
"""

import re
from dataclasses import dataclass, field

from intake.domain.verdict import Reason
from intake.inspection.contents import Contents, RefusedError
from intake.inspection.limits import MAX_RTF_DEPTH
from intake.inspection.word_fields import judge_field
from intake.inspection.word_links import is_on_this_disk

_TOKEN = re.compile(rb"\\([A-Za-z]{1,32})(-?\d{1,10})? ?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z])|([{}])")
_OBJECTS = frozenset(
    {
        *(b"object", b"objdata", b"objupdate", b"objocx", b"objemb", b"objlink", b"objautlink", b"objhtml"),
        *(b"objsub", b"objpub", b"objicemb", b"objclass", b"objname", b"oleclsid", b"linkself"),
    }
)
_CODE, _TEMPLATE, _FRAME, _NAME, _VALUE = b"fldinst", b"template", b"fname", b"sn", b"sv"
# Destinations whose text names a file that is loaded, beside the template: data to merge, a file printed next.
_SOURCES = frozenset({b"mmdatasource", b"mmheadersource", b"mmodsosrc", b"mmodsoudl", b"mmconnectstr", b"nextfile"})
_READ = frozenset({_CODE, _TEMPLATE, _FRAME, _NAME, _VALUE, *_SOURCES})
_LONGEST_VALUE = 4096
# Office Art properties: a picture in another file, and one that no program writes and CVE-2010-3333 lives in.
_LINKED_PICTURES = frozenset({"pibname", "fillblipname", "lineblipname"})
_BROKEN_PROPERTY = "pfragments"
_MOST_LEVELS = 9
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]+://|[/\\]{2}", re.IGNORECASE)
_TINY_HALF_POINTS = 2
_PLAIN = re.compile(rb"[^\\{}]{1,200}")


@dataclass
class _Value:
    """Text of a destination, with and without what it has in groups that a reader may leave out."""

    word: bytes
    depth: int
    whole: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    length: int = 0

    def add(self, text: str, *, is_optional: bool) -> None:
        self.length += len(text)
        if self.length <= _LONGEST_VALUE:
            self.whole.append(text)
            if not is_optional:
                self.plain.append(text)

    def readings(self) -> set[str]:
        return {"".join(pieces).strip(" \0") for pieces in (self.whole, self.plain)}


@dataclass
class _Group:
    start: int
    fallback: int  # characters after \u for readers that know none (\uc)
    is_optional: bool = False


class Scan:
    """Refuses what is active while it goes on, and leaves out pictures, the bulk of a file.

    Raises RefusedError: active_content, external_content, too_complex, file_damaged where groups do not close.
    """

    def __init__(self, data: bytes, contents: Contents) -> None:
        self._data, self._contents = data, contents
        self._groups: list[_Group] = []
        self._values: list[_Value] = []
        self._picture: int | None = None  # depth of the picture group that we are in
        self._property = ""
        self._skip = 0
        self._kept_from = 0
        self._kept: list[bytes] = []
        self.is_repaired = False
        self._run()
        self._kept.append(data[self._kept_from :])

    @property
    def without_pictures(self) -> bytes:
        return b"".join(self._kept)

    def _run(self) -> None:
        at, is_whole = 0, False
        while match := _TOKEN.search(self._data, at):
            if self._values and match.start() > at:
                self._take(self._data[at : match.start()])
            at = match.end()
            word, number, code, symbol, brace = match.groups()
            if word:
                self._refuse(word, number)
                at = self._follow(word, number, at)
            elif brace == b"{":
                self._open(match.start())
            elif brace == b"}":
                is_whole = self._close(at) or is_whole
            elif code:
                self._take(bytes([int(code, 16)]))
            else:
                self._symbol(symbol)
        if not is_whole:
            raise RefusedError(Reason.FILE_DAMAGED)

    def _open(self, start: int) -> None:
        self._groups.append(_Group(start, self._groups[-1].fallback if self._groups else 1))
        self._groups[-1].is_optional = len(self._groups) > 1 and self._groups[-2].is_optional
        if len(self._groups) > MAX_RTF_DEPTH:
            raise RefusedError(Reason.TOO_COMPLEX)

    def _close(self, end: int) -> bool:
        """Whether the document ends here: readers stop, but what follows is judged as well."""
        depth = len(self._groups)
        if not depth:
            return False
        if self._picture == depth:
            self._kept.append(self._data[self._kept_from : self._groups[-1].start])
            self._kept_from, self._picture = end, None
        while self._values and self._values[-1].depth == depth:
            self._finish(self._values.pop())
        self._groups.pop()
        if depth > 1:
            return False
        self.is_repaired = self.is_repaired or end < len(self._data)
        return True

    @staticmethod
    def _refuse(word: bytes, number: bytes | None) -> None:
        if word.lower() in _OBJECTS:
            raise RefusedError(Reason.ACTIVE_CONTENT)
        if word == b"subdocument":
            raise RefusedError(Reason.EXTERNAL_CONTENT)
        if word == b"listoverridecount" and int(number or 0) > _MOST_LEVELS:
            raise RefusedError(Reason.FILE_DAMAGED)  # CVE-2014-1761

    def _follow(self, word: bytes, number: bytes | None, end: int) -> int:
        """Takes a control word that ends at `end`; returns where the next token may begin."""
        if word == b"bin":
            return end + max(0, int(number or 0))
        if word in _READ and self._groups:
            self._start(word)
        elif word == b"pict" and self._picture is None:
            self._picture = len(self._groups)
        elif word == b"uc" and self._groups:
            self._groups[-1].fallback = min(max(0, int(number or 1)), 8)
        elif word == b"u":
            self._take_character(int(number or 0))
        elif word in (b"tab", b"line", b"par"):
            self._take(b" ")
        elif self._hides(word, number) and (hidden := _PLAIN.match(self._data, end)):
            self._contents.hide(hidden[0].decode("latin-1"))
        return end

    @staticmethod
    def _hides(word: bytes, number: bytes | None) -> bool:
        if word == b"fs":
            return number is not None and 0 <= int(number) <= _TINY_HALF_POINTS
        return word == b"v" and number != b"0"

    def _start(self, word: bytes) -> None:
        outer = self._values[-1] if self._values else None
        if outer and word == outer.word == _CODE and not any(outer.readings()):
            raise RefusedError(Reason.ACTIVE_CONTENT)  # a command that another field spells, as QUOTE does
        self._values.append(_Value(word, len(self._groups)))
        self._groups[-1].is_optional = False

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*" and self._groups:
            self._groups[-1].is_optional = True
        elif symbol in (b"\\", b"{", b"}", b"~", b"_", b"-"):
            self._take({b"~": b" ", b"_": b"-", b"-": b""}.get(symbol, symbol))

    def _take_character(self, number: int) -> None:
        if self._values:
            self._values[-1].add(chr(number % 0x10000), is_optional=self._groups[-1].is_optional)
            self._skip = self._groups[-1].fallback

    def _take(self, text: bytes) -> None:
        if not self._values or not self._groups:
            return
        text = text.translate(None, b"\r\n")
        skipped = min(self._skip, len(text))
        self._skip -= skipped
        if text[skipped:]:
            self._values[-1].add(text[skipped:].decode("latin-1"), is_optional=self._groups[-1].is_optional)

    def _finish(self, value: _Value) -> None:
        for reading in value.readings():
            self._judge_value(value.word, reading)
        if value.word == _CODE:
            return
        if self._values and value.word not in (_NAME, _VALUE):
            self._values[-1].add("".join(value.whole), is_optional=True)

    def _judge_value(self, word: bytes, value: str) -> None:
        if word == _CODE:
            judge_field(value, self._contents)
        elif word in (_TEMPLATE, _FRAME):
            if not is_on_this_disk(value):
                raise RefusedError(Reason.EXTERNAL_CONTENT)
        elif word == _NAME:
            self._property = re.sub(r"\W", "", value).casefold()
            if self._property == _BROKEN_PROPERTY:
                raise RefusedError(Reason.FILE_DAMAGED)
        elif word == _VALUE:
            if self._property in _LINKED_PICTURES and not is_on_this_disk(value):
                self._contents.hold(Reason.EXTERNAL_CONTENT)
        elif _REMOTE.search(value):
            self._contents.hold(Reason.EXTERNAL_CONTENT)
