"""Writes an XML part anew, without some of its elements and attributes. Comments and instructions go by themselves."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from intake.inspection.xml_safety import Attributes, parse


@dataclass(frozen=True)
class Rules:
    """`dropped` elements, by local name, go with all that is in them, of `unwrapped` ones the contents stay.
    `attributes` is given an element's name as written, and answers the attributes that it keeps, or None: dropped."""

    dropped: frozenset[str]
    unwrapped: frozenset[str] = frozenset()
    attributes: Callable[[str, Attributes], Attributes | None] = field(default=lambda _name, given: given)


def local(name: str) -> str:
    """The name without its prefix."""
    return name.rpartition(":")[2]


def rewrite(pieces: Iterable[bytes], rules: Rules) -> bytes:
    """Raises RefusedError as parse does; what inspection accepted does not."""
    writer = _Writer(rules)
    parse(pieces, writer.start, writer.end, writer.text, is_namespaced=False)
    return b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + "".join(writer.written).encode()


class _Writer:
    def __init__(self, rules: Rules) -> None:
        self.written: list[str] = []
        self._rules = rules
        self._dropped = 0

    def start(self, name: str, attributes: Attributes) -> None:
        kept = None if local(name) in self._rules.dropped else self._rules.attributes(name, attributes)
        if self._dropped or kept is None:
            self._dropped += 1
        elif local(name) not in self._rules.unwrapped:
            self.written.append("<" + name + "".join(f" {n}={quoteattr(v, _IN_VALUES)}" for n, v in kept.items()) + ">")

    def end(self, name: str) -> None:
        if self._dropped:
            self._dropped -= 1
        elif local(name) not in self._rules.unwrapped:
            self.written.append(f"</{name}>")

    def text(self, text: str) -> None:
        if not self._dropped:
            self.written.append(escape(text, {"\r": "&#13;"}))


_IN_VALUES = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
