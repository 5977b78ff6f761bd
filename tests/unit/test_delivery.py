"""What became of a mail: any order of SES's events comes to the same, and only what reached nobody is lost."""

from itertools import permutations

import pytest

from factories import NOW, an_applicant, an_application
from intake.domain.applicant import Preferences
from intake.domain.delivery import Audience, Delivery, audience_of, delivery_of, notice_kind, update_kind
from intake.domain.status import ApplicationStatus, Due


@pytest.mark.parametrize(
    ("event_type", "bounce_type", "delivery"),
    [
        ("Delivery", "", Delivery.DELIVERED),
        ("DeliveryDelay", "", Delivery.LATE),
        ("Bounce", "Permanent", Delivery.BOUNCED),
        ("Bounce", "Transient", Delivery.LATE),
        ("Bounce", "Undetermined", Delivery.LATE),
        ("Bounce", "", Delivery.LATE),
        ("Complaint", "", Delivery.COMPLAINED),
        ("Reject", "", Delivery.REJECTED),
        ("Send", "", None),
        ("Open", "", None),
        ("", "", None),
    ],
)
def test_what_an_event_says(event_type: str, bounce_type: str, delivery: Delivery | None) -> None:
    assert delivery_of(event_type, bounce_type) is delivery


def test_every_order_of_events_comes_to_the_same() -> None:
    def last(events: tuple[Delivery, ...]) -> Delivery | None:
        known: Delivery | None = None
        for event in events:
            known = event if known is None or known in event.earlier else known
        return known

    assert {last(order) for order in permutations(Delivery)} == {Delivery.COMPLAINED}
    assert {last(order) for order in permutations((Delivery.LATE, Delivery.DELIVERED, Delivery.BOUNCED))} == {
        Delivery.BOUNCED
    }


def test_only_what_reached_nobody_is_a_failure() -> None:
    assert {delivery for delivery in Delivery if delivery.is_failure} == {
        Delivery.REJECTED, Delivery.BOUNCED, Delivery.COMPLAINED
    }  # fmt: skip


def test_every_kind_of_mail_is_for_somebody() -> None:
    kinds = ("summary", update_kind(3), "receipt", notice_kind("summary"))
    assert [audience_of(kind) for kind in kinds] == [
        Audience.EDITORS, Audience.EDITORS, Audience.APPLICANT, Audience.ADMIN
    ]  # fmt: skip


NOTIFIED = an_application(status=ApplicationStatus.NOTIFIED, changes=1, reported=1, due_kind=None, due_at=None)


def test_a_lost_summary_is_owed_to_others_once() -> None:
    owed = NOTIFIED.with_undelivered("summary", "anna@magazine.example", NOW)
    assert (owed.due_kind, owed.untold) == (Due.MAIL, ("summary",))
    told = owed.told(1, NOW, undelivered=1)
    assert (told.due_kind, told.untold) == (Due.RETENTION, ())
    assert told.with_undelivered("summary", "ben@magazine.example", NOW) == told


def test_what_is_lost_while_mails_go_out_stays_owed() -> None:
    first = NOTIFIED.with_undelivered("summary", "anna@magazine.example", NOW)
    second = first.with_undelivered("update-2", "anna@magazine.example", NOW)
    told = second.told(1, NOW, undelivered=len(first.undelivered))
    assert (told.due_kind, told.untold) == (Due.MAIL, ("update-2",))


def test_a_lost_receipt_closes_that_address_and_no_other() -> None:
    closed = NOTIFIED.with_undelivered("receipt", "nino@writers.example", NOW)
    assert (closed.is_unreachable, closed.takes_mail) == (True, False)
    moved = closed.model_copy(update={"applicant": closed.applicant.model_copy(update={"email": "nino@other.example"})})
    assert moved.takes_mail


def test_the_editors_are_told_once_of_an_address_that_no_mail_reaches() -> None:
    closed = NOTIFIED.with_undelivered("receipt", "nino@writers.example", NOW)
    assert (closed.owes_update, closed.due_kind) == (True, Due.MAIL)
    assert closed.with_undelivered("receipt", "nino@writers.example", NOW) == closed
    assert closed.told(closed.changes, NOW).owes_update is False


def test_an_address_that_was_mended_before_its_receipt_came_back_is_no_news() -> None:
    mended = NOTIFIED.mended(an_applicant(email="nino@other.example"), Preferences(), NOW).told(2, NOW)
    assert mended.with_undelivered("receipt", "nino@writers.example", NOW) == mended


def test_a_lost_notice_and_a_closed_application_owe_nothing() -> None:
    assert NOTIFIED.with_undelivered("undelivered-summary", "admin@magazine.example", NOW) == NOTIFIED
    erased = NOTIFIED.erased(NOW)
    assert erased.with_undelivered("summary", "anna@magazine.example", NOW) == erased
