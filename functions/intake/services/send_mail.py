"""Sends one mail to one recipient once, however often it is asked to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from intake.adapters.applications import Applications
from intake.adapters.editors import Editors
from intake.adapters.mail import Mail
from intake.adapters.receipts import LetThrough
from intake.adapters.secrets import Secrets
from intake.adapters.sends import Sends
from intake.domain.application import Application
from intake.domain.delivery import Audience, SendState, audience_of
from intake.errors import MailNotSentError
from intake.observability import Metric, count, log_failure

if TYPE_CHECKING:
    from intake.rendering.outgoing import OutgoingMail


@dataclass(frozen=True)
class Outbox:
    """What mailing needs; `editors` knows who gets the summaries of a call, `admin` is told what went wrong."""

    applications: Applications
    sends: Sends
    mail: Mail
    secrets: Secrets
    editors: Editors
    let_through: LetThrough
    sender: str
    public_base: str
    admin: str


@dataclass(frozen=True)
class OwedMail:
    """`goes_at` says when it may go, where there is a limit; `render_plain` needs no template and no translation."""

    kind: str
    recipient: str
    render: Callable[[], "OutgoingMail"]
    render_plain: Callable[[], "OutgoingMail"] | None = None
    goes_at: Callable[[], datetime] | None = None


@dataclass(frozen=True)
class Sent:
    """`changes` is how many changes the mail told of that went out, now or before; `is_refused`: none ever will;
    `waits_until`: it goes then."""

    changes: int
    is_refused: bool = False
    waits_until: datetime | None = None


def _written(owed: OwedMail) -> "OutgoingMail":
    """The mail as its templates say; where one of them or a translation is broken, in plain English."""
    try:
        return owed.render()
    except Exception as error:
        if owed.render_plain is None:
            raise
        log_failure(error)
        return owed.render_plain()


def send_once(owed: OwedMail, application: Application, outbox: Outbox, now: datetime) -> Sent:
    """Sends it unless it was sent before. Raises MailNotSentError where it is still owed.

    What SES refuses for good is not tried again, except for the admin's notices: without them nobody would know.
    """
    message = _written(owed)
    send = (application.id, owed.kind, owed.recipient)
    claim = outbox.sends.claim(*send, application.changes, now)
    if claim.state is SendState.CLAIMED and not claim.is_ours:
        raise MailNotSentError("claimed_elsewhere", is_answered=True)
    if not claim.is_ours:
        return Sent(claim.changes, is_refused=claim.state is SendState.REFUSED)
    if owed.goes_at and (due := owed.goes_at()) > now:
        outbox.sends.release(*send, "too_many_receipts")
        count(Metric.RECEIPT_DELAYED)
        return Sent(claim.changes, waits_until=due)
    try:
        ses_id = outbox.mail.send(message, {"application": application.id, "send": claim.send_id})
    except MailNotSentError as error:
        if error.is_final and audience_of(owed.kind) is not Audience.ADMIN:
            outbox.sends.refuse(*send, error.code)
            count(Metric.MAIL_REFUSED)
            return Sent(claim.changes, is_refused=True)
        if error.is_answered:
            outbox.sends.release(*send, error.code)
        raise
    outbox.sends.record(*send, ses_id, now)
    count(Metric.MAIL_SENT, owed.kind.partition("-")[0])
    return Sent(claim.changes)
