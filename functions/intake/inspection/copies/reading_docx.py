"""What a Word document says, block by block."""

import re

from intake.domain.copies import BlockKind
from intake.inspection.copies.blocks import Blocks
from intake.inspection.copies.flow import Flow
from intake.inspection.opc import ContentTypes
from intake.inspection.xml_safety import Attributes, attribute, local_name, parse
from intake.inspection.zip_safety import Archive

# In the order of reading: many a CV has its name and address in the header.
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_PARTS = tuple(_WORD + part + "+xml" for part in ("header", "document.main", "footnotes", "endnotes", "footer"))
_STYLES = _WORD + "styles+xml"
# Built-in names of styles, which stay English whatever language Word speaks (ECMA-376 part 1, 17.7.4.9).
_NAMED = (
    (re.compile(r"(heading [1-9]|title|subtitle)", re.IGNORECASE), BlockKind.HEADING),
    (re.compile(r"list (bullet|number)( [2-5])?", re.IGNORECASE), BlockKind.ITEM),
)
# What nobody sees: the other form of a picture or box, and text that a tracked change took away (17.13.5).
_UNREAD = frozenset({"Fallback", "del", "moveFrom"})
_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "noBreakHyphen": "-", "ptab": "\t"}


def read(archive: Archive, blocks: Blocks) -> None:
    types = ContentTypes(archive)
    kinds = _kinds_of_styles(archive, types)
    for content_type in _PARTS:
        for name in sorted(archive.names):
            if types.of(name) == content_type:
                body = _Body(Flow(blocks), kinds)
                parse(archive.pieces(name), body.start, body.end, body.text)


def _kinds_of_styles(archive: Archive, types: ContentTypes) -> dict[str, BlockKind]:
    """What the paragraphs of a style are, by the style's id, where they are more than paragraphs."""
    found: dict[str, BlockKind] = {}
    style = ""

    def start(name: str, attributes: Attributes) -> None:
        nonlocal style
        if local_name(name) == "style":
            style = attribute(attributes, "styleId") or ""
        elif local_name(name) == "name":
            named = attribute(attributes, "val") or ""
            found.update((style, kind) for pattern, kind in _NAMED if pattern.fullmatch(named))

    for name in archive.names:
        if types.of(name) == _STYLES:
            parse(archive.pieces(name), start)
    return found


class _Body:
    def __init__(self, flow: Flow, kinds: dict[str, BlockKind]) -> None:
        self._flow, self._kinds = flow, kinds
        self._unread = 0
        self._is_text = False

    def start(self, name: str, attributes: Attributes) -> None:
        local = local_name(name)
        if local in _UNREAD:
            self._unread += 1
        if self._unread:
            return
        match local:
            case "p" | "tr" | "tc":
                self._open(local)
            case "pStyle" if kind := self._kinds.get(attribute(attributes, "val") or ""):
                self._flow.becomes(kind)
            case "numPr":
                self._flow.becomes(BlockKind.ITEM)
            case "t":
                self._is_text = True
            case "tabs":  # its children are places of tabulators, not tabulators
                self._unread += 1
            case _ if local in _BREAKS:
                self._flow.text(_BREAKS[local])

    def _open(self, local: str) -> None:
        match local:
            case "p":
                self._flow.start_paragraph()
            case "tr":
                self._flow.start_row()
            case "tc":
                self._flow.start_cell()

    def end(self, name: str) -> None:
        local = local_name(name)
        if local in _UNREAD or local == "tabs":
            self._unread -= 1
            return
        if self._unread:
            return
        match local:
            case "p":
                self._flow.end_paragraph()
            case "tr":
                self._flow.end_row()
            case "t":
                self._is_text = False

    def text(self, text: str) -> None:
        if self._is_text and not self._unread:
            self._flow.text(text)
