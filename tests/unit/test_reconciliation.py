"""What cannot be, and what is done about it: the rules of the comparison."""

import re
from datetime import timedelta
from typing import Any

import pytest

from factories import APPLICATION_ID, NOW, a_version, an_application, an_inspection, an_upload
from intake.domain.delivery import Delivery, Send, SendState
from intake.domain.document import Document, DocumentKey, DocumentKind
from intake.domain.erasure import erasure_mark
from intake.domain.reconciliation import (
    Discrepancy,
    Owner,
    Place,
    Progress,
    erased_again,
    is_brought_back,
    original_discrepancy,
    owing_summary,
    place_of,
    upload_discrepancy,
    with_attempt_taken,
)
from intake.domain.status import ApplicationStatus, Due
from intake.domain.verdict import Finding, Verdict

OLD = NOW - timedelta(minutes=10)
YOUNG = OLD + timedelta(seconds=1)


def key(attempt: int = 1) -> DocumentKey:
    return DocumentKey(application_id=APPLICATION_ID, kind=DocumentKind.CV, attempt=attempt)


def owner(**document: Any) -> Owner:
    fields = {"attempt": 1, "issued": 1, "upload": an_upload(), "stored": a_version(), "uploaded_at": OLD} | document
    return Owner(an_application(documents={DocumentKind.CV: Document(kind=DocumentKind.CV, **fields)}))


TICKET = {"attempt": 0, "tickets": {1: an_upload()}, "upload": None, "stored": None, "uploaded_at": None}
DONE = {"inspection": an_inspection(), "finding": Finding(verdict=Verdict.ACCEPT)}
CLOSED = Owner(an_application().erased(NOW))


@pytest.mark.parametrize(
    ("whose", "attempt", "found"),
    [
        (owner(**TICKET), 1, Discrepancy.LOST_UPLOAD),
        (owner(), 1, Discrepancy.LOST_UPLOAD),
        (owner(**DONE), 1, None),
        (owner(attempt=2, issued=2, **DONE), 1, None),
        (owner(**DONE), 2, Discrepancy.UNKNOWN_OBJECT),
        (CLOSED, 1, None),
        (Owner(None), 1, Discrepancy.UNKNOWN_OBJECT),
        (Owner(None, is_erased=True), 1, Discrepancy.LEFT_AFTER_ERASURE),
    ],
)
def test_an_upload_is_known_to_its_application(whose: Owner, attempt: int, found: Discrepancy | None) -> None:
    assert upload_discrepancy(whose, key(attempt), OLD, NOW) is found
    assert upload_discrepancy(whose, key(attempt), YOUNG, NOW) is None


def test_an_attempt_where_something_lies_is_not_issued_again() -> None:
    known = owner(**DONE).application
    assert known is not None
    taken = with_attempt_taken(known, key(3))
    document = taken.document(DocumentKind.CV)
    assert (document.attempt, document.stored, document.issued) == (1, a_version(), 3)
    assert with_attempt_taken(taken, key(2)) == taken
    closed = known.erased(NOW)
    assert with_attempt_taken(closed, key(3)) == closed


@pytest.mark.parametrize(
    ("whose", "attempt", "found"),
    [
        (owner(inspection=an_inspection()), 1, Discrepancy.UNFINISHED_VERDICT),
        (owner(**DONE), 1, None),
        (owner(attempt=2, issued=2), 1, None),
        (owner(**TICKET), 1, None),
        (owner(**DONE), 2, Discrepancy.UNKNOWN_OBJECT),
        (CLOSED, 1, None),
        (Owner(None), 1, Discrepancy.UNKNOWN_OBJECT),
        (Owner(None, is_erased=True), 1, Discrepancy.LEFT_AFTER_ERASURE),
    ],
)
def test_an_original_has_a_verdict(whose: Owner, attempt: int, found: Discrepancy | None) -> None:
    assert original_discrepancy(whose, key(attempt), OLD, NOW) is found
    assert original_discrepancy(whose, key(attempt), YOUNG, NOW) is None


def sends(*fates: Delivery | SendState) -> list[Send]:
    return [
        Send(
            application_id=APPLICATION_ID,
            kind="summary",
            recipient=f"{number}@magazine.example",
            state=fate if isinstance(fate, SendState) else SendState.SENT,
            send_id=str(number),
            delivery=fate if isinstance(fate, Delivery) else None,
        )
        for number, fate in enumerate(fates)
    ]


