"""Holds S3, the table and the mails against each other, repairs what it can, and tells of the rest (promise P1).

keep takes a page at a time; the admin's command takes them all. Nothing is deleted or mailed from here: what is found
is put on the queue, or owed by the item, that its own function works on.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from intake.adapters.applications import Applications, is_tombstone, to_application
from intake.adapters.ledger import Ledger
from intake.adapters.listing import Listed, Listing
from intake.adapters.queues import Queue
from intake.adapters.rows import application_id_of
from intake.adapters.sends import Sends
from intake.domain import queue_messages
from intake.domain.application import Application
from intake.domain.document import DocumentKey
from intake.domain.erasure import erasure_mark
from intake.domain.reconciliation import (
    UPLOAD_LATE,
    UPLOAD_NEWS,
    Discrepancy,
    Owner,
    Place,
    erased_again,
    is_brought_back,
    is_unrecorded,
    original_discrepancy,
    owing_summary,
    place_of,
    upload_discrepancy,
    with_attempt_taken,
)
from intake.errors import NotFoundError
from intake.observability import log_failure


@dataclass(frozen=True)
class Reconciler:
    """What is compared, and the queues of those who repair. `erased` are the marks that erasures leave."""

    applications: Applications
    sends: Sends
    incoming: Listing
    desk: Listing
    erased: Listing
    ledger: Ledger
    inspect_queue: Queue
    scan_queue: Queue
    erase_queue: Queue


@dataclass(frozen=True)
class Found:
    """One discrepancy; of which application is told by its id."""

    discrepancy: Discrepancy
    application_id: str


@dataclass(frozen=True)
class Page:
    """What one page of a comparison found; `after` is where to go on, "" at its end. `places` are the applications'."""

    found: Sequence[Found]
    after: str
    places: Sequence[Place] = ()


class UnknownKeyError(Exception):
    """Nothing of ours lies under such a key."""


type Comparison = Callable[[str], Page]


def comparisons(reconciler: Reconciler, now: datetime) -> dict[str, Comparison]:
    """The whole comparison: every upload, every original, every application. Each takes where to go on."""
    return {
        "uploads": lambda after: compare_uploads(after, reconciler=reconciler, now=now),
        "originals": lambda after: _compare_originals(after, reconciler, now),
        "applications": lambda after: _compare_applications(after, reconciler, now),
    }


def compare_uploads(after: str, *, reconciler: Reconciler, now: datetime, is_quick: bool = False) -> Page:
    """One page of the incoming bucket. The quick look reads an application only for an upload of the last day."""
    listed, next_after = reconciler.incoming.page(after)
    wanted = [upload for upload in listed if not is_quick or now - upload.stored_at < UPLOAD_NEWS]
    owner = _owners(reconciler)
    return Page(list(_each(wanted, lambda upload: _compare_upload(upload, owner, reconciler, now))), next_after)


def _owners(reconciler: Reconciler) -> Callable[[str], Owner]:
    """Reads each application once for all of its keys, which follow each other."""
    known: dict[str, Owner] = {}

    def owner(application_id: str) -> Owner:
        if application_id not in known:
            known.clear()
            known[application_id] = _owner(reconciler, application_id)
        return known[application_id]

    return owner


def _owner(reconciler: Reconciler, application_id: str) -> Owner:
    try:
        return Owner(reconciler.applications.get(application_id))
    except NotFoundError:
        return Owner(None, is_erased=reconciler.applications.erasure(application_id) is not None)


def _each[T: (Listed, dict[str, Any])](
    things: Sequence[T], compare: Callable[[T], Discrepancy | None]
) -> Iterator[Found]:
    """Compares each by itself; what cannot be read keeps nobody from their turn."""
    for thing in things:
        try:
            discrepancy = compare(thing)
        except UnknownKeyError:
            discrepancy = Discrepancy.UNKNOWN_OBJECT
        except Exception as error:  # noqa: BLE001 - it is told of, like every other discrepancy
            log_failure(error)
            discrepancy = Discrepancy.UNREADABLE
        if discrepancy:
            yield Found(discrepancy, _application_id(thing))


def _application_id(thing: Listed | dict[str, Any]) -> str:
    return thing.key.split("/")[1] if isinstance(thing, Listed) else application_id_of(thing["pk"])


