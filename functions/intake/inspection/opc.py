"""Packages by the Open Packaging Conventions (ECMA-376 part 2): types of parts, and relationships between them."""

from collections.abc import Callable
from posixpath import basename, dirname, join, normpath
from urllib.parse import unquote

from intake.inspection.xml_safety import Attributes, local_name, parse
from intake.inspection.zip_safety import Archive

CONTENT_TYPES = "[Content_Types].xml"
_RELATIONSHIPS = ".rels"


def part_key(name: str) -> str:
    """A part's name as names are compared (6.2.2.3): without case, and without escapes."""
    return unquote(name).lstrip("/").casefold()


class ContentTypes:
    """What `[Content_Types].xml` says each part is (7.3): by its own name, else by its extension. In lower case."""

    def __init__(self, archive: Archive) -> None:
        self._by_name: dict[str, str] = {}
        self._by_extension: dict[str, str] = {}
        parse(archive.pieces(CONTENT_TYPES), self._start)

    def _start(self, element: str, attributes: Attributes) -> None:
        content_type = attributes.get("ContentType", "").strip().lower()
        if local_name(element) == "Override":
            self._by_name[part_key(attributes.get("PartName", ""))] = content_type
        else:
            self._by_extension[attributes.get("Extension", "").casefold()] = content_type

    def of(self, name: str) -> str:
        """The type of the part called `name`, "" where none is declared."""
        extension = name.rpartition(".")[2].casefold()
        return self._by_name.get(part_key(name), self._by_extension.get(extension, ""))

    def declared(self) -> set[str]:
        return {*self._by_name.values(), *self._by_extension.values()}


class Relationship:
    """One relationship (6.5): `kind` is the last part of its type, which transitional and strict OOXML share; `source`
    and `target` are parts, the target of an external one is whatever its address says."""

    def __init__(self, source: str, attributes: Attributes) -> None:
        self.source = source
        self.kind = basename(attributes.get("Type", ""))
        self.target = attributes.get("Target", "").strip()
        self.is_external = attributes.get("TargetMode", "").casefold() == "external"

    @property
    def target_part(self) -> str:
        """Key of the part that an internal relationship leads to."""
        return part_key(normpath(join("/", dirname(self.source), self.target)))


def is_relationships(name: str) -> bool:
    return name.lower().endswith(_RELATIONSHIPS)


def read_relationships(archive: Archive, found: Callable[[Relationship], None]) -> None:
    """Every relationship of the package, wherever its part lies: `a/_rels/b.xml.rels` has those of `a/b.xml`."""
    for name in filter(is_relationships, archive.names):
        source = join(dirname(dirname(name)), basename(name)[: -len(_RELATIONSHIPS)])

        def start(element: str, attributes: Attributes, source: str = source) -> None:
            if local_name(element) == "Relationship":
                found(Relationship(source, attributes))

        parse(archive.pieces(name), start)
