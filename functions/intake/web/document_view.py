"""A document as its applicant sees it: what we have, how it was judged, and what can be done."""

from dataclasses import dataclass

from intake.domain.application import Application
from intake.domain.call import Call, DocumentRule
from intake.domain.document import Document
from intake.domain.verdict import Verdict
from intake.rendering import formats
from intake.rendering.catalogues import N_, say
from intake.rendering.labels import Tone, kind_label, note_line, type_label
from intake.rendering.reasons import message_about


@dataclass(frozen=True)
class DocumentView:
    """`source` is what the applicant called it; `path` leads to its page."""

    kind: str
    title: str
    path: str
    state: str
    tone: Tone
    is_present: bool
    is_required: bool
    is_settled: bool
    source: str = ""
    facts: str = ""
    lines: tuple[str, ...] = ()


def document_views(application: Application, call: Call, language: str, path: str) -> list[DocumentView]:
    """The documents in the call's order; `path` is the page of the application."""
    return [document_view(application, rule, language, path) for rule in call.documents]


def document_view(application: Application, rule: DocumentRule, language: str, path: str) -> DocumentView:
    document = application.document(rule.kind)
    state, tone = _state(document, rule, language)
    return DocumentView(
        kind=rule.kind,
        title=kind_label(rule.kind, language),
        path=f"{path}/{rule.kind}",
        state=state,
        tone=tone,
        is_present=document.is_present,
        is_required=rule.required,
        is_settled=not document.is_outstanding,
        source=_source(document, language),
        facts=_facts(document, language),
        lines=(*_lines(document, rule, language), *_same_file(application, document, language)),
    )


def _state(document: Document, rule: DocumentRule, language: str) -> tuple[str, Tone]:
    # Translators: where a document stands, for its applicant.
    if not document.is_present:
        absent, tone = (N_("Still missing"), Tone.CARE) if rule.required else (N_("Not sent"), Tone.QUIET)
        return say(language, absent), tone
    if document.link is not None:
        return say(language, N_("Link received")), Tone.GOOD
    if document.finding is None:
        return say(language, N_("Received, being checked")), Tone.QUIET
    if document.finding.verdict is Verdict.REJECT:
        return say(language, N_("Please replace")), Tone.BLOCKED
    if document.finding.verdict is Verdict.HOLD:
        return say(language, N_("Received, please read")), Tone.CARE
    return say(language, N_("Received and checked")), Tone.GOOD


def _source(document: Document, language: str) -> str:
    if document.link is not None:
        return document.link
    if document.upload is None or document.stored is None:
        return ""
    return say(language, N_("Text from the form")) if document.upload.is_typed else document.upload.filename


def _facts(document: Document, language: str) -> str:
    if document.stored is None:
        return ""
    facts = [formats.size(document.stored.size, language)] if document.stored.size else []
    inspection = document.inspection
    if document.finding and inspection and inspection.type and not (document.upload and document.upload.is_typed):
        facts.insert(0, type_label(inspection.type, language))
    return " · ".join(facts)


def _lines(document: Document, rule: DocumentRule, language: str) -> list[str]:
    """What an applicant should know about it, once that is final."""
    if message := message_about(document, rule, language):
        return [message]
    if document.finding is None or document.inspection is None:
        return []
    return [note_line(note, language) for note in document.inspection.notes]


def _same_file(application: Application, document: Document, language: str) -> list[str]:
    other = application.same_file_as(document.kind)
    if other is None or document.finding is None or document.finding.verdict is Verdict.REJECT:
        return []
    # Translators: %(kind)s is like "CV".
    asked = N_("You sent the same file as “%(kind)s”, too. If you did not mean to, please replace one of the two.")
    return [say(language, asked, kind=kind_label(other, language))]
