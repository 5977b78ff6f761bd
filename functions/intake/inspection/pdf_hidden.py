"""Text of a PDF page that nobody sees but every program reads. Called with PDFium's handles."""

import ctypes
import math
from typing import Any

import pypdfium2.raw as pdfium

from intake.inspection.limits import MAX_PAGE_OBJECTS

_WHITE_FROM = 250  # of 255
_TINY_POINTS = 1.0
_RULE_POINTS = 6.0  # a surface that is thinner or narrower has no text on it


def hidden_text(page: Any, text_page: Any) -> str:
    """The beginning of what a page hides: text of no size or beside the page, or text that is invisible or white where
    nothing else is drawn; "" for none.

    A scan's recognised text lies invisible on its picture, and white letters stand on a dark bar: neither is hidden,
    so on a page with a picture, a form or a dark surface only size and place count.
    """
    is_covered = False
    hidden, faint = "", ""
    paper = _paper(page)
    for number in range(min(pdfium.FPDFPage_CountObjects(page), MAX_PAGE_OBJECTS)):
        item = pdfium.FPDFPage_GetObject(page, number)
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind != pdfium.FPDF_PAGEOBJ_TEXT:
            is_covered = is_covered or kind != pdfium.FPDF_PAGEOBJ_PATH or _is_dark_surface(item)
        elif _is_tiny(item) or _is_beside(item, paper):
            hidden += _letters_of(item, text_page)
        elif not is_covered and _is_faint(item):
            faint += _letters_of(item, text_page)
    return hidden or ("" if is_covered else faint)


def _paper(page: Any) -> tuple[float, ...] | None:
    """Left, bottom, right and top of the whole sheet, printers' marks included; None where the page does not say."""
    edges = [ctypes.c_float() for _ in range(4)]
    return tuple(edge.value for edge in edges) if pdfium.FPDFPage_GetMediaBox(page, *edges) else None


def _is_beside(text: Any, paper: tuple[float, ...] | None) -> bool:
    edges = [ctypes.c_float() for _ in range(4)]
    if paper is None or not pdfium.FPDFPageObj_GetBounds(text, *edges):
        return False
    left, bottom, right, top = (edge.value for edge in edges)
    return right < paper[0] or top < paper[1] or left > paper[2] or bottom > paper[3]


def _is_tiny(text: Any) -> bool:
    size, matrix = ctypes.c_float(), pdfium.FS_MATRIX()
    if not pdfium.FPDFTextObj_GetFontSize(text, size) or not pdfium.FPDFPageObj_GetMatrix(text, matrix):
        return False
    return abs(size.value) * math.hypot(matrix.c, matrix.d) < _TINY_POINTS


def _is_faint(text: Any) -> bool:
    mode = pdfium.FPDFTextObj_GetTextRenderMode(text)
    if mode == pdfium.FPDF_TEXTRENDERMODE_INVISIBLE:
        return True
    return bool(mode == pdfium.FPDF_TEXTRENDERMODE_FILL and _is_white(text))


def _is_white(item: Any) -> bool:
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not pdfium.FPDFPageObj_GetFillColor(item, red, green, blue, alpha):
        return False
    return alpha.value == 0 or min(red.value, green.value, blue.value) >= _WHITE_FROM


def _is_dark_surface(path: Any) -> bool:
    fill, is_stroked = ctypes.c_int(), pdfium.FPDF_BOOL()
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPath_GetDrawMode(path, fill, is_stroked) or fill.value == pdfium.FPDF_FILLMODE_NONE:
        return False
    if not pdfium.FPDFPageObj_GetBounds(path, left, bottom, right, top):
        return True
    is_rule = min(right.value - left.value, top.value - bottom.value) < _RULE_POINTS
    return not is_rule and not _is_white(path)


def _letters_of(text: Any, text_page: Any) -> str:
    """What a text object says, if that is more than marks."""
    length = pdfium.FPDFTextObj_GetText(text, text_page, None, 0)  # in bytes, with the NUL at the end
    buffer = (ctypes.c_ushort * (length // 2 + 1))()
    pdfium.FPDFTextObj_GetText(text, text_page, buffer, length)
    said = bytes(buffer).decode("utf-16-le", "replace").partition("\0")[0]
    return f"{said} " if any(character.isalnum() for character in said) else ""
