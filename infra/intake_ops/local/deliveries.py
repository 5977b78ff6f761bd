"""A stand-in for what SES says of the mails that it took: the same events, from this machine.

Everything is delivered at once, except to the addresses of SES's mailbox simulator
(https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html) and everybody at bounce.example, so that a
person can see what happens then.
"""

from datetime import UTC, datetime
from queue import SimpleQueue
from threading import Thread
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from intake_ops.local.bus import put_event, widen_rule
from intake_ops.local.emulator import ACCOUNT, REGION, Emulator
from intake_ops.local.mailbox import Mailbox, RecordedMail
from intake_ops.local.stack import Stack

SOURCE = "local.ses"
DETAIL_TYPES = {
    "Delivery": "Email Delivered",
    "DeliveryDelay": "Email Delivery Delayed",
    "Bounce": "Email Bounced",
    "Complaint": "Email Complaint Received",
    "Reject": "Email Rejected",
}
BOUNCING = "bounce@simulator.amazonses.com"
COMPLAINING = "complaint@simulator.amazonses.com"
BOUNCING_DOMAIN = "@bounce.example"


class MailDeliveries:
    """Puts on the bus what became of each mail. A context manager: it works inside the `with`."""

    def __init__(self, emulator: Emulator, stack: Stack, mailbox: Mailbox) -> None:
        self._events = emulator.client("events")
        self._rule = stack.outputs["DeliveryRuleName"]
        self._mailbox = mailbox
        self._taken: SimpleQueue[RecordedMail | None] = SimpleQueue()
        self._thread = Thread(target=self._run, daemon=True)
        self.silent = False
        """While true, nothing is said of any mail, as when events are lost."""

    def __enter__(self) -> Self:
        widen_rule(self._events, self._rule, SOURCE)
        self._mailbox.tell = self._taken.put
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._mailbox.tell = None
        self._taken.put(None)
        self._thread.join(timeout=0.5)

    def put_event(self, event_type: str, mail: RecordedMail) -> None:
        """Puts one event about this mail on the bus, in the shape of SES's."""
        resource = f"arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/{mail.configuration_set}"
        put_event(self._events, SOURCE, DETAIL_TYPES[event_type], resource, _detail(event_type, mail))

    def _run(self) -> None:
        while (mail := self._taken.get()) is not None:
            # SES says nothing of a mail without a configuration set.
            if self.silent or mail.configuration_set is None:
                continue
            for event_type in fate_of(mail.to[0]):
                try:
                    self.put_event(event_type, mail)
                except (BotoCoreError, ClientError):
                    return  # the emulator ends before we do


def fate_of(address: str) -> tuple[str, ...]:
    """The types of the events that follow a mail to this address."""
    if address == BOUNCING or address.endswith(BOUNCING_DOMAIN):
        return ("Bounce",)
    return ("Delivery", "Complaint") if address == COMPLAINING else ("Delivery",)


def _detail(event_type: str, mail: RecordedMail) -> dict[str, Any]:
    now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    tags = {"ses:configuration-set": mail.configuration_set, **mail.tags}
    about: dict[str, dict[str, Any]] = {
        "Bounce": {
            "bounce": {
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "bouncedRecipients": [{"emailAddress": to, "status": "5.1.1"} for to in mail.to],
                "timestamp": now,
            }
        },
        "Complaint": {"complaint": {"complainedRecipients": [{"emailAddress": to} for to in mail.to]}},
        "Delivery": {"delivery": {"timestamp": now, "recipients": mail.to, "smtpResponse": "250 ok"}},
        "DeliveryDelay": {"deliveryDelay": {"timestamp": now, "delayType": "TransientCommunicationFailure"}},
        "Reject": {"reject": {"reason": "Bad content"}},
    }
    return {
        "eventType": event_type,
        **about[event_type],
        "mail": {
            "timestamp": now,
            "sendingAccountId": ACCOUNT,
            "messageId": mail.id,
            "destination": mail.to,
            "tags": {name: [value] for name, value in tags.items()},
        },
    }
