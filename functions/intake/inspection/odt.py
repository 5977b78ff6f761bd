"""OpenDocument texts (ODF 1.3): mimetype and manifest decide."""

import re

from intake.domain.verdict import Note, Reason
from intake.inspection.contents import Contents, RefusedError, TextBuffer
from intake.inspection.limits import MAX_NESTING
from intake.inspection.nesting import package, verify
from intake.inspection.properties import read_authors, read_origin, to_page_count
from intake.inspection.xml_safety import Attributes, local_name, parse
from intake.inspection.zip_safety import Archive

MIMETYPE, MANIFEST = "mimetype", "META-INF/manifest.xml"
_ODF = "application/vnd.oasis.opendocument."
_KINDS = {
    _ODF + "text": "odt",
    _ODF + "text-template": "ott",
    _ODF + "spreadsheet": "ods",
    _ODF + "presentation": "odp",
    "application/epub+zip": "epub",
}
# Objects that LibreOffice keeps inside and that can only be drawn.
_INERT_OBJECTS = (_ODF + "chart", _ODF + "formula")
_MACRO_FOLDERS = ("basic/", "scripts/")
_SCRIPT_LINK = re.compile(
    r"\s*(vnd\.(sun\.star|libreoffice)\.[a-z.-]+|macro|javascript|vbscript|ms-[a-z-]+|service|slot):", re.IGNORECASE
)
_COMMAND = re.compile(r"\s*\.uno:", re.IGNORECASE)
_LEAVES_PACKAGE = re.compile(r"\s*([a-z][a-z0-9+.-]*:|[/\\]{2})", re.IGNORECASE)
# Elements whose xlink:href is loaded when the document opens; text:a and the like wait for a click.
_LOADED = frozenset(
    {
        *("image", "object", "object-ole", "section-source", "table-source", "cell-range-source", "sound"),
        *("fill-image", "background-image", "font-face-uri", "definition-src", "auto-reload"),
    }
)
_ACTIVE = frozenset({"applet", "plugin", "floating-frame", "dde-connection-decl", "dde-source"})
_MACROS = frozenset({"event-listener", "script"})
_VERSIONS = "Versions/"
_TINY = re.compile(r"[01](\.\d+)?pt")
_SPACES = frozenset({"s", "tab", "line-break"})
_NOT_BODY = frozenset({"tracked-changes", "annotation"})


def declared_kind(archive: Archive) -> str | None:
    """What an OpenDocument or EPUB package says it is: "odt", a name of FOREIGN_TYPES, or None if it is neither."""
    names = archive.names
    if MIMETYPE in names:
        media_type = archive.read(MIMETYPE)[:100].decode("ascii", "replace").strip()
    elif MANIFEST in names:
        media_type = _Manifest(archive).media_types.get("/", "")
    else:
        return None
    return _KINDS.get(media_type, "odf" if media_type.startswith((_ODF, "application/vnd.sun.xml.")) else None)


def read(archive: Archive) -> Contents:  # noqa: C901, PLR0912 - one branch for each kind of part
    """Read an OpenDocument text. Raises RefusedError for a password, macros, active content, DTDs and damage."""
    contents, buffer = Contents(), TextBuffer()
    manifest = _Manifest(archive)
    if manifest.is_encrypted:
        raise RefusedError(Reason.PASSWORD)
    if "content.xml" not in archive.names:
        raise RefusedError(Reason.FILE_DAMAGED)
    if archive.first_stored != MIMETYPE:
        contents.notes.add(Note.REPAIRED)  # ODF 1.3 part 2, 3.3: it should come first and stored; 1 of 28 real files
    for name in archive.names:
        if name.lower().startswith(_MACRO_FOLDERS) and not name.endswith("/"):
            raise RefusedError(Reason.MACROS)
        if name.endswith("/content.xml") and name.count("/") > MAX_NESTING:  # an object in an object in an object
            raise RefusedError(Reason.TOO_COMPLEX)
        if name == "content.xml":
            _read_part(archive, name, contents, manifest, buffer)
        elif name == "styles.xml" or name.endswith(("/content.xml", "/styles.xml")):
            _read_part(archive, name, contents, manifest, None)
        elif name == "meta.xml":
            contents.pages = _read_pages(archive, name)
            read_authors(archive.pieces(name), contents)
            read_origin(archive.pieces(name), contents)
            _read_part(archive, name, contents, manifest, None)
        elif name.endswith((".xml", ".rdf")) and not archive.is_empty(name):  # LibreOffice leaves some empty
            parse(archive.pieces(name), _refuse_script_links)
        elif name.startswith(_VERSIONS) and not name.endswith("/"):
            _read_version(archive, name, contents)
        else:
            verify(archive, name, contents)
    contents.text = str(buffer)
    if buffer.is_cut:
        contents.notes.add(Note.TEXT_CUT)
    return contents


def _refuse_script_links(_name: str, attributes: Attributes) -> None:
    """Menus and keys of a document's own may call commands, which never leave the program, but no scripts."""
    if any(_SCRIPT_LINK.match(value) for value in attributes.values()):
        raise RefusedError(Reason.MACROS)


