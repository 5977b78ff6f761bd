"""When a form was shown, signed into the form itself: nothing is stored. People need a moment to fill it in. No I/O.

A stamp belongs to one form key, and so to one application: who wants many fetches many (ASVS 5.0 2.4.2).
"""

from datetime import datetime, timedelta
from enum import StrEnum

from intake.domain.reference import application_id_for
from intake.domain.token import Purpose, TokenKeys, sign_moment, signed_moment

SHORTEST = timedelta(seconds=3)
"""Nobody types a name, an address and three choices faster; the page's script holds back what is sent sooner."""

WITHOUT_PROOF = timedelta(seconds=20)
"""Where a proof of work is asked for and none came, as from a browser without JavaScript: time instead of work."""

LONGEST = timedelta(hours=24)
"""A form that was left open longer is shown again with a new stamp, and with everything that stands in it."""


class Sending(StrEnum):
    """What a stamp says of the moment at which its form came back; the values are what is counted."""

    IN_TIME = "in_time"
    TOO_SOON = "form_too_soon"
    STALE = "form_stale"


def new_stamp(keys: TokenKeys, form_key: str, now: datetime) -> str:
    return sign_moment(keys, Purpose.FORM, application_id_for(form_key), now)


def judge(keys: TokenKeys, stamp: str, form_key: str, now: datetime, shortest: timedelta = SHORTEST) -> Sending:
    """STALE also for a stamp that is none of ours, or another form's."""
    shown_at = signed_moment(keys, stamp, Purpose.FORM, application_id_for(form_key))
    if shown_at is None or now - shown_at > LONGEST:
        return Sending.STALE
    return Sending.TOO_SOON if now - shown_at < shortest else Sending.IN_TIME
