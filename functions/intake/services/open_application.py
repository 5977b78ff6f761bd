"""Opens an application: one conditional write, found again by its Idempotency-Key."""

import hashlib
from datetime import datetime

from pydantic import BaseModel

from intake.adapters.applications import Applications
from intake.adapters.documents import IncomingBucket
from intake.domain.applicant import Applicant, Preferences
from intake.domain.application import Application
from intake.domain.call import Call
from intake.domain.document import Document
from intake.domain.reference import application_id_for
from intake.domain.status import Due
from intake.errors import IdempotencyConflictError, InvalidRequestError, NotFoundError
from intake.observability import Metric, count
from intake.services.hand_in_document import HandedIn, check_handed_in, store_typed, with_handed_in


class NewApplication(BaseModel):
    language: str
    privacy_notice: str
    applicant: Applicant
    preferences: Preferences = Preferences()
    documents: tuple[HandedIn, ...] = ()


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
    call.check_applicant(new.applicant)
    kinds = [document.kind for document in new.documents]
    if len(set(kinds)) != len(kinds):
        raise InvalidRequestError("A document is named twice.", [{"field": "documents", "code": "named_twice"}])
    for document in new.documents:
        check_handed_in(call, document)


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
    call.require_open(now)
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
