"""Erases an application: every version and copy of its documents, every row. It alone may delete (promise P7)."""

from datetime import datetime, timedelta

from intake.adapters.applications import Applications
from intake.adapters.documents import DeskBucket, IncomingBucket
from intake.observability import Metric, count

SECOND_LOOK = timedelta(hours=1)
"""An upload ticket outlives the erasure by its ten minutes, a worker by its time-out: both are swept up then."""


def erase(
    application_id: str,
    *,
    applications: Applications,
    incoming: IncomingBucket,
    desk: DeskBucket,
    now: datetime,
) -> None:
    """Erases what is marked as erased; leaves a tombstone, and outside the table the mark of an erasure. Does it again
    an hour later.

    Can be repeated and resumed at any point; a repetition within the hour does not stand for the second look. Does
    nothing for an application that is not marked.
    """
    erasure = applications.erasure(application_id)
    if erasure is None:
        return
    desk.mark_erased(application_id)  # before anything is gone, so that a restore finds it however far this came
    incoming.erase(application_id)
    desk.erase(application_id)
    erased_at = erasure.erased_at or now
    look_again_at = erased_at + SECOND_LOOK
    applications.bury(application_id, erased_at, look_again_at if now < look_again_at else None)
    if not erasure.is_buried:
        count(Metric.APPLICATION_ERASED)
