"""Copies of a document for its editors: what it says, what it looks like, and the same file without what it hides."""

import re
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

READING, STRIPPED = "reading", "stripped"
"""Names of copies. A picture of a page is called by `page_name`."""


def page_name(number: int) -> str:
    """The name of the picture of a page; pages count from 1."""
    return f"page-{number}"


def page_number(name: str) -> int | None:
    """The page that a copy of this name is the picture of; None for another copy."""
    found = re.fullmatch(r"page-([1-9]\d{0,3})", name, re.ASCII)
    return int(found[1]) if found else None


class NoCopy(StrEnum):
    """Why there is no copy. Each is counted; none changes a verdict."""

    TOO_LARGE = "too_large"
    TOO_COMPLEX = "too_complex"
    FAILED = "failed"
    NO_TEXT = "no_text"
    NOT_ACCEPTED = "not_accepted"
    SAYS_OTHERWISE = "says_otherwise"
    KEY_TAKEN = "key_taken"


class Copy(BaseModel):
    """One copy in the desk bucket: its VersionId there, its SHA-256 as hex digits, its size in bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version_id: str
    sha256: str
    size: int


class Copies(BaseModel):
    """The copies of one inspected version. `pages` are pictures by number; a page without one was left out.

    `no_reading` and `no_stripped` say why a copy is missing; both are None, like the copy, for one never meant to be.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    reading: Copy | None = None
    stripped: Copy | None = None
    pages: dict[int, Copy] = {}
    no_reading: NoCopy | None = None
    no_stripped: NoCopy | None = None


class BlockKind(StrEnum):
    """What a block of a reading copy is. A page's text is its number, and what follows stood on it."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"
    PAGE = "page"


class Block(BaseModel):
    """A piece of text. Lines end with \\n, the cells of a row are parted by \\t."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: BlockKind
    text: str


class ReadingCopy(BaseModel):
    """What a document says, in the order of reading; `is_cut` where it says more than we keep."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    blocks: tuple[Block, ...]
    is_cut: bool = False

    @property
    def has_text(self) -> bool:
        return any(block.kind is not BlockKind.PAGE for block in self.blocks)
