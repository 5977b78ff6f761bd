"""Mails what is owed: the editors' summary or update, the applicant's receipt. The item is the outbox (promise P1)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from intake.adapters.applications import Applications
from intake.adapters.editors import Editors
from intake.adapters.mail import Mail
from intake.adapters.secrets import Secrets
from intake.adapters.sends import Sends
from intake.domain.application import Application
from intake.domain.call import Call
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
    try:
        _send_receipt(application, call, outbox, now)
    except MailNotSentError as error:
        count(Metric.MAIL_NOT_SENT, error.code)
        failed = True
    if failed:
        raise MailOwedError
    if not application.outstanding:
        known = min(reported, default=application.reported)
        # An erasure that was asked for meanwhile stays due.
        outbox.applications.change(
            application_id, lambda current: current if current.is_closed else current.told(known, now)
        )


def _tell_editor(application: Application, call: Call, editor: str, outbox: Outbox, now: datetime) -> int:
    """Sends the summary or update to one editor; answers how many changes the mail that went out told of."""
    kind, message = (
        ("summary", summary_message) if application.owes_summary else (f"update-{application.changes}", update_message)
    )
    return _send_once(
        application,
        kind,
        editor,
        lambda: message(application, call, to=editor, sender=outbox.sender, public_base=outbox.public_base),
        outbox,
        now,
    )


def _send_receipt(application: Application, call: Call, outbox: Outbox, now: datetime) -> None:
    if application.preferences.no_mail or application.outstanding:
        return
    token = sign(outbox.secrets.token_keys(), Purpose.APPLICANT, application.id, application.token_counter)
    _send_once(
        application,
        "receipt",
        application.applicant.email,
        lambda: receipt_message(application, call, sender=outbox.sender, public_base=outbox.public_base, token=token),
        outbox,
        now,
    )


def _send_once(
    application: Application,
    kind: str,
    recipient: str,
    render: Callable[[], "OutgoingMail"],
    outbox: Outbox,
    now: datetime,
) -> int:
    """Sends one mail to one recipient unless it was sent before. Raises MailNotSentError."""
    message = render()
    claim = outbox.sends.claim(application.id, kind, recipient, application.changes, now)
    if claim.is_sent:
        return claim.changes
    if not claim.is_ours:
        raise MailNotSentError("claimed_elsewhere", is_answered=True)
    try:
        ses_id = outbox.mail.send(message, application.id)
    except MailNotSentError as error:
        if error.is_answered:
            outbox.sends.release(application.id, kind, recipient, error.code)
        raise
    outbox.sends.record(application.id, kind, recipient, ses_id, now)
    count(Metric.MAIL_SENT, kind.partition("-")[0])
    return claim.changes
