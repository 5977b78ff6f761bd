"""Pictures of a PDF's pages, as PNG (ISO/IEC 15948): what an editor sees of a scan, or of a page that is laid out."""

import math
import struct
import zlib
from pathlib import Path

import pypdfium2

from intake.inspection.limits import MAX_PAGE_IMAGE_PIXELS, PAGE_IMAGE_WIDTH
from intake.inspection.sniff import PNG_MAGIC

_GRAY, _RGB = 0, 2
_COMPRESSION = 6


def draw(path: Path, number: int) -> bytes:
    """One page; numbers count from 1. Raises pypdfium2.PdfiumError for a page that PDFium cannot load."""
    pdf = pypdfium2.PdfDocument(path)
    pdf.init_forms()  # or what was filled in is not drawn; this PDFium is built without scripts
    page = pdf[number - 1]
    width, height = page.get_size()
    scale = min(PAGE_IMAGE_WIDTH / width, math.sqrt(MAX_PAGE_IMAGE_PIXELS / (width * height)))
    bitmap = page.render(scale=scale, rev_byteorder=True)
    pixels = bytes(memoryview(bitmap.buffer))
    return png(bitmap.width, bitmap.height, bitmap.stride, pixels)


def png(width: int, height: int, stride: int, pixels: bytes) -> bytes:
    """RGB rows of `stride` bytes as a PNG; one without a colour in it is written in grays, a third of the size."""
    rows = [pixels[at : at + 3 * width] for at in range(0, stride * height, stride)]
    is_gray = all(row[0::3] == row[1::3] == row[2::3] for row in rows)
    if is_gray:
        rows = [row[0::3] for row in rows]
    raw = b"".join(b"\0" + row for row in rows)  # filter 0: none
    header = struct.pack(">2I5B", width, height, 8, _GRAY if is_gray else _RGB, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(raw, _COMPRESSION)), (b"IEND", b""))
    return PNG_MAGIC + b"".join(_chunk(kind, body) for kind, body in parts)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
