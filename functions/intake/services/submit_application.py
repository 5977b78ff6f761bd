"""Sends an application to the editors. What has arrived is S3's word, so Send right after an upload works."""

from datetime import datetime, timedelta

from intake.adapters.applications import Applications
from intake.adapters.documents import IncomingBucket
from intake.domain.application import Application
from intake.domain.call import Call
from intake.domain.document import DocumentKind, StoredVersion
from intake.observability import Metric, count

GRACE = timedelta(hours=1)
"""How long after closing a draft may still be sent: nobody loses to a slow upload begun in time."""

type Arrival = tuple[DocumentKind, int, StoredVersion]


def find_arrivals(application: Application, incoming: IncomingBucket) -> list[Arrival]:
    """What lies in S3 under the newest ticket of each document and has not been recorded yet."""
    arrivals: list[Arrival] = []
    for document in application.documents.values():
        if document.issued in document.tickets:
            key = application.key(document.kind, document.issued)
            if stored := incoming.find(key):
                arrivals.append((document.kind, document.issued, stored))
    return arrivals


def with_arrivals(application: Application, arrivals: list[Arrival], now: datetime) -> Application:
    for kind, attempt, stored in arrivals:
        application = application.with_arrival(kind, attempt, stored, now)
    return application


def submit_application(
    application: Application,
    *,
    call: Call,
    applications: Applications,
    incoming: IncomingBucket,
    now: datetime,
) -> Application:
    """Submitted once, however often asked. Raises DocumentsMissingError, CallNotOpenError, NotAllowedNowError."""
    if application.is_draft:
        call.require_open(now, GRACE)
    arrivals = find_arrivals(application, incoming)
    required = tuple(rule.kind for rule in call.documents if rule.required)
    kept_until = call.retention.of_undecided(now)
    submitted = applications.change(
        application.id,
        lambda current: with_arrivals(current, arrivals, now).submitted(required, now, kept_until=kept_until),
    )
    if submitted.submitted_at == now and application.is_draft:
        count(Metric.APPLICATION_SUBMITTED)
    return submitted
