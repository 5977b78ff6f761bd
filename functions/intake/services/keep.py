"""Looks after what is due: mail that the stream missed or that is past its deadline, what was kept for as long as it
may be, erasures. Marks, and queues ids; never deletes, never mails."""

from collections.abc import Callable, Iterable
from datetime import datetime

from intake.adapters.applications import Applications
from intake.adapters.queues import Queue
from intake.adapters.sends import Sends
from intake.domain import queue_messages
from intake.domain.application import Application
from intake.domain.status import Due
from intake.errors import NotFoundError
from intake.observability import Metric, count, log_failure
from intake.services.reconcile import Reconciler
from intake.services.reconcile_by_pages import reconcile_by_pages
from intake.services.record_delivery import look_after_overdue


class RoundUnfinishedError(Exception):
    """Some applications could not be looked after; their turn comes again in the next round."""


def keep(
    *,
    applications: Applications,
    sends: Sends,
    incoming: str,
    notify_queue: Queue,
    scan_queue: Queue,
    erase_queue: Queue,
    reconciler: Reconciler,
    now: datetime,
) -> None:
    """One round. Each application and mail is looked after by itself; what fails is tried again in the next round.

    Raises RoundUnfinishedError at the end of a round in which something failed.
    """
    duties: dict[Due, Callable[[str], object]] = {
        Due.MAIL: lambda found: _keep_mail(found, applications, incoming, notify_queue, scan_queue, now),
        Due.RETENTION: lambda found: applications.change(found, lambda current: current.expired(now)),
        Due.ERASURE: lambda found: erase_queue.send([queue_messages.of_application(found)]),
    }
    failed = sum(_each(applications.due(due, now), look_after) for due, look_after in duties.items())
    failed += _each(
        sends.overdue(now), lambda key: look_after_overdue(key, sends=sends, applications=applications, now=now)
    )
    failed += _each([reconciler], lambda found: reconcile_by_pages(found, now))
    if failed:
        raise RoundUnfinishedError(f"{failed} of what is due was not looked after")


def _each[T](due: Iterable[T], look_after: Callable[[T], object]) -> int:
    """Looks after each by itself; answers how many failed."""
    failed = 0
    for found in due:
        try:
            look_after(found)
        except NotFoundError:
            continue  # erased meanwhile
        except Exception as error:  # noqa: BLE001 - one bad record must not keep the others from theirs
            log_failure(error)
            failed += 1
    return failed


def _keep_mail(
    application_id: str,
    applications: Applications,
    incoming: str,
    notify_queue: Queue,
    scan_queue: Queue,
    now: datetime,
) -> None:
    application = applications.change(application_id, lambda current: current.expired(now))
    if application.is_closed:
        return  # no mail that is owed keeps it longer
    scan_queue.send(_late_messages(application, incoming, now))
    notify_queue.send([queue_messages.of_application(application_id)])
    count(Metric.MAIL_REQUEUED)
    applications.change(application_id, lambda current: current.postponed(now))


def _late_messages(application: Application, incoming: str, now: datetime) -> list[dict[str, str]]:
    return [
        queue_messages.late_scan(incoming, application.key(document.kind, document.attempt), document.stored.version_id)
        for document in application.overdue_documents(now)
        if document.stored
    ]