def _read_version(archive: Archive, name: str, contents: Contents) -> None:
    """What a document was before, whole, where its writer had LibreOffice keep that: a document like the one around it.

    Whatever is found in one is so in the other, but neither its text nor versions of its own.
    """
    body = package(archive, name)
    if body is None:
        return
    with Archive(body) as version:
        if declared_kind(version) != "odt" or any(inner.startswith(_VERSIONS) for inner in version.names):
            contents.hold(Reason.ATTACHMENTS)
            return
        held_for = read(version).held_for
    if held_for:
        contents.hold(held_for)
    contents.notes.add(Note.INCREMENTAL_UPDATES)


class _Manifest:
    """META-INF/manifest.xml: the media type of each path, and whether anything is encrypted (ODF 1.3 part 2, 3.4)."""

    def __init__(self, archive: Archive) -> None:
        self.media_types: dict[str, str] = {}
        self.is_encrypted = False
        if MANIFEST in archive.names:
            parse(archive.pieces(MANIFEST), self._start)

    def _start(self, name: str, attributes: Attributes) -> None:
        values = {local_name(key): value for key, value in attributes.items()}
        match local_name(name):
            case "file-entry":
                self.media_types[values.get("full-path", "")] = values.get("media-type", "")
            case "encryption-data" | "encrypted-key":
                self.is_encrypted = True


class _Part:
    """Text of the body, and everything in a part that runs, loads or embeds something."""

    def __init__(self, contents: Contents, manifest: _Manifest, buffer: TextBuffer | None) -> None:
        self._contents, self._manifest, self._buffer = contents, manifest, buffer
        self._outside = 0
        self._body = 0
        self._style = ""
        self._hidden_styles: set[str] = set()
        self._depth = 0
        self._hidden_from: int | None = None

    def start(self, name: str, attributes: Attributes) -> None:
        local = local_name(name)
        self._depth += 1
        values = {local_name(key): value for key, value in attributes.items()}
        self._judge(local, values)
        self._follow_hidden(local, values)
        if local in _NOT_BODY:
            self._outside += 1
            self._contents.notes.add(Note.COMMENTS if local == "annotation" else Note.TRACKED_CHANGES)
        elif local == "body":
            self._body += 1
        elif local in _SPACES:
            self.text(" ")

    def end(self, name: str) -> None:
        local = local_name(name)
        if self._hidden_from == self._depth:
            self._hidden_from = None
        self._depth -= 1
        if local in _NOT_BODY:
            self._outside -= 1
        elif local == "body":
            self._body -= 1
        elif local in ("p", "h"):
            self.text("\n")

    def text(self, text: str) -> None:
        if self._buffer and self._body and not self._outside:
            self._buffer.add(text)
            if self._hidden_from is not None and not text.isspace():
                self._contents.hide(text)

    def _follow_hidden(self, local: str, values: Attributes) -> None:
        """Styles that hide their text are declared before the body that uses them (ODF 1.3 part 3, 20.334 and 20.190).

        A colour is not followed: white is what stands on a dark cell or frame.
        """
        if local == "style":
            self._style = values.get("name", "")
        elif local == "text-properties":
            if values.get("display") == "none" or _TINY.fullmatch(values.get("font-size", "")):
                self._hidden_styles.add(self._style)
        elif self._hidden_from is None and self._body:
            is_section = local == "section" and values.get("display") == "none"
            if is_section or local == "hidden-text" or values.get("style-name") in self._hidden_styles:
                self._hidden_from = self._depth

    def _judge(self, local: str, values: Attributes) -> None:
        target = values.get("href", "").strip()
        if local in _ACTIVE:
            raise RefusedError(Reason.ACTIVE_CONTENT)
        if local in _MACROS and (local == "script" or target or values.get("macro-name")):
            raise RefusedError(Reason.MACROS)  # LibreOffice lists events that nothing listens to, too
        if not target:
            return
        if _SCRIPT_LINK.match(target) or _COMMAND.match(target):
            raise RefusedError(Reason.MACROS)
        if local == "a":
            self._contents.link_to(target)
        if local in _LOADED and _LEAVES_PACKAGE.match(target):
            self._contents.hold(Reason.EXTERNAL_CONTENT)
        elif local in ("object", "object-ole") and not self._is_inert(target):
            self._contents.hold(Reason.ATTACHMENTS)

    def _is_inert(self, target: str) -> bool:
        path = target.removeprefix("./").rstrip("/")
        types = self._manifest.media_types
        return (types.get(path + "/") or types.get(path, "")).startswith(_INERT_OBJECTS)


def _read_part(archive: Archive, name: str, contents: Contents, manifest: _Manifest, buffer: TextBuffer | None) -> None:
    part = _Part(contents, manifest, buffer)
    parse(archive.pieces(name), part.start, part.end, part.text)


def _read_pages(archive: Archive, name: str) -> int | None:
    """Pages as the program counted them when it last saved (meta:page-count)."""
    pages: int | None = None

    def start(element: str, attributes: Attributes) -> None:
        nonlocal pages
        if local_name(element) == "document-statistic":
            pages = next((to_page_count(v) for k, v in attributes.items() if local_name(k) == "page-count"), None)

    parse(archive.pieces(name), start)
    return pages
