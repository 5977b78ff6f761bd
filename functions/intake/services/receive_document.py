"""Takes in what a form without JavaScript sent straight to S3, when the browser comes back to us."""

from datetime import datetime

from intake.adapters.applications import Applications
from intake.adapters.documents import IncomingBucket
from intake.domain.application import Application
from intake.domain.call import Call, DocumentRule
from intake.domain.document import DocumentKind, StoredVersion, Upload
from intake.domain.verdict import Finding, Inspection, Reason, Verdict
from intake.services.submit_application import find_arrivals, with_arrivals


def offer_form(
    application: Application,
    kind: DocumentKind,
    *,
    call: Call,
    applications: Applications,
    incoming: IncomingBucket,
    now: datetime,
) -> Application:
    """With a ticket that a form can be sent with; asking again makes no second one. What has arrived is recorded first.

    Raises InvalidRequestError, NotAllowedNowError, TooManyUploadsError, NotFoundError.
    """
    call.rule_for(kind)
    arrivals = find_arrivals(application, incoming)
    return applications.change(application.id, lambda current: _with_form(with_arrivals(current, arrivals, now), kind))


def _with_form(application: Application, kind: DocumentKind) -> Application:
    is_offered = application.document(kind).form_attempt is not None
    return application if is_offered else application.with_ticket(kind, Upload.from_form())


def receive_document(
    application: Application,
    kind: DocumentKind,
    attempt: int,
    *,
    call: Call,
    applications: Applications,
    incoming: IncomingBucket,
    now: datetime,
) -> StoredVersion | None:
    """Records what lies under this ticket, and answers it; None where nothing does, or the ticket is not ours.

    S3 had to take far more than the call allows, since it would have answered a refusal itself: size is judged here,
    at once, and a new form is offered for the file that is not taken. All else is inspection's. Nothing happens the
    second time. Raises InvalidRequestError, NotFoundError, ConcurrentChangeError.
    """
    rule = call.rule_for(kind)
    if not 0 < attempt <= application.document(kind).issued:
        return None
    stored = incoming.find(application.key(kind, attempt))
    if stored is not None:
        applications.change(application.id, lambda current: _with_received(current, rule, attempt, stored, now))
    return stored


def _with_received(
    current: Application, rule: DocumentRule, attempt: int, stored: StoredVersion, now: datetime
) -> Application:
    arrived = current.with_arrival(rule.kind, attempt, stored, now)
    document = arrived.document(rule.kind)
    reason = _too_little_or_much(stored, rule)
    if reason is None or not document.is_version(attempt, stored.version_id):
        return arrived
    if document.is_inspected:  # the event was faster than the browser
        return _with_form(arrived, rule.kind)
    rejected = Inspection(verdict=Verdict.REJECT, reason=reason, size=stored.size)
    judged = arrived.with_document(document.inspected(rejected))
    finding = Finding(verdict=Verdict.REJECT, reason=reason)
    return _with_form(judged.with_finding(rule.kind, finding, None, now), rule.kind)


def _too_little_or_much(stored: StoredVersion, rule: DocumentRule) -> Reason | None:
    if stored.size == 0:
        return Reason.FILE_EMPTY
    return Reason.FILE_TOO_LARGE if stored.size > rule.max_bytes else None
