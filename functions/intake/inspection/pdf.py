"""PDF (ISO 32000): pikepdf (qpdf) judges, PDFium reads the text."""

import contextlib
import mmap
import re
from pathlib import Path

import pikepdf
import pypdfium2
from pikepdf.exceptions import PikepdfError
from pikepdf.settings import qpdf_limit_errors, set_qpdf_limits

from intake.domain.verdict import Note, Reason
from intake.inspection.contents import Contents, RefusedError, TextBuffer
from intake.inspection.limits import (
    MAX_JUNK_BEFORE_HEADER,
    MAX_PAGE_SIDE_POINTS,
    MAX_PAGES,
    MAX_PAGES_SEARCHED,
    MAX_STRUCTURE_BYTES,
    MAX_TEXT_PAGES,
    MAX_UNREMARKABLE_UPDATES,
)
from intake.inspection.pdf_actions import judge_objects
from intake.inspection.pdf_hidden import hidden_text
from intake.inspection.properties import day_of, note_author, read_authors

# Process-wide in qpdf, so set once: what it may inflate to learn a file's structure (row 17).
set_qpdf_limits(
    flate_max_memory=MAX_STRUCTURE_BYTES, run_length_max_memory=MAX_STRUCTURE_BYTES, png_max_memory=MAX_STRUCTURE_BYTES
)

# The end of each generation of a file (7.5.6), and what it must point at; a linearized file's first one points at 0.
_GENERATION = re.compile(rb"startxref\s{1,16}(\d{1,10})\s{1,16}%%EOF")
_CROSS_REFERENCES = re.compile(rb"\s{0,4}(xref|\d{1,10} \d{1,5} obj)")
_UNKNOWN_ENCRYPTION = "unsupported encryption"  # by certificates, most often
_PDFIUM_PASSWORD = pypdfium2.raw.FPDF_ERR_PASSWORD


def read(path: Path) -> Contents:
    """Read a PDF. Raises RefusedError: password, file_damaged, active_content, external_content, too_complex."""
    limit_errors = qpdf_limit_errors()
    try:
        with pikepdf.open(path, inherit_page_attributes=False) as pdf:
            contents = _judge(pdf)
            _read_properties(pdf, contents)
            if pdf.get_warnings():
                contents.notes.add(Note.REPAIRED)
    except pikepdf.PasswordError as error:
        raise RefusedError(Reason.PASSWORD) from error
    except (ValueError, OverflowError) as error:  # qpdf met a number that no program can write
        raise RefusedError(Reason.FILE_DAMAGED) from error
    except PikepdfError as error:  # PdfError, and what qpdf says of a page tree only when it is walked
        if _UNKNOWN_ENCRYPTION in str(error):
            raise RefusedError(Reason.PASSWORD) from error
        is_limit = qpdf_limit_errors() > limit_errors
        raise RefusedError(Reason.TOO_COMPLEX if is_limit else Reason.FILE_DAMAGED) from error
    if qpdf_limit_errors() > limit_errors:
        raise RefusedError(Reason.TOO_COMPLEX)
    if _count_updates(path) > MAX_UNREMARKABLE_UPDATES:
        contents.notes.add(Note.INCREMENTAL_UPDATES)
    _read_text(path, contents)
    return contents


def _read_properties(pdf: pikepdf.Pdf, contents: Contents) -> None:
    _note_author_in_metadata(pdf, contents)
    info = pdf.trailer.get("/Info")
    if isinstance(info, pikepdf.Dictionary):
        note_author(_said(info, "/Author"), contents)
        programs = dict.fromkeys(filter(None, (_said(info, "/Creator"), _said(info, "/Producer"))))
        created, changed = (day_of(_said(info, name)) for name in ("/CreationDate", "/ModDate"))
        contents.come_from(", ".join(programs), created, changed)


def _said(info: pikepdf.Dictionary, name: str) -> str:
    """An entry of the information dictionary (14.3.3); "" where there is none, or it is marked as UTF-8 and is not."""
    value = info.get(name)
    with contextlib.suppress(UnicodeDecodeError):
        return str(value) if isinstance(value, pikepdf.String) else ""
    return ""


