"""Mails what is owed: the editors' summary or update, the applicant's receipt, and what to do about mail that did not
arrive. The item is the outbox (promise P1)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from intake.domain.application import Application
from intake.domain.call import Call
from intake.domain.delivery import RECEIPT, SUMMARY, notice_kind, update_kind
from intake.domain.token import Purpose, sign
from intake.errors import ComeAgainError, MailNotSentError, NotFoundError
from intake.observability import Metric, count
from intake.rendering.admin_messages import undelivered_message
from intake.rendering.messages import receipt_message, summary_message, update_message
from intake.rendering.plain_messages import plain_desk_message, plain_receipt
from intake.services.limit_receipts import receipt_goes_at
from intake.services.send_mail import Outbox, OwedMail, send_once


class MailOwedError(ComeAgainError):
    """Some mail could not be sent now; the message must come back."""


@dataclass
class _Round:
    """What came of one application's mails: how many changes each editor knows of, which mails SES will never take, and
    when the receipt goes where it has to wait."""

    reported: list[int] = field(default_factory=list)
    refused: list[OwedMail] = field(default_factory=list)
    receipt_due: datetime | None = None
    is_owed: bool = False


def notify(application_id: str, *, calls: Mapping[str, Call], outbox: Outbox, now: datetime) -> None:
    """Sends what this application owes, each mail to each recipient once, then records who knows what.

    One recipient's trouble does not keep the others from theirs. Raises MailOwedError when any mail is still owed.
    """
    try:
        application = outbox.applications.get(application_id)
    except NotFoundError:
        return  # erased meanwhile
    if application.is_draft or application.is_closed:
        return
    call = calls[application.call]
    happened = _Round()
    for owed in _owed(application, call, outbox, now):
        try:
            sent = send_once(owed, application, outbox, now)
        except MailNotSentError as error:
            count(Metric.MAIL_NOT_SENT, error.code)
            happened.is_owed = True
            continue
        happened.receipt_due = sent.waits_until or happened.receipt_due
        if owed.kind == _news_kind(application, now):
            happened.reported.append(sent.changes)
        if sent.is_refused:
            happened.refused.append(owed)
    outbox.applications.change(application_id, partial(_with_round, read=application, happened=happened, now=now))
    if happened.is_owed:
        raise MailOwedError


def _with_round(current: Application, *, read: Application, happened: _Round, now: datetime) -> Application:
    if current.is_closed:
        return current  # an erasure that was asked for meanwhile stays due
    if not happened.is_owed and not read.outstanding:
        known = min(happened.reported, default=read.reported)
        current = current.told(known, now, happened.receipt_due, undelivered=len(read.undelivered))
    for owed in happened.refused:
        current = current.with_undelivered(owed.kind, owed.recipient, now)
    return current


def _owed(application: Application, call: Call, outbox: Outbox, now: datetime) -> Iterator[OwedMail]:
    news = _news_kind(application, now)
    if news:
        yield from _to_editors(news, application, call, outbox)
    if application.takes_mail and not application.outstanding:
        yield _receipt(application, call, outbox, now)
    for kind in application.untold:
        # Whoever has it already is not sent it again; an older update is told by the newer one.
        if kind in {SUMMARY, update_kind(application.changes)} and kind != news:
            yield from _to_editors(kind, application, call, outbox)
        yield OwedMail(
            notice_kind(kind),
            outbox.admin,
            partial(
                undelivered_message, application, call, kind=kind, to=outbox.admin, sender=outbox.sender,
                public_base=outbox.public_base,
            ),
        )  # fmt: skip


def _news_kind(application: Application, now: datetime) -> str | None:
    if application.owes_summary:
        return SUMMARY
    return update_kind(application.changes) if application.owes_update_by(now) else None


def _to_editors(kind: str, application: Application, call: Call, outbox: Outbox) -> Iterator[OwedMail]:
    event, message = ("summary", summary_message) if kind == SUMMARY else ("update", update_message)
    for editor in outbox.editors.routed_to(application.call):
        envelope = {"to": editor, "sender": outbox.sender, "public_base": outbox.public_base}
        yield OwedMail(
            kind,
            editor,
            partial(message, application, call, **envelope),
            partial(plain_desk_message, event, application, **envelope),
        )


def _receipt(application: Application, call: Call, outbox: Outbox, now: datetime) -> OwedMail:
    keys = outbox.secrets.token_keys()
    token = sign(keys, Purpose.RECEIPT, application.id, application.token_counter, application.applicant.email)
    envelope = {"sender": outbox.sender, "public_base": outbox.public_base, "token": token}
    return OwedMail(
        RECEIPT,
        application.applicant.email,
        partial(receipt_message, application, call, **envelope),
        partial(plain_receipt, application, **envelope),
        goes_at=partial(receipt_goes_at, application, keys, outbox.let_through, now),
    )
