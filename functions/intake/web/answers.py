"""What the JSON API answers: view models, no rules."""

from datetime import datetime

from pydantic import BaseModel

from intake.adapters.tickets import UploadTicket
from intake.domain.application import Application
from intake.domain.call import Call, CallState, DocumentRule
from intake.domain.document import Document, DocumentKind, DocumentStatus
from intake.domain.proof import Challenge
from intake.domain.status import ApplicantView
from intake.domain.verdict import Note, Reason, Verdict


class ChoiceAnswer(BaseModel):
    id: str
    label: str


class DocumentRuleAnswer(BaseModel):
    kind: DocumentKind
    required: bool
    types: list[str]
    max_bytes: int
    min_words: int | None = None
    max_words: int | None = None


class NoticeAnswer(BaseModel):
    version: str
    text: str


class CallAnswer(BaseModel):
    """A call, in the language asked for by `?language=` or else its first. `proof` is the challenge to be solved
    before an application is opened, fresh each time and good for one; null where none is asked for."""

    id: str
    title: str
    state: CallState
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    contact: str
    languages: list[str]
    regions: list[ChoiceAnswer]
    topics: list[ChoiceAnswer]
    documents: list[DocumentRuleAnswer]
    privacy_notice: NoticeAnswer
    proof: Challenge | None = None


class UploadAnswer(BaseModel):
    """An upload ticket: POST `fields`, then the file as `file`, as multipart/form-data to `url`."""

    url: str
    fields: dict[str, str]
    expires_at: datetime
    max_bytes: int


class DocumentTicketAnswer(BaseModel):
    kind: DocumentKind
    status: DocumentStatus
    upload: UploadAnswer | None = None


class OpenedAnswer(BaseModel):
    application_id: str
    token: str
    status: ApplicantView
    documents: list[DocumentTicketAnswer]


class DocumentAnswer(BaseModel):
    """`verdict` and what belongs to it are there only once the verdict is final. `same_file_as` names another document
    of the application with the same bytes, which often is a mistake."""

    kind: DocumentKind
    status: DocumentStatus
    verdict: Verdict | None = None
    reason: Reason | None = None
    message: str | None = None
    pages: int | None = None
    words: int | None = None
    language: str | None = None
    notes: list[Note] | None = None
    same_file_as: DocumentKind | None = None


class StatusAnswer(BaseModel):
    status: ApplicantView
    reference: str | None = None
    documents: list[DocumentAnswer]


class SubmittedAnswer(BaseModel):
    reference: str
    status: ApplicantView


class StatusOnlyAnswer(BaseModel):
    status: ApplicantView


def call_answer(call: Call, language: str, now: datetime, proof: Challenge | None) -> CallAnswer:
    return CallAnswer(
        id=call.id,
        title=call.title[language],
        state=call.state(now),
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        contact=call.contact,
        languages=list(call.languages),
        regions=[ChoiceAnswer(id=choice.id, label=choice.label[language]) for choice in call.regions],
        topics=[ChoiceAnswer(id=choice.id, label=choice.label[language]) for choice in call.topics],
        documents=[
            DocumentRuleAnswer(
                kind=rule.kind,
                required=rule.required,
                types=list(rule.types),
                max_bytes=rule.max_bytes,
                min_words=rule.min_words,
                max_words=rule.max_words,
            )
            for rule in call.documents
        ],
        privacy_notice=NoticeAnswer(version=call.privacy_notice.version, text=call.privacy_notice.text[language]),
        proof=proof,
    )


def upload_answer(ticket: UploadTicket) -> UploadAnswer:
    return UploadAnswer(url=ticket.url, fields=ticket.fields, expires_at=ticket.expires_at, max_bytes=ticket.max_bytes)


def _message(document: Document, rule: DocumentRule, language: str) -> str | None:
    if document.finding is None or document.finding.reason is None:
        return None
    # Babel is most of a cold start, and most answers have no sentence in them.
    from intake.rendering.reasons import message_about

    return message_about(document, rule, language)


def document_answer(application: Application, rule: DocumentRule) -> DocumentAnswer:
    """The verdict, and what belongs to it, only once it is final."""
    document = application.document(rule.kind)
    if document.finding is None:
        return DocumentAnswer(kind=document.kind, status=document.status)
    inspection = document.inspection
    return DocumentAnswer(
        kind=document.kind,
        status=document.status,
        verdict=document.finding.verdict,
        reason=document.finding.reason,
        message=_message(document, rule, application.language),
        pages=inspection.pages if inspection else None,
        words=inspection.words if inspection else None,
        language=inspection.language if inspection else None,
        notes=list(inspection.notes) if inspection else None,
        same_file_as=application.same_file_as(rule.kind),
    )


def status_answer(application: Application, call: Call) -> StatusAnswer:
    return StatusAnswer(
        status=application.seen_by_applicant,
        reference=None if application.is_draft else application.reference,
        documents=[document_answer(application, rule) for rule in call.documents],
    )
