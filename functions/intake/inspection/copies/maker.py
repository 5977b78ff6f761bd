"""Makes one copy of one file; runs in a child of the sandbox, like inspection, since it reads a hostile file too."""

from pathlib import Path

from intake.domain.copies import READING, STRIPPED, page_number
from intake.domain.file_types import DOCX, ODT, PDF, RTF
from intake.inspection.copies import page_images, reading, stripped_docx, stripped_odt, stripped_pdf, stripped_text
from intake.inspection.zip_safety import Archive


def make(name: str, path: Path, kind: str) -> bytes:
    """The copy of this name (domain.copies) of a file of this type, which inspection accepted or held.

    A reading copy is a ReadingCopy as JSON, a stripped copy a file of the same type, a page a PNG. Raises whatever a
    parser raises: there is no copy then.
    """
    if name == READING:
        return reading.read(path, kind).model_dump_json().encode()
    if name == STRIPPED:
        return _strip(path, kind)
    if (number := page_number(name)) and kind == PDF.name:
        return page_images.draw(path, number)
    raise ValueError("there is no copy of this name")


def _strip(path: Path, kind: str) -> bytes:
    match kind:
        case PDF.name:
            return stripped_pdf.strip(path)
        case DOCX.name:
            with Archive(path) as archive:
                return stripped_docx.strip(archive)
        case ODT.name:
            with Archive(path) as archive:
                return stripped_odt.strip(archive)
        case RTF.name:
            return stripped_text.strip_rtf(path)
    return stripped_text.strip_plain(path)
