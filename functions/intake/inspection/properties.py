"""What a document's properties say of it: its pages, the program and the days it comes from, and names, which often
nobody meant to send."""

import re
from collections.abc import Iterable
from datetime import date

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
_ORIGIN = {
    **{"Application": "software", "generator": "software"},
    **{"created": "created", "creation-date": "created", "modified": "changed", "date": "changed"},
}
_DAY = re.compile(r"(?:D:)?(\d{4})-?(\d{2})-?(\d{2})", re.ASCII)


def note_author(name: str, contents: Contents) -> None:
    """Note that the properties name somebody, unless that is nobody's name."""
    if name.strip(" \0.-_").casefold() not in _NOBODY and any(character.isalpha() for character in name):
        contents.notes.add(Note.AUTHOR_NAMES)


def read_authors(pieces: Iterable[bytes], contents: Contents) -> None:
    """Reads docProps/core.xml of a Word document, meta.xml of an OpenDocument one, or the XMP packet of a PDF, where
    the names are the entries of a list."""
    name: list[str] = []
    depth = 0  # inside an element that names somebody

    def start(element: str, _attributes: Attributes) -> None:
        nonlocal depth
        name.clear()
        if depth or local_name(element) in _AUTHORS:
            depth += 1

    def end(_element: str) -> None:
        nonlocal depth
        if depth:
            depth -= 1
            note_author("".join(name), contents)
            name.clear()

    def text(piece: str) -> None:
        if depth:
            name.append(piece)

    parse(pieces, start, end, text)


def read_origin(pieces: Iterable[bytes], contents: Contents) -> None:
    """Reads the program and the days from docProps/core.xml and app.xml of a Word document, or meta.xml of an
    OpenDocument one."""
    said: dict[str, str] = {}
    element = ""

    def start(name: str, _attributes: Attributes) -> None:
        nonlocal element
        element = _ORIGIN.get(local_name(name), "")

    def end(_name: str) -> None:
        nonlocal element
        element = ""

    def text(piece: str) -> None:
        if element:
            said[element] = said.get(element, "") + piece

    parse(pieces, start, end, text)
    contents.come_from(said.get("software", ""), day_of(said.get("created", "")), day_of(said.get("changed", "")))


def day_of(moment: str) -> date | None:
    """The day of a moment as XML (W3CDTF) or PDF (ISO 32000-1, 7.9.4) writes it; None where it is none."""
    digits = _DAY.match(moment.strip())
    try:
        return date(*map(int, digits.groups())) if digits else None
    except ValueError:
        return None


def read_pages(pieces: Iterable[bytes]) -> int | None:
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

    parse(pieces, start, end, text)
    return to_page_count("".join(digits))


def to_page_count(digits: str) -> int | None:
    """A number of pages that a file states about itself, or None where it is no such number."""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 and int(digits) else None
