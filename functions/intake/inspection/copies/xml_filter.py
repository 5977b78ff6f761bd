"""Writes an XML part anew, without some of its elements and attributes. Comments and instructions go by themselves."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from intake.inspection.xml_safety import Attributes, parse

# What stands for itself nowhere (XML 1.0, 2.4 and 3.3.3). xml.sax.saxutils would do, but brings an HTTP client along.
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_IN_VALUES = _IN_TEXT | str.maketrans({'"': "&quot;", "\n": "&#10;", "\t": "&#9;"})


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
            said = "".join(f' {n}="{v.translate(_IN_VALUES)}"' for n, v in kept.items())
            self.written.append(f"<{name}{said}>")

    def end(self, name: str) -> None:
        if self._dropped:
            self._dropped -= 1
        elif local(name) not in self._rules.unwrapped:
            self.written.append(f"</{name}>")

    def text(self, text: str) -> None:
        if not self._dropped:
            self.written.append(text.translate(_IN_TEXT))
