"""Mails what is owed: the editors' summary or update, the applicant's receipt. The item is the outbox (promise P1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from intake.adapters.applications import Applications
from intake.adapters.editors import Editors
from intake.adapters.mail import Mail
from intake.adapters.receipts import LetThrough
from intake.adapters.secrets import Secrets
from intake.adapters.sends import Claim, Sends
from intake.domain.application import STREAM_GRACE, Application
from intake.domain.call import Call
from intake.domain.receipts import mailbox_key, receipt_due, receipt_tag, with_receipt
from intake.domain.token import Purpose, sign
from intake.errors import MailNotSentError, NotFoundError
from intake.observability import Metric, count
from intake.rendering.messages import receipt_message, summary_message, update_message

if TYPE_CHECKING:
    from intake.rendering.messages import OutgoingMail


@dataclass(frozen=True)
class Outbox:
    """What mailing needs; `editors` knows who gets the summaries of a call."""

    applications: Applications
    sends: Sends
    mail: Mail
    secrets: Secrets
    editors: Editors
    let_through: LetThrough
    sender: str
    public_base: str


class MailOwedError(Exception):
    """Some mail could not be sent now; the message must come back."""


def notify(application_id: str, *, calls: Mapping[str, Call], outbox: Outbox, now: datetime) -> None:
    """Sends what this application owes, each mail to each recipient once, then records what the editors know.

    One recipient's trouble does not keep the others from theirs. Raises MailOwedError when any mail is still owed.
    """
    try:
        application = outbox.applications.get(application_id)
    except NotFoundError:
        return  # erased meanwhile
    if application.is_draft or application.is_closed:
        return
    call = calls[application.call]
    failed = False
    reported: list[int] = []
    is_news_owed = application.owes_summary or application.owes_update
    for editor in outbox.editors.routed_to(application.call) if is_news_owed else ():
        try:
            reported.append(_tell_editor(application, call, editor, outbox, now))
        except MailNotSentError as error:
            count(Metric.MAIL_NOT_SENT, error.code)
            failed = True
    waits_until: datetime | None = None
    try:
        waits_until = _send_receipt(application, call, outbox, now)
    except MailNotSentError as error:
        count(Metric.MAIL_NOT_SENT, error.code)
        failed = True
    if failed:
        raise MailOwedError
    if not application.outstanding:
        known = min(reported, default=application.reported)
        # An erasure that was asked for meanwhile stays due.
        outbox.applications.change(
            application_id, lambda current: current if current.is_closed else current.told(known, now, waits_until)
        )


def _tell_editor(application: Application, call: Call, editor: str, outbox: Outbox, now: datetime) -> int:
    """Sends the summary or update to one editor; answers how many changes the mail that went out told of."""
    kind, message = (
        ("summary", summary_message) if application.owes_summary else (f"update-{application.changes}", update_message)
    )
    rendered = message(application, call, to=editor, sender=outbox.sender, public_base=outbox.public_base)
    claim = outbox.sends.claim(application.id, kind, editor, application.changes, now)
    return _send_claimed(application, kind, rendered, claim, outbox, now)


def _send_receipt(application: Application, call: Call, outbox: Outbox, now: datetime) -> datetime | None:
    """Answers when the receipt goes instead, where its mailbox was sent many today; else None."""
    if application.preferences.no_mail or application.outstanding:
        return None
    keys = outbox.secrets.token_keys()
    token = sign(keys, Purpose.APPLICANT, application.id, application.token_counter)
    message = receipt_message(application, call, sender=outbox.sender, public_base=outbox.public_base, token=token)
    claim = outbox.sends.claim(application.id, "receipt", message.to, application.changes, now)
    if claim.is_ours:
        tag = receipt_tag(keys, application.id)
        due = _let_through(tag, mailbox_key(keys, message.to), outbox, now)
        if due > now:
            outbox.sends.release(application.id, "receipt", message.to, "too_many_receipts")
            count(Metric.RECEIPT_DELAYED)
            return due
    _send_claimed(application, "receipt", message, claim, outbox, now)
    return None


def _let_through(tag: str, mailbox: str, outbox: Outbox, now: datetime) -> datetime:
    """When the receipt may go; counted, if that is now."""
    known = outbox.let_through.get(mailbox)
    due = receipt_due(known, tag, now)
    if due > now or tag in known:
        return due
    is_counted = outbox.let_through.put(mailbox, known, with_receipt(known, tag, now))
    return now if is_counted else now + STREAM_GRACE


def _send_claimed(
    application: Application, kind: str, message: "OutgoingMail", claim: Claim, outbox: Outbox, now: datetime
) -> int:
    """Sends one mail to one recipient unless it was sent before. Raises MailNotSentError."""
    if claim.is_sent:
        return claim.changes
    if not claim.is_ours:
        raise MailNotSentError("claimed_elsewhere", is_answered=True)
    try:
        ses_id = outbox.mail.send(message, application.id)
    except MailNotSentError as error:
        if error.is_answered:
            outbox.sends.release(application.id, kind, message.to, error.code)
        raise
    outbox.sends.record(application.id, kind, message.to, ses_id, now)
    count(Metric.MAIL_SENT, kind.partition("-")[0])
    return claim.changes
