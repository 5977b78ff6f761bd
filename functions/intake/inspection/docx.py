"""Word documents (OOXML, ECMA-376): what the package declares decides, never its name.

Rows 29 to 42 and 48 of table A.
"""

import re
from collections.abc import Callable
from posixpath import basename

from intake.domain.verdict import Note, Reason
from intake.inspection.contents import Contents, RefusedError, TextBuffer
from intake.inspection.nesting import verify
from intake.inspection.properties import read_authors
from intake.inspection.xml_safety import Attributes, local_name, parse
from intake.inspection.zip_safety import Archive

CONTENT_TYPES = "[Content_Types].xml"
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
# Relationship kinds: the last part of the Type address, which transitional and strict OOXML share.
_EMBEDDED = frozenset({"oleObject", "package", "aFChunk", "subDocument"})
_CONTROLS = frozenset({"control", "activeXControlBinary"})
_HARMLESS_EXTERNAL = frozenset({"hyperlink"})
_HELD_EXTERNAL = frozenset({"image", "video", "audio", "media", "mailMergeSource", "mailMergeHeaderSource"})
_TEMPLATE = "attachedTemplate"
_LOCAL_FILE = re.compile(r"(file:///(?![/\\])|[a-z]:[/\\]|(?![a-z][a-z0-9+.-]+:|[/\\]{2}))", re.IGNORECASE)
_RUNS_PROGRAMS = re.compile(r"(ms-[a-z-]+|mhtml|javascript|vbscript|search-ms|jar):", re.IGNORECASE)
# Field codes that fetch or run something (ECMA-376 part 1, 17.16.5); QUOTE at the head of a code builds one.
_ACTIVE_FIELDS = frozenset(
    {"DDE", "DDEAUTO", "INCLUDETEXT", "INCLUDEPICTURE", "INCLUDE", "IMPORT", "LINK", "DATABASE", "MACROBUTTON"}
)
_TEXT_PARTS = re.compile(r"word/(document|header|footer|footnotes|endnotes)\d*\.xml", re.IGNORECASE)
_COMMENTS_PART = re.compile(r"word/comments\d*\.xml", re.IGNORECASE)


def package_kind(archive: Archive) -> str:
    """What an OOXML package is: "docx", or a name of FOREIGN_TYPES. Raises RefusedError for macros (row 31)."""
    types: list[str] = []

    def start(_name: str, attributes: Attributes) -> None:
        types.append(attributes.get("ContentType", "").lower())

    parse(archive.pieces(CONTENT_TYPES), start)
    kind = next((kind for prefix, kind in _PACKAGES if any(t.startswith(prefix) for t in types)), "zip")
    has_macros = any(t.startswith(_MACRO_TYPES) for t in types) or any(
        basename(name).lower() in ("vbaproject.bin", "vbadata.xml") for name in archive.names
    )
    if kind == "docm" or (kind == "docx" and has_macros):
        raise RefusedError(Reason.MACROS)
    return kind


def read(archive: Archive) -> Contents:  # noqa: C901 - one branch for each kind of part
    """Read a Word document. Raises RefusedError for scripts, content fetched from elsewhere, DTDs and damage."""
    contents, buffer, look = Contents(), TextBuffer(), _Look()
    for name in archive.names:
        lower = name.lower()
        if lower.startswith("word/activex/"):
            raise RefusedError(Reason.ACTIVE_CONTENT)
        if lower.startswith("word/embeddings/"):
            contents.hold(Reason.ATTACHMENTS)
        if lower.endswith(".rels"):
            _read_relationships(archive, name, contents)
        elif _TEXT_PARTS.fullmatch(lower):
            _read_text(archive, name, buffer, contents, look)
        elif lower == "docprops/core.xml":
            read_authors(archive.pieces(name), contents)
        elif lower == "docprops/app.xml":
            contents.pages = _read_pages(archive, name)
        elif _COMMENTS_PART.fullmatch(lower):
            _read_comments(archive, name, contents)
        elif lower.endswith(".xml"):
            parse(archive.pieces(name))
        else:
            verify(archive, name, contents)
    contents.text = str(buffer)
    if look.has_hidden_text:
        contents.notes.add(Note.HIDDEN_TEXT)
    if buffer.is_cut:
        contents.notes.add(Note.TEXT_CUT)
    return contents


