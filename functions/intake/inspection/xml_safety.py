"""The only XML parser of inspection: expat, streaming, without DTDs, entities or network.

Rows 39 and 40 of table A.
"""

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


def _ignore_element(_name: str, _attributes: Attributes) -> None: ...
def _ignore_text(_text: str) -> None: ...


class NotWellFormedError(RefusedError):
    """The part is no XML at all."""


def _judge_doctype(_name: str, system_id: str | None, public_id: str | None, has_internal_subset: int) -> None:
    is_known = (public_id or "").startswith(_OPENOFFICE_PUBLIC_ID) and _BARE_DTD_NAME.fullmatch(system_id or "")
    if has_internal_subset or not is_known:
        raise RefusedError(Reason.FILE_DAMAGED)


class _Depth:
    """Counts nesting around the caller's two element callbacks."""

    def __init__(self, start: Callable[[str, Attributes], None], end: Callable[[str], None]) -> None:
        self._start, self._end, self._depth = start, end, 0

    def enter(self, name: str, attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > MAX_XML_DEPTH:
            raise RefusedError(Reason.TOO_COMPLEX)
        self._start(name, attributes)

    def leave(self, name: str) -> None:
        self._depth -= 1
        self._end(name)


def parse(
    pieces: Iterable[bytes],
    start: Callable[[str, Attributes], None] = _ignore_element,
    end: Callable[[str], None] = _ignore_text,
    text: Callable[[str], None] = _ignore_text,
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
    depth = _Depth(start, end)
    parser.StartElementHandler = depth.enter
    parser.EndElementHandler = depth.leave
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


def local_name(name: str) -> str:
    """The name without its namespace: transitional and strict OOXML differ in nothing else that we read."""
    return name.rpartition(" ")[2]
