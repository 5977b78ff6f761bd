"""Everything that can be said is said in every language, and in another way in each."""

import re
import unicodedata
from string import punctuation

import pytest

from intake.domain.call import LANGUAGES, Call
from intake.domain.document import DocumentKind
from intake.domain.file_types import FILE_TYPES, FOREIGN_TYPES
from intake.domain.verdict import Inspection, Note, Reason, Verdict
from intake.rendering.labels import found_label, kind_label, note_line, type_label, verdict_label, your_kind
from intake.rendering.reasons import applicant_sentence, editors_line
from intake_ops import catalogues as ops

every_language = pytest.mark.parametrize("language", LANGUAGES)
EXCEL = Inspection(verdict=Verdict.REJECT, found="xlsx")


def _stop(language: str) -> str:
    return "։" if language == "hy" else "."


def catalogue_texts(language: str) -> list[str]:
    [path] = [path for path in ops.catalogue_paths() if path.parts[-3] == language]
    found = [message.string for message in ops.read(path) if message.id]
    return [text for texts in found for text in ([texts] if isinstance(texts, str) else texts)]


def _sentence(reason: Reason, call: Call, language: str, inspection: Inspection | None = EXCEL) -> str:
    rule = call.documents[0]
    return applicant_sentence(reason, "CV_გიორგი 100%.pdf", rule=rule, inspection=inspection, language=language)


@every_language
@pytest.mark.parametrize("reason", Reason)
def test_every_reason_names_the_file_and_the_way_out(reason: Reason, language: str, call: Call) -> None:
    sentence = _sentence(reason, call, language)
    assert re.match(r"CV_გიორგი 100%\.pdf(:|՝)? ", sentence)
    what_happened, _, way_out = sentence.removeprefix("CV_გიორგი 100%.pdf").partition(f"{_stop(language)} ")
    assert what_happened.strip(" :՝")
    assert way_out.endswith(_stop(language))
    assert "%(" not in sentence


@every_language
@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_line_for_editors(reason: Reason, language: str, call: Call) -> None:
    line = editors_line(reason, rule=call.documents[0], inspection=EXCEL, language=language)
    assert line.endswith(_stop(language))
    assert "%(" not in line


def _all_words(language: str, call: Call) -> list[str]:
    return [
        *(_sentence(reason, call, language) for reason in Reason),
        *(editors_line(reason, rule=call.documents[0], inspection=None, language=language) for reason in Reason),
        *(note_line(note, language) for note in Note),
        *(kind_label(kind, language) for kind in DocumentKind),
        *(your_kind(kind, language) for kind in DocumentKind),
        *(verdict_label(verdict, language) for verdict in (None, *Verdict)),
        *(found_label(foreign.name, language) for foreign in FOREIGN_TYPES.values()),
    ]


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_each_language_differs_from_english_everywhere(language: str, call: Call) -> None:
    pairs = zip(_all_words(language, call), _all_words("en", call), strict=True)
    same = {ours for ours, english in pairs if ours.strip(punctuation) == english.strip(punctuation)}
    assert same <= {"CV"}


LETTERS = {"ru": "CYRILLIC", "ka": "GEORGIAN", "hy": "ARMENIAN"}


@pytest.mark.parametrize("language", LETTERS)
def test_no_word_mixes_two_alphabets(language: str) -> None:
    """A Latin a in a Russian word looks the same and is found by nobody who searches."""
    for text in catalogue_texts(language):
        for word in re.findall(r"[^\W\d_]+", re.sub(r"%\(\w+\)[sd]", " ", text)):
            scripts = {unicodedata.name(letter).split()[0] for letter in word}
            assert scripts in ({LETTERS[language]}, {"LATIN"}), word


@pytest.mark.parametrize(
    ("inspection", "said"),
    [
        (EXCEL, "is an Excel workbook. Save it as PDF, Word (DOCX), OpenDocument (ODT), RTF, plain text or Markdown"),
        (Inspection(verdict=Verdict.REJECT, type="odt"), "is a file of type OpenDocument (ODT). Save it"),
        (None, "is a file of a kind we do not know. Save it"),
    ],
)
def test_what_a_file_is(inspection: Inspection | None, said: str, call: Call) -> None:
    assert said in _sentence(Reason.TYPE_NOT_ALLOWED, call, "en", inspection)


def test_the_limit_is_the_calls(call: Call) -> None:
    assert "größer als 10 MB" in _sentence(Reason.FILE_TOO_LARGE, call, "de")


def test_every_type_has_a_label() -> None:
    assert [type_label(name, "de") for name in FILE_TYPES] == [
        "PDF",
        "Word (DOCX)",
        "OpenDocument (ODT)",
        "RTF",
        "Text (TXT)",
        "Markdown",
    ]
