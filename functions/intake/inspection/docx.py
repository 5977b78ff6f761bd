"""Word documents (OOXML, ECMA-376): what the package declares decides, never a name."""

import re
from posixpath import basename

from intake.domain.verdict import Note, Reason
from intake.inspection import workbook
from intake.inspection.contents import Contents, RefusedError, TextBuffer
from intake.inspection.nesting import verify
from intake.inspection.opc import ContentTypes, is_relationships, part_key, read_relationships
from intake.inspection.properties import read_authors, read_origin, read_pages
from intake.inspection.word_links import Links
from intake.inspection.word_text import Body, Look
from intake.inspection.xml_safety import NotWellFormedError, parse
from intake.inspection.zip_safety import ZIP_MAGIC, Archive

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
# What the main part's content type begins with → our name for the package.
_PACKAGES = (
    (_WORD + "document.main+xml", "docx"),
    (_WORD + "template.main+xml", "dotx"),
    ("application/vnd.ms-word.document.macroenabled", "docm"),
    ("application/vnd.ms-word.template.macroenabled", "docm"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.", "xlsx"),
    ("application/vnd.ms-excel.", "xlsx"),
    ("application/vnd.openxmlformats-officedocument.presentationml.", "pptx"),
    ("application/vnd.ms-powerpoint.", "pptx"),
    ("application/vnd.ms-visio.", "vsdx"),
    ("application/vnd.ms-package.xps-", "xps"),
)
_MACRO_TYPES = ("application/vnd.ms-office.vbaproject", "application/vnd.ms-word.vbadata")
_ACTIVEX_TYPES = ("application/vnd.ms-office.activex",)
_SHOWN = tuple(_WORD + part + "+xml" for part in ("document.main", "header", "footer", "footnotes", "endnotes"))
_ASIDE = tuple(_WORD + part + "+xml" for part in ("comments", "document.glossary"))
_STYLES = _WORD + "styles+xml"
_SHOWN_NAME = re.compile(r"word/(document|header|footer|footnotes|endnotes)\d*\.xml")
_ASIDE_NAME = re.compile(r"word/(comments\d*|glossary/document)\.xml")


def package_kind(archive: Archive) -> str:
    """What an OOXML package is: "docx", or a name of FOREIGN_TYPES. Raises RefusedError for macros (row 31)."""
    types = ContentTypes(archive).declared()
    kind = next((kind for prefix, kind in _PACKAGES if any(t.startswith(prefix) for t in types)), "zip")
    has_macros = any(t.startswith(_MACRO_TYPES) for t in types) or any(
        basename(name).lower() in ("vbaproject.bin", "vbadata.xml") for name in archive.names
    )
    if kind == "docm" or (kind == "docx" and has_macros):
        raise RefusedError(Reason.MACROS)
    return kind


def read(archive: Archive) -> Contents:
    """Read a Word document. Raises RefusedError for scripts, content fetched from elsewhere, DTDs and damage."""
    return _Document(archive).read()


class _Document:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._types = ContentTypes(archive)
        self._contents, self._buffer, self._look = Contents(), TextBuffer(), Look()
        self._links = Links(self._types, self._contents)

    def read(self) -> Contents:
        read_relationships(self._archive, self._links.judge)
        for name in sorted(self._archive.names, key=lambda name: not self._is_styles(name)):
            if not is_relationships(name):
                self._read_part(name)
        contents = self._contents
        contents.text = str(self._buffer)
        if hidden := self._look.hidden_text:
            contents.hide(hidden)
        if self._buffer.is_cut:
            contents.notes.add(Note.TEXT_CUT)
        return contents

    def _is_styles(self, name: str) -> bool:
        return self._types.of(name) == _STYLES

    def _read_part(self, name: str) -> None:  # noqa: C901, PLR0911 - one answer for each kind of part
        lower, content_type, pieces = name.lower(), self._types.of(name), self._archive.pieces(name)
        if lower.startswith("word/activex/") or content_type.startswith(_ACTIVEX_TYPES):
            raise RefusedError(Reason.ACTIVE_CONTENT)
        if part_key(name) in self._links.chart_data:
            return workbook.verify(self._archive, name, self._contents)
        if lower.startswith("word/embeddings/"):
            self._contents.hold(Reason.ATTACHMENTS)
        if next(self._archive.pieces(name), b"").startswith(ZIP_MAGIC):  # typed as text where it is an altChunk
            return verify(self._archive, name, self._contents)
        if content_type in _SHOWN or _SHOWN_NAME.fullmatch(lower):
            return self._read_text(name, self._buffer, self._look)
        if content_type in _ASIDE or _ASIDE_NAME.fullmatch(lower):
            return self._read_text(name, TextBuffer(), Look())
        if content_type == _STYLES:
            return parse(pieces, self._look.read_style)
        if lower == "docprops/core.xml":
            read_origin(self._archive.pieces(name), self._contents)
            return read_authors(pieces, self._contents)
        if lower == "docprops/app.xml":
            read_origin(self._archive.pieces(name), self._contents)
            self._contents.pages = read_pages(pieces)
            return None
        if lower.endswith(".xml") or content_type.endswith(("+xml", "/xml")):
            return self._read_xml(name)
        return verify(self._archive, name, self._contents)

    def _read_text(self, name: str, buffer: TextBuffer, look: Look) -> None:
        body = Body(buffer, self._contents, look)
        parse(self._archive.pieces(name), body.start, body.end, body.text)

    def _read_xml(self, name: str) -> None:
        """Any other XML. Where nothing leads to it, it is no part of the document, and may be whatever it is."""
        try:
            parse(self._archive.pieces(name))
        except NotWellFormedError:
            if part_key(name) in self._links.leads_to:
                raise
            verify(self._archive, name, self._contents)
