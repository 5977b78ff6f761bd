"""Opens an application: one conditional write, found again by its Idempotency-Key."""

import hashlib
from datetime import datetime, timedelta

from pydantic import BaseModel

from intake.adapters.applications import Applications
from intake.adapters.documents import IncomingBucket
from intake.domain.applicant import Applicant, HttpLink, Preferences
from intake.domain.application import Application
from intake.domain.call import Call, CallState, DocumentRule
from intake.domain.document import Document, DocumentKind, Upload
from intake.domain.reference import application_id_for
from intake.domain.status import Due
from intake.errors import CallNotOpenError, IdempotencyConflictError, InvalidRequestError, NotFoundError
from intake.observability import Metric, count


class HandedIn(BaseModel):
    """One document as it is handed in: a file to be uploaded, typed text, or a link. Exactly one of the three."""

    kind: DocumentKind
    upload: Upload | None = None
    text: str | None = None
    link: HttpLink | None = None


class NewApplication(BaseModel):
    language: str
    privacy_notice: str
    applicant: Applicant
    preferences: Preferences = Preferences()
    documents: tuple[HandedIn, ...] = ()


def upload_of_text(text: str) -> Upload:
    """Typed text as the upload that it becomes."""
    encoded = text.encode()
    return Upload(filename="typed.txt", size=len(encoded), sha256=hashlib.sha256(encoded).hexdigest(), is_typed=True)


def require_open(call: Call, now: datetime, grace: timedelta = timedelta()) -> None:
    """Raises CallNotOpenError unless the call takes applications now."""
    if call.state(now) is not CallState.OPEN and call.state(now - grace) is not CallState.OPEN:
        raise CallNotOpenError("The call takes no applications now.")


def rule_for(call: Call, kind: DocumentKind) -> DocumentRule:
    """The call's rule for this kind of document. Raises InvalidRequestError."""
    rule = call.rule(kind)
    if rule is None:
        raise InvalidRequestError("The call asks for no such document.", [{"field": "kind", "code": "unknown_kind"}])
    return rule


def check_handed_in(call: Call, document: HandedIn) -> None:
    """Raises InvalidRequestError where the call does not allow this. Whether the file is good, inspection decides."""
    rule = rule_for(call, document.kind)
    size = len(document.text.encode()) if document.text is not None else document.upload.size if document.upload else 0
    if size > rule.max_bytes:
        raise InvalidRequestError(
            f"A {document.kind} may have {rule.max_bytes} bytes.", [{"field": document.kind, "code": "file_too_large"}]
        )
    if document.link is not None and not rule.may_be_link:
        raise InvalidRequestError("No link can stand here.", [{"field": document.kind, "code": "link_not_allowed"}])


def check_applicant(call: Call, applicant: Applicant) -> None:
    """Raises InvalidRequestError for a region or topic that the call does not have."""
    errors = [
        {"field": f"applicant.{field}", "code": "unknown_choice"}
        for field, chosen, known in (
            ("regions", applicant.regions, call.region_ids),
            ("topics", applicant.topics, call.topic_ids),
        )
        if set(chosen) - set(known)
    ]
    if errors:
        raise InvalidRequestError("A choice is not one of the call's.", errors)


def _check(call: Call, new: NewApplication) -> None:
    if new.language not in call.languages:
        raise InvalidRequestError(
            "The call has no form in this language.", [{"field": "language", "code": "unknown_language"}]
        )
    if new.privacy_notice != call.privacy_notice.version:
        raise InvalidRequestError(
            "The privacy notice has changed; show the current one.",
            [{"field": "privacy_notice", "code": "notice_outdated"}],
        )
    check_applicant(call, new.applicant)
    kinds = [document.kind for document in new.documents]
    if len(set(kinds)) != len(kinds):
        raise InvalidRequestError("A document is named twice.", [{"field": "documents", "code": "named_twice"}])
    for document in new.documents:
        check_handed_in(call, document)


def with_handed_in(application: Application, document: HandedIn, now: datetime) -> Application:
    """The transition that takes a document in: a ticket for a file or for typed text, or the link itself."""
    if document.link is not None:
        return application.with_link(document.kind, document.link, now)
    upload = upload_of_text(document.text) if document.text is not None else document.upload
    if upload is None:
        raise InvalidRequestError("A document is a file, a text or a link.")
    return application.with_ticket(document.kind, upload)


def store_typed(application: Application, document: HandedIn, incoming: IncomingBucket) -> None:
    """Puts typed text where the newest ticket's upload would lie, unless that is another upload's or has arrived."""
    held = application.document(document.kind)
    if document.text is not None and held.tickets.get(held.issued) == upload_of_text(document.text):
        incoming.put_text(application.key(document.kind, held.issued), document.text)


def open_application(
    new: NewApplication,
    idempotency_key: str,
    *,
    call: Call,
    applications: Applications,
    incoming: IncomingBucket,
    now: datetime,
) -> Application:
    """Opens an application, or finds the one that the same key and the same content opened before.

    Raises InvalidRequestError, CallNotOpenError, IdempotencyConflictError, and NotFoundError where it was erased.
    """
    require_open(call, now)
    _check(call, new)
    fingerprint = hashlib.sha256(f"{call.id}\n{new.model_dump_json()}".encode()).hexdigest()
    kept_until = call.retention.of_draft(now)
    application = Application(
        id=application_id_for(idempotency_key),
        call=call.id,
        language=new.language,
        fingerprint=fingerprint,
        created_at=now,
        applicant=new.applicant,
        preferences=new.preferences,
        privacy_notice=new.privacy_notice,
        documents={rule.kind: Document(kind=rule.kind) for rule in call.documents},
        kept_until=kept_until,
        due_kind=Due.RETENTION,
        due_at=kept_until,
    )
    for document in new.documents:
        application = with_handed_in(application, document, now)
    application, is_new = applications.create(application)
    if application.is_closed:
        raise NotFoundError("There is no such application.")
    if application.fingerprint != fingerprint:
        raise IdempotencyConflictError("This Idempotency-Key was used before, with another body.")
    if is_new:
        count(Metric.APPLICATION_OPENED)
    for document in new.documents:
        store_typed(application, document, incoming)
    return application
