"""What a reader hands back, and how it refuses. Shared by the readers of every type."""

import unicodedata
from dataclasses import dataclass, field
from datetime import date

from intake.domain.verdict import Finding, Note, Origin, Reason, Verdict
from intake.inspection.addresses import host_of
from intake.inspection.limits import MAX_EXCERPT, MAX_HOSTS, MAX_SOFTWARE, MAX_TEXT_CHARACTERS


class RefusedError(Exception):
    """Reading ends here: the file is rejected, or held, for `finding.reason`. `found` names foreign content."""

    def __init__(self, reason: Reason, *, verdict: Verdict = Verdict.REJECT, found: str | None = None) -> None:
        super().__init__(reason)
        self.finding = Finding(verdict=verdict, reason=reason)
        self.found = found


@dataclass
class Contents:
    """What was read from a file: text to measure, pages as the file says (None: unknown), and what an editor must know.

    `hosts` are those that links lead to, as many as the limit allows; `hidden` is the beginning of text that does not
    show; `origin` is what the file says of its making. `held_for` is the first reason to hold the file, found while
    reading went on: a rejection found later outweighs it.
    """

    text: str = ""
    pages: int | None = None
    notes: set[Note] = field(default_factory=set)
    held_for: Reason | None = None
    hosts: dict[str, None] = field(default_factory=dict)
    hidden: str = ""
    origin: Origin = field(default_factory=Origin)

    def hold(self, reason: Reason) -> None:
        self.held_for = self.held_for or reason

    def hide(self, text: str) -> None:
        """Text that nobody sees and every program reads; that is no reason to hold a file either."""
        self.notes.add(Note.HIDDEN_TEXT)
        if len(self.hidden) < MAX_EXCERPT:
            self.hidden = f"{self.hidden} {' '.join(text.split())}".strip()[:MAX_EXCERPT]

    def come_from(self, software: str = "", created: date | None = None, changed: date | None = None) -> None:
        """What the file says of its own making, where it says something."""
        line = " ".join(unicodedata.normalize("NFC", software).split())[:MAX_SOFTWARE]
        said = {"software": line, "created": created, "changed": changed}
        known = self.origin.model_dump()
        self.origin = Origin(**known | {name: value for name, value in said.items() if value})

    def link_to(self, address: str) -> None:
        """Whoever clicks goes there; that is no reason to hold a file."""
        if len(self.hosts) < MAX_HOSTS and (host := host_of(address)):
            self.hosts[host] = None


class TextBuffer:
    """Collects text up to the limit on characters, and knows whether some was left out."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._room = MAX_TEXT_CHARACTERS
        self.is_cut = False

    def add(self, piece: str) -> None:
        if len(piece) > self._room:
            piece, self.is_cut = piece[: self._room], True
        self._room -= len(piece)
        if piece:
            self._pieces.append(piece)

    @property
    def is_full(self) -> bool:
        return self._room == 0

    def __str__(self) -> str:
        return "".join(self._pieces)
