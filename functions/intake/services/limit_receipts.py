"""Lets a mailbox have a few receipts a day, and tells the others when they may go."""

from datetime import datetime

from intake.adapters.receipts import LetThrough
from intake.domain.application import STREAM_GRACE, Application
from intake.domain.receipts import mailbox_key, receipt_due, receipt_tag, with_receipt
from intake.domain.token import TokenKeys


def receipt_goes_at(application: Application, keys: TokenKeys, let_through: LetThrough, now: datetime) -> datetime:
    """When this application's receipt may go; counted, if that is now."""
    tag, mailbox = receipt_tag(keys, application.id), mailbox_key(keys, application.applicant.email)
    known = let_through.get(mailbox)
    due = receipt_due(known, tag, now)
    if due > now or tag in known:
        return due
    is_counted = let_through.put(mailbox, known, with_receipt(known, tag, now))
    return now if is_counted else now + STREAM_GRACE
