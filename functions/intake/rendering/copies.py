"""Why a copy is missing, in editors' words."""

from collections.abc import Iterable

from intake.domain.copies import NoCopy
from intake.rendering.catalogues import N_, say

_NOT_MADE = N_("There is no reading copy: it could not be made.")
_READING = {
    NoCopy.NO_TEXT: N_("This file holds no text that could be read."),
    NoCopy.TOO_LARGE: N_("There is no reading copy: it would have become too large."),
    NoCopy.TOO_COMPLEX: N_("There is no reading copy: making it took too long."),
}
_NOT_STRIPPED = N_("No stripped copy: it could not be made.")
_STRIPPED = {
    NoCopy.TOO_LARGE: N_("No stripped copy: it would have become too large."),
    NoCopy.TOO_COMPLEX: N_("No stripped copy: making it took too long."),
    NoCopy.NOT_ACCEPTED: N_("No stripped copy: our inspection did not accept it."),
    NoCopy.SAYS_OTHERWISE: N_("No stripped copy: it would not say the same as the original."),
}


def no_reading_line(reason: NoCopy, language: str) -> str:
    return say(language, _READING.get(reason, _NOT_MADE))


def no_stripped_line(reason: NoCopy, language: str) -> str:
    return say(language, _STRIPPED.get(reason, _NOT_STRIPPED))


def page_numbers(numbers: Iterable[int]) -> str:
    """Ascending numbers as people write them: 3, 7–12."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
