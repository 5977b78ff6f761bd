"""A Word document written anew from what its text needs, and from nothing else.

Parts are found as Word finds them, by relationships: what no kept part leads to stays behind, as do comments,
properties, thumbnails, embedded files and custom data. Tracked changes are accepted, so that nothing of what was
deleted is handed on.
"""

import re
from dataclasses import dataclass, field
from posixpath import basename, dirname, join

from intake.inspection.copies import package
from intake.inspection.copies.pictures import strip_picture
from intake.inspection.copies.xml_filter import Rules, local, rewrite
from intake.inspection.opc import CONTENT_TYPES, ContentTypes, Relationship, part_key
from intake.inspection.xml_safety import Attributes
from intake.inspection.zip_safety import Archive

_MAIN = "officeDocument"
# What the looks of a text hang on, by the last part of a relationship's type (ECMA-376 part 1, 11.3 and 14.2).
_KEPT = frozenset(
    {"styles", "settings", "fontTable", "font", "numbering", "theme", "header", "footer", "footnotes", "endnotes",
     "image", "chart", "chartStyle", "chartColorStyle", "chartUserShapes", "diagramData", "diagramLayout",
     "diagramQuickStyle", "diagramColors", "diagramDrawing"}
)  # fmt: skip
_LINK = re.compile(r"(https?|mailto):", re.IGNORECASE)
_RELATIONSHIP_IDS = frozenset({"id", "embed", "link", "href", "pict", "dm", "lo", "qs", "cs"})

_DROPPED = frozenset(
    {
        # Comments and who may change what (17.13.4, 17.13.7).
        *("commentRangeStart", "commentRangeEnd", "commentReference", "permStart", "permEnd", "proofErr"),
        # Tracked changes (17.13.5): what was, and where it was moved from.
        *("del", "moveFrom", "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblPrExChange", "tcPrChange"),
        *("trPrChange", "tblGridChange", "numberingChange", "cellIns", "cellDel", "cellMerge"),
        *("moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd", "trackRevisions"),
        *(f"customXml{what}Range{end}" for what in ("Ins", "Del", "MoveFrom", "MoveTo") for end in ("Start", "End")),
        # Settings that name people, machines and earlier sessions.
        *("rsids", "docVars", "mailMerge", "attachedTemplate", "docId", "activeWritingStyle", "saveThroughXslt"),
        *("documentProtection", "writeProtection", "attachedSchema", "schemaLibrary", "readModeInkLockDown"),
        # What leads out of the text: to files inside it, to other files, to data that is bound to it.
        *("OLEObject", "altChunk", "subDoc", "externalData", "dataBinding", "tag", "alias", "docPartObj", "control"),
        *("contentPart", "printerSettings"),
    }
)
_UNWRAPPED = frozenset({"ins", "moveTo", "smartTag", "customXml"})
_NAMED_PICTURES = frozenset({"docPr", "cNvPr"})
"""Their names are file names, often with the whole path; Word describes the picture there by itself as well."""


def strip(archive: Archive) -> bytes:
    parts = _Parts(archive)
    parts.collect()
    members = {CONTENT_TYPES: _content_types(archive, frozenset(part_key(name) for name in parts.written))}
    return package.write(members | parts.written)


@dataclass
class _Parts:
    """The parts of the copy, found from the root on."""

    archive: Archive
    written: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._types = ContentTypes(self.archive)
        self._names = {part_key(name): name for name in self.archive.names}

    def collect(self) -> None:
        _, targets = self._relationships("", frozenset({_MAIN}))
        waiting, seen = list(targets), set(targets)
        while waiting:
            name = waiting.pop(0)
            dead, targets = self._relationships(name, _KEPT)
            self.written[name] = self._part(name, dead)
            waiting += [target for target in targets if target not in seen]
            seen.update(targets)

    def _relationships(self, source: str, kept: frozenset[str]) -> tuple[frozenset[str], tuple[str, ...]]:
        """Writes the relationships of a part; answers the ids of those that are no more, and the parts they lead to."""
        name = self._names.get(part_key(join(dirname(source), "_rels", basename(source) + ".rels")))
        if name is None:
            return frozenset(), ()
        dead: set[str] = set()
        targets: dict[str, None] = {}

        def attributes(element: str, given: Attributes) -> Attributes | None:
            if local(element) != "Relationship":
                return given
            found = Relationship(source, given)
            if found.is_external and found.kind == "hyperlink" and _LINK.match(found.target):
                return given
            if not found.is_external and found.kind in kept and found.target_part in self._names:
                targets[self._names[found.target_part]] = None
                return given
            dead.add(given.get("Id", ""))
            return None

        self.written[name] = rewrite(self.archive.pieces(name), Rules(frozenset(), attributes=attributes))
        return frozenset(dead), tuple(targets)

    def _part(self, name: str, dead: frozenset[str]) -> bytes:
        is_xml = name.lower().endswith((".xml", ".svg")) or self._types.of(name).endswith(("+xml", "/xml"))
        if not is_xml:
            return strip_picture(self.archive.read(name))
        return rewrite(self.archive.pieces(name), Rules(_DROPPED, _UNWRAPPED, _Attributes(dead)))


@dataclass(frozen=True)
class _Attributes:
    """What elements keep of their attributes in a part some of whose relationships are `dead`."""

    dead: frozenset[str]

    def __call__(self, element: str, given: Attributes) -> Attributes:
        kept = {name: value for name, value in given.items() if not self._is_dropped(name, value)}
        if local(element) in _NAMED_PICTURES:
            return {name: "" if name == "name" else value for name, value in kept.items() if name not in _DESCRIBING}
        return kept

    def _is_dropped(self, name: str, value: str) -> bool:
        prefix, _, last = name.rpartition(":")
        is_session = last.startswith("rsid") or last in ("paraId", "textId", "anchorId", "editId")
        return is_session or (bool(prefix) and last in _RELATIONSHIP_IDS and value in self.dead)


_DESCRIBING = frozenset({"descr", "title"})


def _content_types(archive: Archive, kept: frozenset[str]) -> bytes:
    def attributes(element: str, given: Attributes) -> Attributes | None:
        is_gone = local(element) == "Override" and part_key(given.get("PartName", "")) not in kept
        return None if is_gone else given

    return rewrite(archive.pieces(CONTENT_TYPES), Rules(frozenset(), attributes=attributes))
