"""What an OpenDocument text says, block by block."""

from intake.domain.copies import BlockKind
from intake.inspection.copies.blocks import Blocks
from intake.inspection.copies.flow import Flow
from intake.inspection.xml_safety import Attributes, attribute, local_name, parse
from intake.inspection.zip_safety import Archive

# Comments, and text that a tracked change took away (ODF 1.3 part 3, 14.1 and 5.5.1).
_UNREAD = frozenset({"annotation", "tracked-changes"})
_DESCRIPTIONS = frozenset({"title", "desc"})
_SVG = "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0 "
_MOST_SPACES = 100


def read(archive: Archive, blocks: Blocks) -> None:
    body = _Body(Flow(blocks))
    parse(archive.pieces("content.xml"), body.start, body.end, body.text)


def _is_unread(name: str) -> bool:
    """Whether nobody sees this element's text: a description of a picture is for those who hear it read."""
    local = local_name(name)
    return local in _UNREAD or (local in _DESCRIPTIONS and name.startswith(_SVG))


class _Body:
    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._unread = self._lists = self._bodies = 0

    def start(self, name: str, attributes: Attributes) -> None:  # noqa: C901 - one case for each element
        local = local_name(name)
        if _is_unread(name):
            self._unread += 1
        if self._unread:
            return
        match local:
            case "body":
                self._bodies += 1
            case "p":
                self._flow.start_paragraph(BlockKind.ITEM if self._lists else BlockKind.PARAGRAPH)
            case "h":
                self._flow.start_paragraph(BlockKind.HEADING)
            case "list":
                self._lists += 1
            case "table-row":
                self._flow.start_row()
            case "table-cell":
                self._flow.start_cell()
            case "s":
                count = attribute(attributes, "c") or ""
                self._flow.text(" " * min(int(count) if count.isascii() and count.isdigit() else 1, _MOST_SPACES))
            case "tab":
                self._flow.text("\t")
            case "line-break":
                self._flow.text("\n")

    def end(self, name: str) -> None:
        local = local_name(name)
        if _is_unread(name):
            self._unread -= 1
            return
        if self._unread:
            return
        match local:
            case "body":
                self._bodies -= 1
            case "p" | "h":
                self._flow.end_paragraph()
            case "list":
                self._lists -= 1
            case "table-row":
                self._flow.end_row()

    def text(self, text: str) -> None:
        if self._bodies and not self._unread:
            self._flow.text(text)
