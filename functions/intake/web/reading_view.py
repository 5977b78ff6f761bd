"""A reading copy as the desk's pages show it: blocks put together to paragraphs, lists and tables, page by page."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from intake.domain.copies import Block, BlockKind, Copies, ReadingCopy
from intake.domain.document import Document
from intake.rendering.catalogues import N_, say
from intake.rendering.copies import no_reading_line, no_stripped_line, page_numbers

_BEGINNING = 900
_ON_THE_APPLICATION = 30_000
"""How many characters of a document its application's page shows at once, and behind a fold; the rest has its own page.
A function's answer has 6 MB, where a letter that is not ASCII takes six bytes."""

_GROUPED = frozenset({BlockKind.ITEM, BlockKind.ROW})


@dataclass(frozen=True)
class Group:
    """One paragraph or heading, the items of one list, or the rows of one table, each row with its cells."""

    kind: BlockKind
    parts: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Leaf:
    """One page, or everything where there are no pages; `picture` is the address of its picture."""

    number: int | None
    picture: str | None
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Reading:
    """What can be read of one document. `path` is where it stands whole; `lines` say what is missing."""

    path: str
    language: str | None
    beginning: tuple[Group, ...]
    rest: tuple[Group, ...]
    is_longer: bool
    picture: str | None
    has_pages: bool
    lines: tuple[str, ...]
    is_stripped: bool


def reading_view(document: Document, copies: Copies, said: ReadingCopy | None, path: str, language: str) -> Reading:
    """`path` is that of the document at the desk, `language` the desk's."""
    blocks = [block for block in said.blocks if block.kind is not BlockKind.PAGE] if said else []
    beginning, following = _cut(blocks, _BEGINNING)
    rest, left = _cut(following, _ON_THE_APPLICATION)
    return Reading(
        path=f"{path}/read",
        language=_language(document),
        beginning=_grouped(beginning),
        rest=_grouped(rest),
        is_longer=bool(left),
        picture=_picture(path, min(copies.pages)) if copies.pages and not blocks else None,
        has_pages=bool(copies.pages),
        lines=tuple(_lines(document, copies, said, language)),
        is_stripped=copies.stripped is not None,
    )


def leaves(copies: Copies, said: ReadingCopy | None, path: str) -> tuple[Leaf, ...]:
    """The whole of it, page by page where there are pages."""
    pages: dict[int | None, list[Block]] = {}
    number: int | None = None
    for block in said.blocks if said else ():
        if block.kind is BlockKind.PAGE:
            number = int(block.text) if block.text.isdigit() else None
            pages.setdefault(number, [])
        else:
            pages.setdefault(number, []).append(block)
    for drawn in copies.pages:
        pages.setdefault(drawn, [])
    return tuple(
        Leaf(number, _picture(path, number) if number in copies.pages else None, _grouped(blocks))
        for number, blocks in sorted(pages.items(), key=lambda page: page[0] or 0)
        if blocks or number in copies.pages
    )


def _picture(path: str, number: int | None) -> str:
    return f"{path}/pages/{number}"


def _language(document: Document) -> str | None:
    """The language for those who hear it read, where it is certain."""
    found = document.inspection.language if document.inspection else None
    return None if found is None or found.startswith("und") else found


def _cut(blocks: list[Block], most: int) -> tuple[list[Block], list[Block]]:
    """As many whole blocks as fit, at least one."""
    room = most
    for at, block in enumerate(blocks):
        room -= len(block.text)
        if room < 0 and at:
            return blocks[:at], blocks[at:]
    return blocks, []


def _grouped(blocks: Iterable[Block]) -> tuple[Group, ...]:
    def place(numbered: tuple[int, Block]) -> tuple[BlockKind, int]:
        at, block = numbered
        return block.kind, 0 if block.kind in _GROUPED else at

    return tuple(
        Group(kind, tuple(_cells(block) for _, block in blocks))
        for (kind, _), blocks in groupby(enumerate(blocks), place)
    )


def _cells(block: Block) -> tuple[str, ...]:
    return tuple(block.text.split("\t")) if block.kind is BlockKind.ROW else (block.text,)


def _lines(document: Document, copies: Copies, said: ReadingCopy | None, language: str) -> Iterable[str]:
    if copies.no_reading:
        yield no_reading_line(copies.no_reading, language)
    if said and said.is_cut:
        yield say(language, N_("Only the beginning stands here: the text is too long to be shown whole."))
    pages = document.inspection.pages if document.inspection else None
    left_out = [number for number in range(1, (pages or 0) + 1) if number not in copies.pages]
    if left_out and document.inspection and document.inspection.type == "pdf":
        yield say(language, N_("Pages without a picture: %(pages)s."), pages=page_numbers(left_out))
    if copies.no_stripped:
        yield no_stripped_line(copies.no_stripped, language)