LONG_AGO = NOW - timedelta(hours=1)


@pytest.mark.parametrize(
    ("status", "due_kind", "mails", "place", "found"),
    [
        ("draft", Due.RETENTION, [], Place.DRAFT, None),
        ("erased", Due.ERASURE, [], Place.ERASED, None),
        ("expired", Due.ERASURE, [], Place.ERASED, None),
        ("submitted", Due.MAIL, [], Place.WAITING, None),
        ("submitted", None, [], Place.UNACCOUNTED, Discrepancy.MAIL_NOT_OWED),
        ("submitted", None, sends(SendState.RELEASED), Place.UNACCOUNTED, Discrepancy.MAIL_NOT_OWED),
        ("notified", None, sends(SendState.SENT), Place.WITH_EDITORS, None),
        ("notified", Due.MAIL, sends(SendState.SENT), Place.WITH_EDITORS, None),
        ("accepted", None, sends(Delivery.DELIVERED, Delivery.BOUNCED), Place.WITH_EDITORS, None),
        ("notified", None, sends(Delivery.LATE), Place.WITH_EDITORS, None),
        ("notified", None, [], Place.UNACCOUNTED, Discrepancy.MAIL_NOT_OWED),
        ("notified", None, sends(Delivery.BOUNCED, SendState.REFUSED), Place.UNACCOUNTED, Discrepancy.NOBODY_TOLD),
        ("notified", Due.MAIL, sends(Delivery.BOUNCED), Place.WAITING, None),
    ],
)
def test_every_application_has_its_place(
    status: str, due_kind: Due | None, mails: list[Send], place: Place, found: Discrepancy | None
) -> None:
    due = {"due_kind": due_kind, "due_at": NOW if due_kind else None}
    application = an_application(status=ApplicationStatus(status), submitted_at=LONG_AGO, **due)
    assert place_of(application, mails, NOW) == (place, found)


def test_an_application_may_be_on_its_way_for_an_hour() -> None:
    application = an_application(
        status=ApplicationStatus.SUBMITTED, submitted_at=LONG_AGO + timedelta(seconds=1), due_kind=None, due_at=None
    )
    assert place_of(application, [], NOW) == (Place.WAITING, None)


def test_a_summary_is_owed_again_though_its_loss_was_told() -> None:
    told = an_application(
        status=ApplicationStatus.NOTIFIED, undelivered=("summary", "update-2"), undelivered_told=2, due_kind=None
    )
    owed = owing_summary(told, NOW)
    assert (owed.untold, owed.due_kind) == (("summary",), Due.MAIL)
    assert owing_summary(told.erased(NOW), NOW) == told.erased(NOW)


@pytest.mark.parametrize("status", ["draft", "submitted", "notified", "shortlisted", "accepted", "declined"])
def test_whoever_was_erased_and_is_not_is_brought_back_and_erased_again(status: str) -> None:
    back = an_application(status=ApplicationStatus(status))
    assert is_brought_back(back, {erasure_mark("f" * 40), erasure_mark(APPLICATION_ID)})
    assert not is_brought_back(back, {erasure_mark("f" * 40)})
    assert erased_again(back, NOW) == back.erased(NOW)


@pytest.mark.parametrize("status", ["erased", "expired"])
def test_what_is_being_erased_is_not_brought_back(status: str) -> None:
    closed = an_application(status=ApplicationStatus(status))
    assert not is_brought_back(closed, {erasure_mark(APPLICATION_ID)})
    assert erased_again(closed, NOW) == closed


def test_the_mark_of_an_erasure_tells_no_id() -> None:
    assert re.fullmatch("erased/[0-9a-f]{64}", erasure_mark(APPLICATION_ID))
    assert APPLICATION_ID not in erasure_mark(APPLICATION_ID)
    assert erasure_mark(APPLICATION_ID) != erasure_mark("f" * 40)


def test_the_whole_is_due_a_day_after_it_began_and_never_twice_at_once() -> None:
    began = Progress(begun_at=NOW)
    assert Progress().is_due(NOW)
    assert not began.is_due(NOW + timedelta(hours=23, minutes=59))
    assert began.is_due(NOW + timedelta(hours=24))
    assert not began.model_copy(update={"stage": 1}).is_due(NOW + timedelta(hours=24))
