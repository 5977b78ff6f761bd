"""Field codes of Word: those that fetch or run something (ECMA-376 part 1, 17.16.5)."""

from intake.domain.verdict import Reason
from intake.inspection.contents import Contents, RefusedError

# A MACROBUTTON is not among them: it runs a macro of the file's own when it is clicked, and a file with macros is
# refused. Templates use it for "click here and type".
_ACTIVE = frozenset({"DDE", "DDEAUTO", "INCLUDETEXT", "INCLUDEPICTURE", "INCLUDE", "IMPORT", "LINK", "DATABASE"})


def judge_field(code: str, contents: Contents) -> None:
    """Refuse a field code whose first word fetches or runs something; remember where one leads."""
    words = code.split(maxsplit=1)
    kind = words[0].strip('"').upper() if words else ""
    if kind in _ACTIVE:
        raise RefusedError(Reason.ACTIVE_CONTENT)
    if kind == "HYPERLINK" and len(words) > 1:
        contents.link_to(words[1].lstrip(' "'))


class Fields:
    """Follows complex fields (17.16.18), which nest and are split over runs at will, and refuses the active ones."""

    def __init__(self, contents: Contents) -> None:
        self._contents = contents
        self._codes: list[list[str]] = []
        self._in_code: list[bool] = []
        self._outside: list[int] = []

    def char(self, kind: str | None) -> None:
        if kind == "begin":
            if self._in_code and self._in_code[-1] and not "".join(self._codes[-1]).strip():
                raise RefusedError(Reason.ACTIVE_CONTENT)  # a command that another field spells, as QUOTE does
            self._codes.append([])
            self._in_code.append(True)
        elif kind == "separate" and self._codes:
            self._close_code()
        elif kind == "end" and self._codes:
            self._close_code()
            self._codes.pop()
            self._in_code.pop()

    def code(self, text: str) -> None:
        """A piece of a field's own code."""
        if self._outside and len(self._codes) <= self._outside[-1]:
            raise RefusedError(Reason.ACTIVE_CONTENT)
        self.result(text)

    def result(self, text: str) -> None:
        """Text in a document; the result of a field inside another one's code belongs to that code."""
        for depth in range(len(self._codes) - 1, -1, -1):
            if self._in_code[depth]:
                self._codes[depth].append(text)
                return

    def enter_alternatives(self) -> None:
        """Content of which each program takes one version (part 3, 7.6): code in there would be another one's for each,
        and is refused. Word has whole fields in them."""
        self._outside.append(len(self._codes))

    def leave_alternatives(self) -> None:
        self._outside.pop()

    def finish(self) -> None:
        """At the end of the part: a field that was never closed still had a code."""
        while self._codes:
            self.char("end")

    def _close_code(self) -> None:
        if self._in_code[-1]:
            self._in_code[-1] = False
            judge_field("".join(self._codes[-1]), self._contents)
