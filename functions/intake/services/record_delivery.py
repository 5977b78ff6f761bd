"""Records what SES says became of a mail, in any order and any number of times. What did not arrive is owed to others:
the item is the outbox, and nothing is sent from here."""

from dataclasses import dataclass
from datetime import datetime

from intake.adapters.applications import Applications
from intake.adapters.sends import SendKey, Sends
from intake.domain.delivery import Audience, Delivery, Send, SendState, audience_of
from intake.errors import NotFoundError
from intake.observability import Metric, count


@dataclass(frozen=True)
class Report:
    """One event of SES. `application_id` and `send_id` are what we tagged the mail with, `ses_id` its id at SES."""

    application_id: str
    send_id: str
    ses_id: str
    delivery: Delivery | None


def record_delivery(report: Report, *, sends: Sends, applications: Applications, now: datetime) -> None:
    """What is not ours, was erased or says nothing of delivery is dropped, and counted."""
    if report.delivery is None:
        count(Metric.DELIVERY_IGNORED, "unknown_type")
        return
    send = next((send for send in sends.of(report.application_id) if send.send_id == report.send_id), None)
    if send is None:
        count(Metric.DELIVERY_IGNORED, "unknown_send")
        return
    if sends.deliver(send, report.delivery, report.ses_id, now):
        count(Metric.MAIL_DELIVERY, report.delivery)
    # Also the second time: the first worker may have died between the two writes.
    if report.delivery.is_failure:
        _owe_to_others(send, applications, now)


def look_after_overdue(key: SendKey, *, sends: Sends, applications: Applications, now: datetime) -> None:
    """A mail to editors of which nothing was heard for a day is late, and is treated like one that did not arrive.

    One that was never sent is not: the application still owes it.
    """
    send = sends.get(key)
    if send is None:
        return
    if send.state is SendState.SENT:
        _owe_to_others(send, applications, now)
    sends.set_late(send)


def _owe_to_others(send: Send, applications: Applications, now: datetime) -> None:
    if audience_of(send.kind) is not Audience.APPLICANT:
        count(Metric.MAIL_UNDELIVERED)
    try:
        applications.change(
            send.application_id, lambda current: current.with_undelivered(send.kind, send.recipient, now)
        )
    except NotFoundError:
        return  # erased meanwhile
