"""The reading copy: what a document says, as text that cannot do anything."""

import re
from pathlib import Path

import pypdfium2

from intake.domain.copies import BlockKind, ReadingCopy
from intake.domain.file_types import DOCX, MD, ODT, PDF, RTF, TXT
from intake.inspection import rtf, text
from intake.inspection.copies import reading_docx, reading_odt
from intake.inspection.copies.blocks import Blocks
from intake.inspection.limits import MAX_TEXT_PAGES
from intake.inspection.zip_safety import Archive

_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")
# A line this much shorter than its page's long ones ends a paragraph, and a page whose lines are all short is no prose.
_SHORT_LINE = 0.75
_PROSE_FROM = 40
_BULLETS = ("•", "–", "▪", "●", "◦", "* ", "- ")


def read(path: Path, kind: str) -> ReadingCopy:
    """The reading copy of a file of this type (a name of FILE_TYPES), which inspection has read before."""
    blocks = Blocks()
    match kind:
        case PDF.name:
            _read_pdf(path, blocks)
        case DOCX.name:
            with Archive(path) as archive:
                reading_docx.read(archive, blocks)
        case ODT.name:
            with Archive(path) as archive:
                reading_odt.read(archive, blocks)
        case RTF.name:
            for line in rtf.read(path).text.split("\n"):
                blocks.add(BlockKind.PARAGRAPH, line)
        case TXT.name | MD.name:
            for paragraph in _BLANK_LINES.split(text.read(path).text.replace("\r\n", "\n")):
                blocks.add(BlockKind.PARAGRAPH, paragraph)
    return blocks.reading_copy()


def _read_pdf(path: Path, blocks: Blocks) -> None:
    pdf = pypdfium2.PdfDocument(path)
    for number in range(len(pdf)):
        if number == MAX_TEXT_PAGES or blocks.is_full:
            blocks.cut()
            break
        blocks.add(BlockKind.PAGE, str(number + 1))
        try:
            page = pdf[number]
            lines = text_of(page).split("\n")
            page.close()
        except pypdfium2.PdfiumError:
            continue  # the inspection left it out too, and noted it
        for paragraph in _paragraphs(lines):
            blocks.add(BlockKind.PARAGRAPH, paragraph)
    pdf.close()


def text_of(page: pypdfium2.PdfPage) -> str:
    """PDFium marks a hyphen at a line's end with U+FFFE or U+0002: the word goes on."""
    text_page = page.get_textpage()
    found = text_page.get_text_range(errors="replace")
    text_page.close()
    return re.sub("[\x02\ufffe](\r\n)?", "", found).replace("\r\n", "\n").replace("\r", "\n")


def _paragraphs(lines: list[str]) -> list[str]:
    """A PDF knows lines only: prose is put together again, short lines like a CV's stay what they are."""
    lines = [line.strip() for line in lines]
    lengths = sorted(len(line) for line in lines if line)
    long = lengths[len(lengths) * 9 // 10] if lengths else 0
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line.startswith(_BULLETS):
            paragraphs.append([])
        paragraphs[-1].append(line)
        if not line or long < _PROSE_FROM or len(line) < _SHORT_LINE * long:
            paragraphs.append([])
    return [" ".join(paragraph) for paragraph in paragraphs]
