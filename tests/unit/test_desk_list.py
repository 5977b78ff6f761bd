"""The desk's list: its order, and that no page skips or repeats anybody."""

from collections import defaultdict
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import NOW, an_application
from intake.domain.application import Application
from intake.domain.desk_list import PAGE_SIZE, Order, Position, page_of, position_of
from intake.domain.status import ApplicationStatus

STATUSES = Order.NEWEST.statuses


def an_entry(number: int, second: int, status: ApplicationStatus) -> Application:
    return an_application(id=f"{number:040x}", status=status, submitted_at=NOW + timedelta(seconds=second))


one = st.tuples(st.integers(0, 20), st.sampled_from(STATUSES))
# By itself Hypothesis makes hardly a list longer than a page.
entries = (
    st.integers(0, 90)
    .flatmap(lambda size: st.lists(one, min_size=size, max_size=size))
    .map(lambda given: [an_entry(number, second, status) for number, (second, status) in enumerate(given)])
)


def streams_of(
    applications: list[Application], order: Order, after: Position | None, shuffled: st.DataObject
) -> list[list[Application]]:
    """As the index answers: one stream for each status, by the second, and within one second in any order."""
    streams = []
    for status in order.statuses:
        seconds = defaultdict(list)
        for application in applications:
            at = position_of(application).at
            is_before = after is not None and (at > after.at if order.is_descending else at < after.at)
            if application.status is status and not is_before:
                seconds[at].append(application)
        ordered = sorted(seconds, reverse=order.is_descending)
        streams.append([found for at in ordered for found in shuffled.draw(st.permutations(seconds[at]))])
    return streams


@given(entries, st.sampled_from(Order), st.data())
def test_every_application_is_on_exactly_one_page(
    applications: list[Application], order: Order, shuffled: st.DataObject
) -> None:
    seen: list[Application] = []
    after: Position | None = None
    while True:
        page = page_of(streams_of(applications, order, after, shuffled), order, after)
        seen += page.applications
        if page.next is None:
            break
        assert len(page.applications) == PAGE_SIZE
        after = page.next
    wanted = [application for application in applications if application.status in order.statuses]
    assert seen == sorted(wanted, key=position_of, reverse=order.is_descending)


def test_no_more_is_read_than_is_shown() -> None:
    read = []

    def stream() -> "list[Application]":
        for number in range(1000):
            read.append(number)
            yield an_entry(number, -number, ApplicationStatus.NOTIFIED)

    page = page_of([stream()], Order.NEWEST, None)
    assert len(page.applications) == PAGE_SIZE
    assert len(read) <= PAGE_SIZE + 2


def test_who_is_decided_does_not_wait() -> None:
    assert set(Order.NEWEST.statuses) - set(Order.WAITING.statuses) == {
        ApplicationStatus.ACCEPTED,
        ApplicationStatus.DECLINED,
    }


@given(st.integers(0, 10**11 - 1), st.integers(0, 16**40 - 1))
def test_a_position_is_read_as_it_was_written(at: int, number: int) -> None:
    position = Position(at, f"{number:040x}")
    assert Position.parse(str(position)) == position


@pytest.mark.parametrize(
    "text", ["", "x", "1-2", "-1-" + "0" * 40, "1-" + "g" * 40, "١-" + "0" * 40, "9" * 12 + "-" + "0" * 40]
)
def test_what_is_no_position_is_none(text: str) -> None:
    assert Position.parse(text) is None
