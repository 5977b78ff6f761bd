"""Names that a document keeps in its properties: often nobody meant to send them (row 50 of table A)."""

from collections.abc import Iterable

from intake.domain.verdict import Note
from intake.inspection.contents import Contents
from intake.inspection.xml_safety import Attributes, local_name, parse

# What programs and their vendors write where a name would stand.
_NOBODY = frozenset(
    {
        *("", "anonymous", "author", "unknown", "unspecified", "none", "untitled", "user", "users", "owner", "home"),
        *("windows user", "microsoft office user", "microsoft", "office", "admin", "administrator", "root", "default"),
        *("пользователь", "пользователь windows", "пользователь microsoft office", "админ", "администратор"),
        *("benutzer", "microsoft office-benutzer", "autor", "unbekannt", "utilisateur", "მომხმარებელი", "օգտատեր"),
        *("python-docx", "libreoffice", "openoffice", "openoffice.org", "word", "writer", "latex", "google docs"),
        *("hp", "dell", "acer", "asus", "lenovo", "samsung", "toshiba", "sony", "pc", "laptop", "comp", "computer"),
    }
)
# Dublin Core and OPC, and what OpenDocument adds.
_AUTHORS = frozenset({"creator", "initial-creator", "lastModifiedBy"})


def note_author(name: str, contents: Contents) -> None:
    """Note that the properties name somebody, unless that is nobody's name."""
    if name.strip(" \0.-_").casefold() not in _NOBODY and any(character.isalpha() for character in name):
        contents.notes.add(Note.AUTHOR_NAMES)


def read_authors(pieces: Iterable[bytes], contents: Contents) -> None:
    """Reads docProps/core.xml of a Word document, or meta.xml of an OpenDocument one."""
    name: list[str] | None = None

    def start(element: str, _attributes: Attributes) -> None:
        nonlocal name
        name = [] if local_name(element) in _AUTHORS else None

    def end(_element: str) -> None:
        nonlocal name
        if name is not None:
            note_author("".join(name), contents)
        name = None

    def text(piece: str) -> None:
        if name is not None:
            name.append(piece)

    parse(pieces, start, end, text)
