"""The only XML parser of inspection: expat, streaming, without DTDs, entities or network."""

import functools
import re
from collections.abc import Callable, Iterable
from xml.parsers import expat

from intake.domain.verdict import Reason
from intake.inspection.contents import RefusedError
from intake.inspection.limits import MAX_XML_BYTES, MAX_XML_DEPTH

# OpenOffice before 3.0 named its own DTDs in the parts that it wrote, without a word of its own in them.
_OPENOFFICE_PUBLIC_ID = "-//OpenOffice.org//DTD "
_BARE_DTD_NAME = re.compile(r"[A-Za-z]+\.dtd")

type Attributes = dict[str, str]
type _Start = Callable[[str, Attributes], None]
type _End = Callable[[str], None]


class NotWellFormedError(RefusedError):
    """The part is no XML at all."""


def _judge_doctype(_name: str, system_id: str | None, public_id: str | None, has_internal_subset: int) -> None:
    is_known = (public_id or "").startswith(_OPENOFFICE_PUBLIC_ID) and _BARE_DTD_NAME.fullmatch(system_id or "")
    if has_internal_subset or not is_known:
        raise RefusedError(Reason.FILE_DAMAGED)


def _within_depth(start: _Start | None, end: _End | None) -> tuple[_Start, _End]:
    """The caller's callbacks with nesting counted around them. They run for every element of every part, so they are
    closures: attributes of an object would cost half as much again."""
    depth = 0

    def enter(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_XML_DEPTH:
            raise RefusedError(Reason.TOO_COMPLEX)
        if start:
            start(name, attributes)

    def leave(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end:
            end(name)

    return enter, leave


def parse(
    pieces: Iterable[bytes],
    start: _Start | None = None,
    end: _End | None = None,
    text: Callable[[str], None] | None = None,
    *,
    is_namespaced: bool = True,
) -> None:
    """Read one XML part, calling back with names as "namespace local" (just "local" where there is no namespace), or
    as they are written, prefix and declarations included, where the part is to be written again.

    Raises RefusedError: NotWellFormedError, file_damaged as well for a DOCTYPE (no office program writes one but old
    OpenOffice, and whatever an entity could do begins there), too_complex beyond the limits on bytes and depth.
    """
    parser = expat.ParserCreate(namespace_separator=" " if is_namespaced else None)
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = _judge_doctype
    parser.StartElementHandler, parser.EndElementHandler = _within_depth(start, end)
    if text:
        parser.CharacterDataHandler = text
    size = 0
    try:
        for piece in pieces:
            size += len(piece)
            if size > MAX_XML_BYTES:
                raise RefusedError(Reason.TOO_COMPLEX)
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the last two: an encoding that expat asks Python for
        raise NotWellFormedError(Reason.FILE_DAMAGED) from error


@functools.lru_cache(1024)
def local_name(name: str) -> str:
    """The name without its namespace: transitional and strict OOXML differ in nothing else that we read."""
    return name.rpartition(" ")[2]


def attribute(attributes: Attributes, local: str) -> str | None:
    """The value of the attribute with this local name, whichever namespace wrote it."""
    return next((value for name, value in attributes.items() if local_name(name) == local), None)
