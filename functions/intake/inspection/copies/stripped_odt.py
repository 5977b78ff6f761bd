"""An OpenDocument text written anew from its text, its styles and the pictures that stand in it.

Properties, settings (which name printers), thumbnails, embedded files and comments stay behind. Tracked changes are
accepted, so that nothing of what was deleted is handed on.
"""

import re

from intake.inspection.copies import package
from intake.inspection.copies.pictures import strip_picture
from intake.inspection.copies.xml_filter import Rules, local, rewrite
from intake.inspection.odt import MANIFEST, MIMETYPE
from intake.inspection.xml_safety import Attributes, local_name, parse
from intake.inspection.zip_safety import Archive

_TEXT_PARTS = ("content.xml", "styles.xml")
_MEDIA_TYPE = b"application/vnd.oasis.opendocument.text"
_KEPT_FILES = re.compile(r"(Pictures|media|Fonts)/[^/]+")
_LINK = re.compile(r"(https?|mailto):|#", re.IGNORECASE)
_DROPPED = frozenset(
    {
        # Comments and tracked changes (ODF 1.3 part 3, 14.1 and 5.5).
        *("annotation", "annotation-end", "tracked-changes", "change", "change-start", "change-end"),
        # What runs, binds data or brings in other files; the picture of an object stands beside it.
        *("scripts", "event-listeners", "object", "object-ole", "section-source", "forms", "settings", "meta"),
        # Descriptions of pictures.
        *("desc", "dde-connection-decls", "database-display"),
    }
)
# Fields that show a property: they would be empty now, so what they showed stays as text (ODF 1.3 part 3, 7.5).
_UNWRAPPED = frozenset(
    {"title", "subject", "keywords", "description", "creator", "initial-creator", "author-name", "author-initials",
     "file-name", "template-name", "user-defined"}
)  # fmt: skip
_SESSION = ("rsid", "paragraph-rsid")


def strip(archive: Archive) -> bytes:
    members = {MIMETYPE: _MEDIA_TYPE, **dict.fromkeys((MANIFEST,), b"")}
    pictures: set[str] = set()
    for name in _TEXT_PARTS:
        if name in archive.names:
            members[name] = rewrite(archive.pieces(name), Rules(_DROPPED, _UNWRAPPED, _Attributes(archive, pictures)))
    for name in sorted(pictures):
        members[name] = strip_picture(archive.read(name))
    members[MANIFEST] = _manifest(archive, frozenset(members))
    return package.write(members, stored=frozenset({MIMETYPE}))


class _Attributes:
    """What elements keep of their attributes; takes down which pictures they show."""

    def __init__(self, archive: Archive, pictures: set[str]) -> None:
        self._archive, self._pictures = archive, pictures

    def __call__(self, element: str, given: Attributes) -> Attributes | None:
        if local(element) == "title" and element != "text:title":  # a picture's, not the field that shows the text's
            return None
        kept = {name: value for name, value in given.items() if not local(name).startswith(_SESSION)}
        if local(element) in ("frame", "image"):
            kept = {name: value for name, value in kept.items() if name != "draw:name"}
        target = kept.get("xlink:href")
        if target is None or _LINK.match(target):
            return kept
        path = target.removeprefix("./")
        if path in self._archive.names and (_KEPT_FILES.fullmatch(path) or path.startswith("ObjectReplacements/")):
            self._pictures.add(path)
            return kept
        # A link that leads elsewhere loses its address but not its words; what would be loaded is not there.
        return {n: v for n, v in kept.items() if not n.startswith("xlink:")} if local(element) == "a" else None


def _manifest(archive: Archive, kept: frozenset[str]) -> bytes:
    """The media types of what is kept (ODF 1.3 part 2, 3.2)."""
    types: dict[str, str] = {}

    def start(name: str, attributes: Attributes) -> None:
        if local_name(name) == "file-entry":
            values = {local_name(key): value for key, value in attributes.items()}
            types[values.get("full-path", "")] = values.get("media-type", "")

    if MANIFEST in archive.names:
        parse(archive.pieces(MANIFEST), start)
    known = re.compile(r"[a-zA-Z0-9.+-]+/[a-zA-Z0-9.+-]+")
    entries = [
        f'<manifest:file-entry manifest:full-path="{name}" manifest:media-type="{media_type}"/>'
        for name in sorted(kept - {MIMETYPE, MANIFEST})
        for media_type in [types.get(name, "") if known.fullmatch(types.get(name, "")) else ""]
    ]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_MEDIA_TYPE.decode()}"/>'
        f"{''.join(entries)}</manifest:manifest>"
    ).encode()
