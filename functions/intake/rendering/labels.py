"""What our words are called in a reader's language: kinds of document, verdicts, types of file, notes."""

from enum import StrEnum

from intake.domain.document import DocumentKind
from intake.domain.file_types import FILE_TYPES, FOREIGN_TYPES
from intake.domain.verdict import Note, Verdict
from intake.rendering.catalogues import N_, say


class Tone(StrEnum):
    """How a state looks, on pages and in mails: a class of their sheets. The state's text says the same."""

    QUIET = "quiet"
    GOOD = "good"
    CARE = "care"
    BLOCKED = "blocked"


_KINDS = {
    DocumentKind.CV: N_("CV"),
    DocumentKind.COVER_LETTER: N_("Cover letter"),
    DocumentKind.WRITING_SAMPLE: N_("Writing sample"),
}

_YOUR_KINDS = {
    # Translators: these three stand at the beginning of a sentence, in place of the name of a file.
    DocumentKind.CV: N_("Your CV"),
    DocumentKind.COVER_LETTER: N_("Your cover letter"),
    DocumentKind.WRITING_SAMPLE: N_("Your writing sample"),
}

_VERDICTS = {
    # Translators: what editors read about a file; it is about the file, never about the person.
    Verdict.ACCEPT: N_("checked, nothing found"),
    Verdict.HOLD: N_("open with care"),
    Verdict.REJECT: N_("blocked"),
}

_NOTES = {
    Note.NO_TEXT: N_("No text could be read; it may be a scan."),
    Note.WORDS_BELOW_RANGE: N_("Shorter than the call asks for."),
    Note.WORDS_ABOVE_RANGE: N_("Longer than the call asks for."),
    Note.TEXT_CUT: N_("Long: only the first part was counted."),
    Note.ENCODING_GUESSED: N_("The text does not say its encoding; some letters may look wrong."),
    Note.JUNK_BEFORE_HEADER: N_("There are stray bytes before the document begins."),
    Note.REPAIRED: N_("Slightly damaged, but readable."),
    Note.COMMENTS: N_("Contains comments."),
    Note.TRACKED_CHANGES: N_("Contains tracked changes."),
    Note.HIDDEN_CHARACTERS: N_("Contains invisible text, which people and programs may read differently."),
    Note.HIDDEN_TEXT: N_("Contains text that does not show on the page."),
    Note.AUTHOR_NAMES: N_("Names, in its properties, who wrote or last saved it."),
    Note.INCREMENTAL_UPDATES: N_("Changed several times after it was made; what it said before is still inside."),
    Note.CHART_DATA: N_("A chart keeps its whole table inside, which may hold more than the chart shows."),
    Note.OLD_FONT_ENCODING: N_("Written for an old Georgian or Armenian font; without that font it cannot be read."),
}


def kind_label(kind: DocumentKind, language: str) -> str:
    return say(language, _KINDS[kind])


def your_kind(kind: DocumentKind, language: str) -> str:
    """The document as the subject of a sentence, where its file name must not be shown."""
    return say(language, _YOUR_KINDS[kind])


def verdict_label(verdict: Verdict | None, language: str) -> str:
    """What editors read; None while no verdict is final."""
    return say(language, _VERDICTS[verdict] if verdict else N_("not yet checked"))


def note_line(note: Note, language: str) -> str:
    return say(language, _NOTES[note])


def type_label(name: str, language: str) -> str:
    """The name of a file type that we read."""
    return say(language, FILE_TYPES[name].label)


def found_label(found: str, language: str) -> str:
    """What a file is that we do not read, by the name of a ForeignType; it reads on after "is"."""
    return say(language, FOREIGN_TYPES[found].label)