def _read_relationships(archive: Archive, name: str, contents: Contents) -> None:
    def start(element: str, attributes: Attributes) -> None:
        if local_name(element) != "Relationship":
            return
        kind = basename(attributes.get("Type", ""))
        if kind in _CONTROLS:
            raise RefusedError(Reason.ACTIVE_CONTENT)
        if attributes.get("TargetMode") == "External":
            _judge_external(kind, attributes.get("Target", "").strip(), contents)
        elif kind in _EMBEDDED:
            contents.hold(Reason.ATTACHMENTS)

    parse(archive.pieces(name), start)


def _judge_external(kind: str, target: str, contents: Contents) -> None:
    """Rows 32 to 36: by kind and scheme. 445 of 453 external relationships in real files are plain hyperlinks."""
    if _RUNS_PROGRAMS.match(target):
        raise RefusedError(Reason.EXTERNAL_CONTENT)
    if kind in _HARMLESS_EXTERNAL or (kind == _TEMPLATE and _LOCAL_FILE.match(target)):
        return
    if kind not in _HELD_EXTERNAL:
        raise RefusedError(Reason.EXTERNAL_CONTENT)
    contents.hold(Reason.EXTERNAL_CONTENT)


class _Fields:
    """Follows complex fields (17.16.18), which nest and are split over runs at will, and refuses the active ones."""

    def __init__(self) -> None:
        self._codes: list[list[str]] = []
        self._in_code: list[bool] = []

    def char(self, kind: str | None) -> None:
        if kind == "begin":
            if self._in_code and self._in_code[-1] and not "".join(self._codes[-1]).strip():
                raise RefusedError(Reason.ACTIVE_CONTENT)  # a command that another field spells, as QUOTE does
            self._codes.append([])
            self._in_code.append(True)
        elif kind == "separate" and self._codes:
            self._close_code()
        elif kind == "end" and self._codes:
            self._close_code()
            self._codes.pop()
            self._in_code.pop()

    def code(self, text: str) -> None:
        """Text of a field's code; the result of a field inside another one's code belongs to that code."""
        for depth in range(len(self._codes) - 1, -1, -1):
            if self._in_code[depth]:
                self._codes[depth].append(text)
                return

    def _close_code(self) -> None:
        if self._in_code[-1]:
            self._in_code[-1] = False
            refuse_active_field("".join(self._codes[-1]))


def refuse_active_field(code: str) -> None:
    """Refuse a field code whose first word fetches or runs something (row 38)."""
    words = code.split(maxsplit=1)
    if words and words[0].strip('"').upper() in _ACTIVE_FIELDS:
        raise RefusedError(Reason.ACTIVE_CONTENT)


