"""What a mail tells about an application: a view of it and its call, before it is put into any language or layout."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from intake.domain.applicant import Applicant
from intake.domain.application import Application
from intake.domain.call import Call, Choice, DocumentRule, Localized
from intake.domain.document import Document, DocumentKind
from intake.domain.plain_text import safe_filename
from intake.domain.verdict import Finding, Inspection


class Form(StrEnum):
    """In which form a document came."""

    FILE = "file"
    TEXT = "text"
    LINK = "link"
    MISSING = "missing"


@dataclass(frozen=True)
class DocumentSummary:
    """One document that the call asks for. `finding` is None while none is final, and for a link or nothing.

    `size` is in bytes; `inspection` holds type, pages, words, language and notes as far as they are known.
    `is_news` says that it arrived after the editors' summary; `same_file_as` names another document with its bytes.
    """

    rule: DocumentRule
    form: Form
    filename: str | None = None
    link: str | None = None
    size: int | None = None
    uploaded_at: datetime | None = None
    finding: Finding | None = None
    inspection: Inspection | None = None
    is_news: bool = False
    same_file_as: DocumentKind | None = None


@dataclass(frozen=True)
class Summary:
    """One application as its readers see it: labels of the call in their language, documents in the call's order.

    `is_unreachable` says that mail to the applicant's address came back.
    """

    reference: str
    submitted_at: datetime | None
    applicant: Applicant
    regions: tuple[str, ...]
    topics: tuple[str, ...]
    documents: tuple[DocumentSummary, ...]
    is_unreachable: bool


def summary_of(application: Application, call: Call, language: str) -> Summary:
    """The summary with the call's labels in this language."""
    applicant = application.applicant
    return Summary(
        reference=application.reference,
        submitted_at=application.submitted_at,
        applicant=applicant,
        regions=_labels(applicant.regions, call.regions, language),
        topics=_labels(applicant.topics, call.topics, language),
        documents=tuple(
            replace(
                _document(rule, application.document(rule.kind), application.notified_at),
                same_file_as=application.same_file_as(rule.kind),
            )
            for rule in call.documents
        ),
        is_unreachable=application.is_unreachable,
    )


def text_in(text: Localized, language: str) -> str:
    """The text in this language; in the first that there is where the desk speaks none of the call's."""
    return text.get(language) or next(iter(text.values()))


def _labels(ids: tuple[str, ...], choices: tuple[Choice, ...], language: str) -> tuple[str, ...]:
    """In the call's order; an id that the call no longer has stays as it is rather than vanish."""
    labels = {choice.id: text_in(choice.label, language) for choice in choices}
    known = [labels[choice.id] for choice in choices if choice.id in ids]
    return (*known, *(chosen for chosen in ids if chosen not in labels))


def _document(rule: DocumentRule, document: Document, notified_at: datetime | None) -> DocumentSummary:
    if document.link is not None:
        return DocumentSummary(rule, Form.LINK, link=document.link)
    if document.stored is None or document.upload is None:
        return DocumentSummary(rule, Form.MISSING)
    return DocumentSummary(
        rule,
        Form.TEXT if document.upload.is_typed else Form.FILE,
        filename=None if document.upload.is_typed else safe_filename(document.upload.filename),
        size=document.stored.size,
        uploaded_at=document.uploaded_at,
        finding=document.finding,
        inspection=document.inspection,
        is_news=bool(notified_at and document.uploaded_at and document.uploaded_at > notified_at),
    )
