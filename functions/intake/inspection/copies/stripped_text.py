"""Plain text, Markdown and RTF without what nobody reads."""

import re
from pathlib import Path

from intake.inspection import text

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")
_TOKEN = re.compile(rb"\\([A-Za-z]{1,32})(-?\d{1,10})? ?|\\[^A-Za-z]|([{}])")
# Destinations (RTF 1.9.1) that hold properties, programs, sessions, comments, people, bound data and objects.
_DROPPED = frozenset(
    {
        *(b"info", b"generator", b"userprops", b"rsidtbl", b"revtbl", b"docvar", b"template", b"xmlnstbl"),
        *(b"annotation", b"atnid", b"atnauthor", b"atntime", b"atnicn", b"atndate", b"atnref", b"atnparent"),
        *(b"atrfstart", b"atrfend", b"datastore", b"themedata", b"colorschememapping", b"passwordhash"),
        *(b"object", b"objdata", b"picprop", b"blipuid", b"private", b"protusertbl", b"mailmerge", b"factoidname"),
        *(b"operator", b"author", b"company", b"oleclsid", b"filetbl", b"nextfile"),
    }
)
_SESSION_WORDS = re.compile(rb"(insrsid|charrsid|delrsid|pararsid|sectrsid|tblrsid|rsid|rsidroot|rev(auth|dttm)(del)?)")


def strip_plain(path: Path) -> bytes:
    """UTF-8 without a mark and controls, lines ended by \\n."""
    found, _ = text.decode(path.read_bytes())
    return _CONTROLS.sub("", found.replace("\r\n", "\n").replace("\r", "\n")).encode("utf-8", "replace")


def strip_rtf(path: Path) -> bytes:
    """Without the groups and words above, and without what follows the document's own group."""
    return _Rtf(path.read_bytes()).stripped()


class _Rtf:
    """One pass over groups and control words."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._kept: list[bytes] = []
        self._kept_from = self._depth = self._at = 0
        self._dropped_from: int | None = None
        self._opened = 0  # where the newest group begins
        self._needs_space = False  # the word before it would go on with what follows it
        self._is_head = False  # nothing but \\* has come since
        self._is_word_open = False  # what was kept ends in a control word that a letter would go on with

    def stripped(self) -> bytes:
        while match := _TOKEN.search(self._data, self._at):
            is_apart = match.start() > self._at
            self._at = match.end()
            self._is_head = self._is_head and not is_apart
            self._is_word_open = self._is_word_open and not is_apart
            word, number, brace = match.groups()
            if brace:
                self._brace(match)
                if not self._depth:
                    break
            elif word:
                self._word(match, word)
                if word == b"bin":
                    self._at += max(0, int(number or 0))
            else:
                self._is_head = self._is_head and match[0] == b"\\*"
                self._is_word_open = False
        self._kept.append(self._data[self._kept_from : self._at])
        return b"".join(self._kept)

    def _brace(self, match: re.Match[bytes]) -> None:
        was_word_open, self._is_word_open = self._is_word_open, False
        self._is_head = match[0] == b"{"
        if match[0] == b"{":
            self._depth += 1
            self._opened, self._needs_space = match.start(), was_word_open
            return
        if self._dropped_from == self._depth:
            self._kept_from, self._dropped_from = match.end(), None
        self._depth -= 1

    def _word(self, match: re.Match[bytes], word: bytes) -> None:
        is_head, self._is_head = self._is_head, False
        if self._dropped_from is not None:
            return
        if is_head and word in _DROPPED:
            self._kept.append(self._data[self._kept_from : self._opened] + b" " * self._needs_space)
            self._dropped_from = self._depth
        elif _SESSION_WORDS.fullmatch(word):
            # The space after a word belongs to it, unless the word before now needs it.
            has_space = match[0].endswith(b" ")
            self._kept.append(self._data[self._kept_from : match.start()])
            self._kept_from = match.end() - (has_space and self._is_word_open)
            self._is_word_open = self._is_word_open and not has_space
        else:
            self._is_word_open = not match[0].endswith(b" ")