def _note_author_in_metadata(pdf: pikepdf.Pdf, contents: Contents) -> None:
    """dc:creator of the XMP packet (14.3.2). A packet that is broken says nothing; viewers ignore it as well."""
    packet = pdf.Root.get("/Metadata")
    if isinstance(packet, pikepdf.Stream):
        with contextlib.suppress(RefusedError, PikepdfError):
            read_authors([packet.read_bytes()], contents)


def _count_updates(path: Path) -> int:
    """How often the file was changed by appending to it (7.5.6), which leaves what it said before inside."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        start = max(0, data.find(b"%PDF-", 0, MAX_JUNK_BEFORE_HEADER + len(b"%PDF-")))
        offsets = {int(match[1]) for match in _GENERATION.finditer(data)}
        return sum(_CROSS_REFERENCES.match(data, start + at) is not None for at in offsets if at) - 1


def _judge(pdf: pikepdf.Pdf) -> Contents:
    contents = Contents(pages=len(pdf.pages))
    if not contents.pages:
        raise RefusedError(Reason.FILE_DAMAGED)
    if contents.pages > MAX_PAGES:
        raise RefusedError(Reason.TOO_COMPLEX)
    for page in pdf.pages:
        _check_size(page.obj)
    if "/Collection" in pdf.Root:
        contents.hold(Reason.ATTACHMENTS)
    if isinstance(form := pdf.Root.get("/AcroForm"), pikepdf.Dictionary) and "/XFA" in form:
        raise RefusedError(Reason.ACTIVE_CONTENT)  # scripts by design, and blank in every editor's viewer
    _check_object_streams(pdf)
    judge_objects(pdf, contents)
    return contents


def _check_object_streams(pdf: pikepdf.Pdf) -> None:
    """Every object stream must inflate whole: qpdf leaves out one that does not, and a viewer may run what is in it."""
    numbers = {entry.obj_stream_number for entry in pdf.get_xref_table().values()}
    for number in filter(None, numbers):
        stream = pdf.get_object(number, 0)
        try:
            if not isinstance(stream, pikepdf.Stream):
                raise RefusedError(Reason.FILE_DAMAGED)
            stream.read_bytes()
        except PikepdfError as error:
            is_limit = "limit exceeded" in str(error)
            raise RefusedError(Reason.TOO_COMPLEX if is_limit else Reason.FILE_DAMAGED) from error


def _check_size(page: pikepdf.Object) -> None:
    box = page.get("/MediaBox")
    try:
        sides = [abs(float(v)) for v in box] if isinstance(box, pikepdf.Array) else []
        unit = float(page.get("/UserUnit", 1))
    except (TypeError, ValueError) as error:
        raise RefusedError(Reason.FILE_DAMAGED) from error
    if any(side * unit > MAX_PAGE_SIDE_POINTS for side in sides):
        raise RefusedError(Reason.TOO_COMPLEX)


def _read_text(path: Path, contents: Contents) -> None:
    """Text of the first pages. A page that PDFium cannot read is left out; a file that it cannot open is damaged."""
    buffer = TextBuffer()
    try:
        pdf = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        # qpdf lists the objects of some AES-256 files without the password that reading them needs.
        is_locked = error.err_code == _PDFIUM_PASSWORD
        raise RefusedError(Reason.PASSWORD if is_locked else Reason.FILE_DAMAGED) from error
    try:
        for number in range(min(len(pdf), MAX_TEXT_PAGES)):
            if buffer.is_full:
                break
            try:
                _read_page(pdf, number, buffer, contents)
            except pypdfium2.PdfiumError:
                contents.notes.add(Note.REPAIRED)
        is_cut = buffer.is_cut or buffer.is_full or len(pdf) > MAX_TEXT_PAGES
    finally:
        pdf.close()
    contents.text = str(buffer)
    if is_cut:
        contents.notes.add(Note.TEXT_CUT)


def _read_page(pdf: pypdfium2.PdfDocument, number: int, buffer: TextBuffer, contents: Contents) -> None:
    page = pdf[number]
    text_page = page.get_textpage()
    # PDFium marks a hyphen at a line's end with U+FFFE or U+0002: the word goes on.
    text = text_page.get_text_range(errors="replace").replace("\x02\r\n", "").replace("\ufffe\r\n", "")
    buffer.add(text.replace("\x02", "").replace("\ufffe", "") + "\n")
    if number < MAX_PAGES_SEARCHED and (hidden := hidden_text(page.raw, text_page.raw)):
        contents.hide(hidden)
    text_page.close()
    page.close()
