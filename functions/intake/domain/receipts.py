"""How many receipts one mailbox is sent: nobody shall fill a stranger's with our form. No I/O.

A receipt over the limit is sent later, never dropped, and the application is taken all the same: its reference is on
the page. Nothing that is answered differs, so nobody learns which addresses were written to.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from intake.domain.token import TokenKeys, keyed_hash

RECEIPTS_PER_WINDOW = 3
RECEIPT_WINDOW = timedelta(hours=24)
"""How many receipts one mailbox is sent in any stretch of this length."""

_GMAIL = ("gmail.com", "googlemail.com")

type Receipts = Mapping[str, datetime]
"""When which receipt was let through to one mailbox, by its tag."""


def mailbox_key(keys: TokenKeys, address: str) -> str:
    """Under which a mailbox's receipts are counted. A tag (`+…`, RFC 5233) and capitals lead to the same mailbox,
    and at Gmail so do dots and its other domain (https://support.google.com/mail/answer/7436150)."""
    local, _, domain = address.lower().rpartition("@")
    local = local.partition("+")[0]
    if domain in _GMAIL:
        local, domain = local.replace(".", ""), _GMAIL[0]
    return keyed_hash(keys, "receipts", f"{local}@{domain}")


def receipt_tag(keys: TokenKeys, application_id: str) -> str:
    """What stands for an application in a mailbox's row: an erased one shall not be named there (promise P7)."""
    return keyed_hash(keys, "receipt", application_id)[:16]


def receipt_due(known: Receipts, tag: str, now: datetime) -> datetime:
    """When this application's receipt may go: now, or as soon as few enough were sent in the window before.

    A receipt that was let through before stays so: it counts once, however often SES refuses it.
    """
    recent = sorted(_recent(known, now).values())
    if tag in known or len(recent) < RECEIPTS_PER_WINDOW:
        return now
    return recent[-RECEIPTS_PER_WINDOW] + RECEIPT_WINDOW


def with_receipt(known: Receipts, tag: str, now: datetime) -> dict[str, datetime]:
    """With one more receipt let through, and without those that count no more."""
    return {tag: now} | _recent(known, now)


def _recent(known: Receipts, now: datetime) -> dict[str, datetime]:
    return {tag: at for tag, at in known.items() if at > now - RECEIPT_WINDOW}
