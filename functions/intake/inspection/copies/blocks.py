"""Collects the blocks of a reading copy, cleaned and within their budget."""

import re

from intake.domain.copies import Block, BlockKind, ReadingCopy
from intake.inspection.limits import MAX_READING_BLOCKS, MAX_READING_CHARACTERS

# C0 and C1 controls but tab and line feed, and halves of surrogate pairs: nothing that anybody reads.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Direction controls, characters without width, tags: text that reads otherwise than it is (row 66). The joiners U+200C
# and U+200D stay, since scripts and emoji need them, and the soft hyphen, which only marks where a word may part.
_UNSEEN = re.compile("[\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
# Bullets of the Symbol and Wingdings fonts, which only those fonts can draw.
_BULLET = re.compile("[\uf0a7\uf0a8\uf0b7\uf0d8\uf0fc]")
_SPACES = re.compile(r"[ \u00a0]*\n[ \u00a0]*")


def clean(text: str) -> str:
    """The text as it can be shown: without controls, and what is unseen written out, like ⟨U+202E⟩."""
    text = re.sub(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]", "\n", text)
    text = _BULLET.sub("•", _CONTROLS.sub("", text))
    text = _UNSEEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)
    return _SPACES.sub("\n", text).strip("\n ")


class Blocks:
    """Takes blocks until its budget is spent."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._room = MAX_READING_CHARACTERS
        self._is_cut = False

    @property
    def is_full(self) -> bool:
        return self._room == 0 or len(self._blocks) == MAX_READING_BLOCKS

    def add(self, kind: BlockKind, text: str) -> None:
        """Adds a block, unless there is nothing in it to read."""
        text = clean(text)
        if not text.strip():
            return
        if self.is_full:
            self._is_cut = True
            return
        if len(text) > self._room:
            text, self._is_cut = text[: self._room], True
        self._room -= len(text)
        self._blocks.append(Block(kind=kind, text=text))

    def cut(self) -> None:
        """Something was left out."""
        self._is_cut = True

    def reading_copy(self) -> ReadingCopy:
        return ReadingCopy(blocks=tuple(self._blocks), is_cut=self._is_cut)