def _compare_upload(
    upload: Listed, owner_of: Callable[[str], Owner], reconciler: Reconciler, now: datetime
) -> Discrepancy | None:
    key = _parsed(DocumentKey.parse, upload.key)
    owner = owner_of(key.application_id)
    discrepancy = upload_discrepancy(owner, key, upload.stored_at, now)
    match discrepancy:
        case Discrepancy.LOST_UPLOAD if owner.application:
            recorded = owner.application.document(key.kind).stored
            is_new = is_unrecorded(owner.application, key)
            lost = upload if is_new or recorded is None else recorded
            _inspect(key, lost.version_id, lost.etag, lost.size, reconciler)
            is_sent = not owner.application.is_draft
            if is_sent and is_new and now - upload.stored_at >= UPLOAD_LATE:
                _say_late(key, upload.version_id, reconciler)
        case Discrepancy.UNKNOWN_OBJECT if owner.application:
            reconciler.applications.change(key.application_id, lambda current: with_attempt_taken(current, key))
        case Discrepancy.LEFT_AFTER_ERASURE:
            reconciler.erase_queue.send([queue_messages.of_application(key.application_id)])
    return discrepancy


def _parsed(parse: Callable[[str], DocumentKey], key: str) -> DocumentKey:
    try:
        return parse(key)
    except ValueError:
        raise UnknownKeyError from None


def _inspect(key: DocumentKey, version_id: str, etag: str, size: int, reconciler: Reconciler) -> None:
    """Says once more what S3 said, or did not."""
    message = queue_messages.upload(reconciler.incoming.bucket, key, version_id, etag, size)
    reconciler.inspect_queue.send([message])


def _say_late(key: DocumentKey, version_id: str, reconciler: Reconciler) -> None:
    reconciler.scan_queue.send([queue_messages.late_scan(reconciler.incoming.bucket, key, version_id)])


def _compare_originals(after: str, reconciler: Reconciler, now: datetime) -> Page:
    listed, next_after = reconciler.desk.page(after)
    owner = _owners(reconciler)
    return Page(list(_each(listed, lambda original: _compare_original(original, owner, reconciler, now))), next_after)


def _compare_original(
    original: Listed, owner_of: Callable[[str], Owner], reconciler: Reconciler, now: datetime
) -> Discrepancy | None:
    """An original whose verdict was never finished is adopted by the redelivery; one of nobody's is told of."""
    key = _parsed(DocumentKey.parse_desk, original.key)
    owner = owner_of(key.application_id)
    discrepancy = original_discrepancy(owner, key, original.stored_at, now)
    match discrepancy:
        case Discrepancy.UNFINISHED_VERDICT if owner.application and (
            stored := owner.application.document(key.kind).stored
        ):
            _inspect(key, stored.version_id, stored.etag, stored.size, reconciler)
        case Discrepancy.LEFT_AFTER_ERASURE:
            reconciler.erase_queue.send([queue_messages.of_application(key.application_id)])
    return discrepancy


def _compare_applications(after: str, reconciler: Reconciler, now: datetime) -> Page:
    rows, next_after = reconciler.ledger.page(after)
    of_rows = {erasure_mark(_application_id(row)) for row in rows if not is_tombstone(row)}
    marks = reconciler.erased.among(of_rows)
    places: list[Place] = []

    def compare(row: dict[str, Any]) -> Discrepancy | None:
        try:
            place, discrepancy = _compare_application(to_application(row), marks, reconciler, now)
        except NotFoundError:
            place, discrepancy = Place.ERASED, None
        places.append(place)
        return discrepancy

    return Page(list(_each(rows, compare)), next_after, places)


def _compare_application(
    application: Application, marks: Collection[str], reconciler: Reconciler, now: datetime
) -> tuple[Place, Discrepancy | None]:
    if is_brought_back(application, marks):
        reconciler.applications.change(application.id, lambda current: erased_again(current, now))
        return Place.ERASED, Discrepancy.BROUGHT_BACK
    sends = () if application.is_draft or application.is_closed else reconciler.sends.of(application.id)
    place, discrepancy = place_of(application, sends, now)
    if discrepancy is Discrepancy.MAIL_NOT_OWED:
        reconciler.applications.change(application.id, lambda current: owing_summary(current, now))
    return place, discrepancy
