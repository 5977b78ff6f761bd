"""Pictures: drawn from pages, and stripped of what is not seen."""

import struct
import zlib
from pathlib import Path

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

import documents
from intake.inspection.copies.maker import make
from intake.inspection.copies.page_images import png
from intake.inspection.copies.pictures import strip_picture
from intake.inspection.limits import MAX_PAGE_IMAGE_PIXELS, PAGE_IMAGE_WIDTH


def header_of(picture: bytes) -> tuple[int, int, int]:
    """Width, height, colour type."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    return struct.unpack(">2IxB", picture[16:26])  # type: ignore[return-value]


def pixels_of(picture: bytes) -> bytes:
    at, found = 8, b""
    while at < len(picture):
        (length,) = struct.unpack_from(">I", picture, at)
        kind, body = picture[at + 4 : at + 8], picture[at + 8 : at + 8 + length]
        assert struct.unpack_from(">I", picture, at + 8 + length)[0] == zlib.crc32(kind + body)
        found += body if kind == b"IDAT" else b""
        at += 12 + length
    return zlib.decompress(found)


def test_a_page_is_drawn_as_wide_as_the_desk_shows_it(tmp_path: Path) -> None:
    (tmp_path / "d").write_bytes(documents.pdf(pages=2))
    assert header_of(make("page-2", tmp_path / "d", "pdf")) == (PAGE_IMAGE_WIDTH, 1415, 0)


def test_a_page_of_any_shape_stays_within_its_pixels(tmp_path: Path) -> None:
    for box in ("9 14400", "14400 9", "14400 14400", "1 1"):
        page = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {box}]>>".encode()
        pages = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
        (tmp_path / "d").write_bytes(documents.pdf_of(b"<</Type/Catalog/Pages 2 0 R>>", pages, page))
        width, height, _ = header_of(make("page-1", tmp_path / "d", "pdf"))
        assert min(width, height) == 1 or (width - 1) * (height - 1) <= MAX_PAGE_IMAGE_PIXELS


def test_colours_are_kept_and_grays_are_written_as_such() -> None:
    red, gray = b"\xff\0\0", b"\x55\x55\x55"
    coloured = png(2, 1, 8, red + gray + b"\0\0")
    assert (header_of(coloured), pixels_of(coloured)) == ((2, 1, 2), b"\0" + red + gray)
    plain = png(1, 2, 4, gray + b"\0" + gray + b"\0")
    assert (header_of(plain), pixels_of(plain)) == ((1, 2, 0), b"\0\x55\0\x55")


def test_there_is_no_picture_of_a_page_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "d").write_bytes(documents.pdf())
    with pytest.raises((IndexError, pypdfium2.PdfiumError)):
        make("page-2", tmp_path / "d", "pdf")
    for name, kind in (("page-0", "pdf"), ("page-1", "docx"), ("../page-1", "pdf"), ("other", "pdf")):
        with pytest.raises(ValueError, match="no copy of this name"):
            make(name, tmp_path / "d", kind)


@given(st.binary())
def test_what_is_no_whole_picture_stays_as_it_is_or_gets_shorter(data: bytes) -> None:
    for start in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b""):
        assert len(strip_picture(start + data)) <= len(start + data)


def test_the_colours_of_a_jpeg_stay() -> None:
    def segment(marker: int, body: bytes) -> bytes:
        return bytes((0xFF, marker)) + (len(body) + 2).to_bytes(2, "big") + body

    kept = segment(0xE2, b"ICC_PROFILE\0colours") + segment(0xEE, b"Adobe") + segment(0xDB, b"table")
    dropped = segment(0xE2, b"MPF\0") + segment(0xE1, b"http://ns.adobe.com/xap/") + segment(0xED, b"Photoshop")
    scan = b"\xff\xda\0\x02 pixels \xff\xd9"
    assert strip_picture(b"\xff\xd8" + dropped + kept + scan) == b"\xff\xd8" + kept + scan