class _Look:
    """Follows what a run's own properties do to its text (17.3.2): hidden, of no size, or white on the page's white.

    White text is hidden only in a document where nothing dark could lie under it. What a style hides is not followed.
    """

    def __init__(self) -> None:
        self._is_hidden = self._is_white = self._is_hidden_anywhere = self._is_white_anywhere = self._is_filled = False
        self._before_change = 0
        self._boxes = 0

    @property
    def has_hidden_text(self) -> bool:
        return self._is_hidden_anywhere or (self._is_white_anywhere and not self._is_filled)

    def start(self, local: str, attributes: Attributes) -> None:
        match local:
            case "r":
                self._is_hidden = self._is_white = False
            case "rPrChange":
                self._before_change += 1
            case "txbxContent":
                self._boxes += 1
            case "vanish" | "sz" | "color" if not self._before_change:
                self._judge(local, _attribute(attributes, "val") or "")
            case "shd":
                fill = (_attribute(attributes, "fill") or "auto").lower()
                self._is_filled |= fill not in ("auto", "ffffff") or _attribute(attributes, "themeFill") is not None
            case "highlight" | "background" | "pict" | "tblStyle":
                self._is_filled = True
            case "anchor":
                self._is_filled |= _attribute(attributes, "behindDoc") in ("1", "true")

    def end(self, local: str) -> None:
        if local == "rPrChange":
            self._before_change -= 1
        elif local == "txbxContent":
            self._boxes -= 1

    def text(self, text: str) -> None:
        if text and not text.isspace():
            self._is_hidden_anywhere |= self._is_hidden
            self._is_white_anywhere |= self._is_white and not self._boxes

    def _judge(self, local: str, value: str) -> None:
        if local == "color":
            self._is_white = value.lower() == "ffffff"
        elif local == "sz":
            self._is_hidden |= value in ("0", "1", "2")  # half points
        else:
            self._is_hidden |= value not in ("0", "false", "off")


class _Body:
    """One part with text: w:t outside of fallbacks, as people read it; deleted text is w:delText."""

    def __init__(self, buffer: TextBuffer, contents: Contents, look: _Look) -> None:
        self._buffer, self._contents, self._look = buffer, contents, look
        self._fields = _Fields()
        self._take: Callable[[str], None] | None = None
        self._fallbacks = 0

    def start(self, name: str, attributes: Attributes) -> None:
        self._look.start(local_name(name), attributes)
        match local_name(name):
            case "t" if not self._fallbacks:
                self._take = self._take_text
            case "instrText":
                self._take = self._fields.code
            case "fldChar":
                self._fields.char(_attribute(attributes, "fldCharType"))
            case "fldSimple":
                refuse_active_field(_attribute(attributes, "instr") or "")
            case "tab" | "br" | "cr":
                self._buffer.add("\n")
            case "Fallback":
                self._fallbacks += 1
            case "ins" | "del" | "moveFrom" | "moveTo":
                self._contents.notes.add(Note.TRACKED_CHANGES)

    def end(self, name: str) -> None:
        self._look.end(local_name(name))
        match local_name(name):
            case "t" | "instrText":
                self._take = None
            case "p":
                self._buffer.add("\n")
            case "Fallback":
                self._fallbacks -= 1

    def text(self, text: str) -> None:
        if self._take:
            self._take(text)

    def _take_text(self, text: str) -> None:
        self._buffer.add(text)
        self._look.text(text)
        self._fields.code(text)


def _read_text(archive: Archive, name: str, buffer: TextBuffer, contents: Contents, look: _Look) -> None:
    body = _Body(buffer, contents, look)
    parse(archive.pieces(name), body.start, body.end, body.text)


def _attribute(attributes: Attributes, local: str) -> str | None:
    return next((value for name, value in attributes.items() if local_name(name) == local), None)


def _read_comments(archive: Archive, name: str, contents: Contents) -> None:
    def start(element: str, _attributes: Attributes) -> None:
        if local_name(element) == "comment":
            contents.notes.add(Note.COMMENTS)

    parse(archive.pieces(name), start)


def _read_pages(archive: Archive, name: str) -> int | None:
    """Pages as Word counted them when it last saved (docProps/app.xml): the only number there is without laying out."""
    digits: list[str] = []
    is_pages = False

    def start(element: str, _attributes: Attributes) -> None:
        nonlocal is_pages
        is_pages = local_name(element) == "Pages"

    def end(_element: str) -> None:
        nonlocal is_pages
        is_pages = False

    def text(piece: str) -> None:
        if is_pages:
            digits.append(piece)

    parse(archive.pieces(name), start, end, text)
    return to_page_count("".join(digits))


def to_page_count(digits: str) -> int | None:
    """A number of pages that a file states about itself, or None where it is no such number."""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 and int(digits) else None
