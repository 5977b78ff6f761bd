from datetime import timedelta

import pytest
from applicants import a_checked_document, submitted

from factories import NOW, a_version, an_upload
from intake.domain.call import Call
from intake.domain.document import Document, DocumentKind
from intake.domain.summary import Form, Summary, summary_of, text_in
from intake.rendering.dossier import desk_cards

KIND = DocumentKind.WRITING_SAMPLE


def _summary(call: Call, *documents: Document, language: str = "en", **changes: object) -> Summary:
    return summary_of(submitted(*documents, **changes), call, language)


def test_labels_come_in_the_calls_order_and_in_the_language_asked_for(call: Call) -> None:
    assert _summary(call).regions == ("Georgia", "Dagestan")
    assert _summary(call, language="de").topics == ("Gesellschaft und Alltag", "Kultur und Literatur")


def test_a_choice_that_the_call_dropped_is_still_shown(call: Call) -> None:
    assert _summary(call, card={"regions": ("atlantis", "georgia")}).regions == ("Georgia", "atlantis")


def test_a_desk_that_speaks_none_of_the_calls_languages_reads_the_first() -> None:
    assert text_in({"de": "Georgien", "en": "Georgia"}, "fr") == "Georgien"


@pytest.mark.parametrize(
    ("document", "form", "filename"),
    [
        (a_checked_document(KIND, filename="a.pdf"), Form.FILE, "a.pdf"),
        (a_checked_document(KIND, filename="typed.txt", is_typed=True), Form.TEXT, None),
        (Document(kind=KIND, link="https://news.example/x"), Form.LINK, None),
        (Document(kind=KIND), Form.MISSING, None),
        (Document(kind=KIND, tickets={1: an_upload()}, issued=1), Form.MISSING, None),
    ],
)
def test_the_form_of_a_document(document: Document, form: Form, filename: str | None, call: Call) -> None:
    shown = _summary(call, document).documents[2]
    assert (shown.rule.kind, shown.form, shown.filename) == (KIND, form, filename)


def test_documents_come_in_the_calls_order_and_none_is_left_out(call: Call) -> None:
    shown = _summary(call, a_checked_document(KIND)).documents
    assert [document.rule.kind for document in shown] == list(call.kinds)


def test_a_file_name_is_shown_without_tricks(call: Call) -> None:
    document = a_checked_document(DocumentKind.CV, filename="../cv\u202efdp.exe")
    assert _summary(call, document).documents[0].filename == "cvfdp.exe"


def test_no_mail_names_where_the_links_in_a_file_lead(call: Call) -> None:
    summary = _summary(call, a_checked_document(DocumentKind.CV, hosts=("far.example",)))
    assert "far.example" not in str(desk_cards(summary, call.time_zone, "en"))


@pytest.mark.parametrize(("hours", "is_news"), [(-1, False), (0, False), (1, True)])
def test_what_arrived_after_the_first_mail_is_news(hours: int, is_news: bool, call: Call) -> None:
    document = a_checked_document(DocumentKind.CV, uploaded_at=NOW + timedelta(hours=hours))
    assert _summary(call, document, notified_at=NOW).documents[0].is_news is is_news


def test_the_size_is_what_s3_holds(call: Call) -> None:
    document = a_checked_document(DocumentKind.CV).model_copy(update={"stored": a_version(size=7)})
    assert _summary(call, document).documents[0].size == 7


def test_the_same_file_in_two_places_is_told(call: Call) -> None:
    twice = [a_checked_document(kind, sha256="a" * 64) for kind in (DocumentKind.CV, DocumentKind.COVER_LETTER)]
    cards = desk_cards(_summary(call, *twice, a_checked_document(KIND, sha256="b" * 64)), call.time_zone, "en")
    assert [card.lines for card in cards] == [
        ("The same file was also sent as “Cover letter”.",),
        ("The same file was also sent as “CV”.",),
        (),
    ]
