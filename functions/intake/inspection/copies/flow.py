"""The flow of a word processor's text: paragraphs may nest in boxes and notes, tables in the cells of tables."""

from dataclasses import dataclass, field

from intake.domain.copies import BlockKind
from intake.inspection.copies.blocks import Blocks

type _Piece = tuple[BlockKind, str]


@dataclass
class _Cells:
    """A table's row being read: for each cell the paragraphs in it."""

    cells: list[list[_Piece]] = field(default_factory=list)

    def pieces(self) -> list[_Piece]:
        """One row where the cells are short, else their paragraphs: many a CV is one large table."""
        if all(len(cell) <= 1 for cell in self.cells):
            texts = [cell[0][1].replace("\n", " ").replace("\t", " ") if cell else "" for cell in self.cells]
            return [(BlockKind.ROW, "\t".join(texts).strip("\t"))]
        return [piece for cell in self.cells for piece in cell]


class Flow:
    """Told of starts and ends as a parser meets them. A paragraph inside another one comes before it."""

    def __init__(self, blocks: Blocks) -> None:
        self._blocks = blocks
        self._open: list[tuple[BlockKind, list[str]]] = []
        self._rows: list[_Cells] = []

    def start_paragraph(self, kind: BlockKind = BlockKind.PARAGRAPH) -> None:
        self._open.append((kind, []))

    def becomes(self, kind: BlockKind) -> None:
        """The paragraph that is open turns out to be of this kind."""
        if self._open:
            self._open[-1] = (kind, self._open[-1][1])

    def text(self, text: str) -> None:
        if self._open:
            self._open[-1][1].append(text)

    def end_paragraph(self) -> None:
        if self._open:
            kind, pieces = self._open.pop()
            self._put(kind, "".join(pieces))

    def start_row(self) -> None:
        self._rows.append(_Cells())

    def start_cell(self) -> None:
        if self._rows:
            self._rows[-1].cells.append([])

    def end_row(self) -> None:
        if self._rows:
            for kind, text in self._rows.pop().pieces():
                self._put(kind, text)

    def _put(self, kind: BlockKind, text: str) -> None:
        cells = self._rows[-1].cells if self._rows else []
        if not cells:
            self._blocks.add(kind, text)
        elif text.strip():
            cells[-1].append((kind, text))
