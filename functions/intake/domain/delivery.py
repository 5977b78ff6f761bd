"""What became of a mail: the row of a send, and which news of it counts."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

DELIVERY_DEADLINE = timedelta(hours=24)
"""A mail to editors of which nothing was heard for so long counts as late. SES itself tries for 14 hours at most
(https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_DeliveryOptions.html), and its events are best effort."""

SUMMARY = "summary"
RECEIPT = "receipt"
_UPDATE = "update-"
_NOTICE = "undelivered-"


def update_kind(changes: int) -> str:
    """The kind of the update that tells of so many changes."""
    return f"{_UPDATE}{changes}"


def notice_kind(kind: str) -> str:
    """The kind of the admin's notice that a mail of this kind did not arrive."""
    return f"{_NOTICE}{kind}"


class Audience(StrEnum):
    EDITORS = "editors"
    APPLICANT = "applicant"
    ADMIN = "admin"


def audience_of(kind: str) -> Audience:
    if kind == SUMMARY or kind.startswith(_UPDATE):
        return Audience.EDITORS
    return Audience.ADMIN if kind.startswith(_NOTICE) else Audience.APPLICANT


class SendState(StrEnum):
    """`claimed`: somebody is sending. `released`: SES did not take it, and may later. `refused`: SES never will."""

    CLAIMED = "claimed"
    RELEASED = "released"
    SENT = "sent"
    REFUSED = "refused"


class Delivery(StrEnum):
    """What is known of a mail that SES took. A later one in this order replaces an earlier one, never the reverse, so
    it does not matter in which order SES's events come, or how often."""

    LATE = "late"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    BOUNCED = "bounced"
    COMPLAINED = "complained"

    @property
    def earlier(self) -> tuple["Delivery", ...]:
        """What this one replaces."""
        order = tuple(Delivery)
        return order[: order.index(self)]

    @property
    def is_failure(self) -> bool:
        """Whether nobody reads this mail, and nobody will read the next one there."""
        return self in {Delivery.REJECTED, Delivery.BOUNCED, Delivery.COMPLAINED}


def delivery_of(event_type: str, bounce_type: str) -> Delivery | None:
    """What an event of SES says; None for one that says nothing of delivery.

    A bounce that is not permanent is late: SES has given up, but an answer from somebody on holiday comes as one too
    (https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html).
    """
    match event_type, bounce_type:
        case "Bounce", "Permanent":
            return Delivery.BOUNCED
        case (("Bounce" | "DeliveryDelay"), _):
            return Delivery.LATE
        case "Delivery", _:
            return Delivery.DELIVERED
        case "Complaint", _:
            return Delivery.COMPLAINED
        case "Reject", _:
            return Delivery.REJECTED
    return None


@dataclass(frozen=True)
class Send:
    """One mail to one recipient. `send_id` is what SES's events call it; `delivery` is None while nothing is known."""

    application_id: str
    kind: str
    recipient: str
    state: SendState
    send_id: str
    delivery: Delivery | None = None

    @property
    def is_lost(self) -> bool:
        """Whether it reached nobody and nobody tries any more."""
        return self.state is SendState.REFUSED or bool(self.delivery and self.delivery.is_failure)
