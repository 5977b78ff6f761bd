"""Reads an application for its applicant; changes nothing."""

from datetime import datetime
from typing import Any

from intake.adapters.applications import Applications
from intake.adapters.documents import IncomingBucket
from intake.adapters.rows import SEND
from intake.domain.application import Application
from intake.services.submit_application import find_arrivals, with_arrivals

_OF_A_SEND = ("state", "claimed_at", "sent_at")
_OURS = ("fingerprint", "revision", "token_counter", "urgent", "due_kind", "due_at")
_OF_A_VERDICT = {"inspection", "scan", "copies"}


def with_arrivals_shown(application: Application, incoming: IncomingBucket, now: datetime) -> Application:
    """The application as it will be once the events of what lies in S3 have come; nothing is written."""
    if application.is_closed:
        return application
    return with_arrivals(application, find_arrivals(application, incoming), now)


def everything_held(application_id: str, *, applications: Applications) -> dict[str, Any]:
    """All that the table holds about the applicant (GDPR Art. 15), without our own bookkeeping, the editors' addresses
    and what was found in a document so far whose verdict is not final (promise P3). Raises NotFoundError."""
    application = applications.get(application_id)
    undecided = {
        str(kind): _OF_A_VERDICT for kind, document in application.documents.items() if document.finding is None
    }
    held: dict[str, Any] = application.model_dump(
        mode="json", exclude_none=True, exclude={"documents": undecided, **dict.fromkeys(_OURS, True)}
    )
    held["mails"] = [
        {"kind": row["sk"].split("#")[1], **{name: row[name] for name in _OF_A_SEND if name in row}}
        for row in applications.rows(application_id)
        if row["sk"].startswith(SEND)
    ]
    return held
