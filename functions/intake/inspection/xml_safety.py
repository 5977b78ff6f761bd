"""The only XML parser of inspection: expat, streaming, without DTDs, entities or network.

Rows 39 and 40 of table A.
"""

from collections.abc import Callable, Iterable
from xml.parsers import expat

from intake.domain.verdict import Reason
from intake.inspection.contents import RefusedError
from intake.inspection.limits import MAX_XML_BYTES, MAX_XML_DEPTH

type Attributes = dict[str, str]


def _ignore_element(_name: str, _attributes: Attributes) -> None: ...
def _ignore_text(_text: str) -> None: ...


def _refuse(*_: object) -> None:
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
) -> None:
    """Read one XML part, calling back with names as "namespace local" (just "local" where there is no namespace).

    Raises RefusedError: file_damaged for XML that is not well-formed or has a DOCTYPE (no office program writes one,
    and whatever an entity could do begins there), too_complex beyond the limits on bytes and depth.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartDoctypeDeclHandler = _refuse
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
        raise RefusedError(Reason.FILE_DAMAGED) from error


def local_name(name: str) -> str:
    """The name without its namespace: transitional and strict OOXML differ in nothing else that we read."""
    return name.rpartition(" ")[2]
