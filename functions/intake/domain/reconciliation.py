"""S3, the table and the mails held against each other: what cannot be, and what is done about it."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import BaseModel

from intake.domain.application import Application
from intake.domain.delivery import SUMMARY, Send, SendState
from intake.domain.document import Document, DocumentKey
from intake.domain.erasure import erasure_mark
from intake.domain.status import ApplicationStatus, Due

UPLOAD_GRACE = timedelta(minutes=10)
"""How long S3's event and the queue may take before an upload counts as unheard of."""

UPLOAD_LATE = timedelta(hours=1)
"""After this an upload that nobody heard of is recorded as late (its document is held), and inspected all the same."""

UPLOAD_NEWS = timedelta(hours=26)
"""The quick look is at uploads younger than this; the whole comparison once a day is at all."""

WHOLE_EVERY = timedelta(hours=24)

MAIL_GRACE = timedelta(hours=1)
"""How long after submission an application may be on its way between the table and the outbox."""


class Discrepancy(StrEnum):
    LOST_UPLOAD = "lost_upload"
    LEFT_AFTER_ERASURE = "left_after_erasure"
    BROUGHT_BACK = "brought_back"
    UNFINISHED_VERDICT = "unfinished_verdict"
    UNKNOWN_OBJECT = "unknown_object"
    MAIL_NOT_OWED = "mail_not_owed"
    NOBODY_TOLD = "nobody_told"
    UNREADABLE = "unreadable"

    @property
    def needs_person(self) -> bool:
        """Whether nothing can be repaired without somebody's judgement; all else is repaired where it is found."""
        return self in {Discrepancy.UNKNOWN_OBJECT, Discrepancy.NOBODY_TOLD, Discrepancy.UNREADABLE}


@dataclass(frozen=True)
class Owner:
    """Whom an object belongs to: an application, one that was erased, or none that the table knows."""

    application: Application | None
    is_erased: bool = False


def upload_discrepancy(owner: Owner, key: DocumentKey, stored_at: datetime, now: datetime) -> Discrepancy | None:
    """Of an object in the incoming bucket."""

    def of_document(application: Application, document: Document) -> Discrepancy | None:
        is_uninspected = key.attempt == document.attempt and document.stored is not None and not document.is_inspected
        return Discrepancy.LOST_UPLOAD if is_uninspected or is_unrecorded(application, key) else None

    return _of_object(owner, key, stored_at, now, of_document)


def original_discrepancy(owner: Owner, key: DocumentKey, stored_at: datetime, now: datetime) -> Discrepancy | None:
    """Of an original in the desk bucket. One that was replaced, or rejected later, stays there until its erasure."""

    def of_document(_application: Application, document: Document) -> Discrepancy | None:
        is_pending = key.attempt == document.attempt and document.stored is not None and document.finding is None
        return Discrepancy.UNFINISHED_VERDICT if is_pending else None

    return _of_object(owner, key, stored_at, now, of_document)


def _of_object(
    owner: Owner,
    key: DocumentKey,
    stored_at: datetime,
    now: datetime,
    of_document: Callable[[Application, Document], Discrepancy | None],
) -> Discrepancy | None:
    """What holds for every object; `of_document` judges one whose application and attempt are known."""
    if now - stored_at < UPLOAD_GRACE:
        return None
    if owner.application is None or owner.application.is_closed:
        return _without_application(owner)
    document = owner.application.document(key.kind)
    if key.attempt > document.issued:
        return Discrepancy.UNKNOWN_OBJECT
    return of_document(owner.application, document)


def _without_application(owner: Owner) -> Discrepancy | None:
    if owner.is_erased:
        return Discrepancy.LEFT_AFTER_ERASURE
    return None if owner.application else Discrepancy.UNKNOWN_OBJECT  # of a closed one the erasure is due


def is_unrecorded(application: Application, key: DocumentKey) -> bool:
    """Whether this may still arrive under its ticket."""
    return key.attempt in application.document(key.kind).tickets


def is_brought_back(application: Application, marks: Collection[str]) -> bool:
    """Whether it was erased, and the table has been restored to a moment before. `marks` are those of all erasures."""
    return not application.is_closed and erasure_mark(application.id) in marks


def erased_again(application: Application, now: datetime) -> Application:
    """Marked for erasure, unless it is by now."""
    return application if application.is_closed else application.erased(now)


def with_attempt_taken(application: Application, key: DocumentKey) -> Application:
    """With this attempt counted as issued: something lies there that a restored table does not know, and the next
    ticket must lead elsewhere, or what it brings would be a second version, which nobody reads."""
    document = application.document(key.kind)
    issued = max(document.issued, key.attempt)
    return application.with_document(document.model_copy(update={"issued": issued}))


def owing_summary(application: Application, now: datetime) -> Application:
    """Owes the summary once more, to every editor who lacks it."""
    if application.is_draft or application.is_closed:
        return application
    if application.status is ApplicationStatus.SUBMITTED:
        return application.model_copy(update={"due_kind": Due.MAIL, "due_at": now})
    undelivered = (*(kind for kind in application.undelivered if kind != SUMMARY), SUMMARY)
    told = min(application.undelivered_told, len(undelivered) - 1)
    changes = {"undelivered": undelivered, "undelivered_told": told, "due_kind": Due.MAIL, "due_at": now}
    return application.model_copy(update=changes)


class Place(StrEnum):
    """Where an application is: every one that was accepted is with the editors or waiting (invariant I7)."""

    DRAFT = "draft"
    WAITING = "waiting"
    WITH_EDITORS = "with_editors"
    ERASED = "erased"
    UNACCOUNTED = "unaccounted"


def place_of(application: Application, sends: Iterable[Send], now: datetime) -> tuple[Place, Discrepancy | None]:
    """Where an application is, and what is wrong with that."""
    if application.is_closed:
        return Place.ERASED, None
    if application.is_draft:
        return Place.DRAFT, None
    summaries = [send for send in sends if send.kind == SUMMARY and send.state in {SendState.SENT, SendState.REFUSED}]
    if any(not send.is_lost for send in summaries):
        return Place.WITH_EDITORS, None
    if application.due_kind is Due.MAIL:
        return Place.WAITING, None
    if application.submitted_at and now - application.submitted_at < MAIL_GRACE:
        return Place.WAITING, None
    is_owed = application.status is ApplicationStatus.SUBMITTED or not summaries
    return Place.UNACCOUNTED, Discrepancy.MAIL_NOT_OWED if is_owed else Discrepancy.NOBODY_TOLD


class Progress(BaseModel):
    """How far keep has come: where the quick look and the whole comparison go on, when that began, and what it has
    counted so far."""

    quick_after: str = ""
    begun_at: datetime | None = None
    stage: int | None = None
    after: str = ""
    places: dict[Place, int] = {}

    def is_due(self, now: datetime) -> bool:
        """Whether the whole comparison begins now: a day after it last began."""
        return self.stage is None and (self.begun_at is None or now - self.begun_at >= WHOLE_EVERY)
