"""The desk's list: what is on it, in which order, and how it is read page by page. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from heapq import merge
from itertools import groupby, islice

from intake.domain.application import Application
from intake.domain.status import ApplicationStatus

PAGE_SIZE = 25

_UNDECIDED = (ApplicationStatus.SUBMITTED, ApplicationStatus.NOTIFIED, ApplicationStatus.SHORTLISTED)
_DECIDED = (ApplicationStatus.ACCEPTED, ApplicationStatus.DECLINED)


class Order(StrEnum):
    """NEWEST: everything, the latest first. WAITING: what nobody has decided, the longest waiting first."""

    NEWEST = "newest"
    WAITING = "waiting"

    @property
    def statuses(self) -> tuple[ApplicationStatus, ...]:
        return (*_UNDECIDED, *_DECIDED) if self is Order.NEWEST else _UNDECIDED

    @property
    def is_descending(self) -> bool:
        return self is Order.NEWEST


@dataclass(frozen=True, order=True)
class Position:
    """A place in the list: the moment of submission (seconds since 1970) and, within one second, the id."""

    at: int
    application_id: str

    def __str__(self) -> str:
        return f"{self.at}-{self.application_id}"

    @classmethod
    def parse(cls, text: str) -> "Position | None":
        """None for what is no position of ours; the list then begins at its beginning."""
        found = re.fullmatch(r"([0-9]{1,11})-([0-9a-f]{40})", text, re.ASCII)
        return cls(int(found[1]), found[2]) if found else None


def position_of(application: Application) -> Position:
    return Position(int(application.received_at.timestamp()), application.id)


@dataclass(frozen=True)
class Page:
    """`next` is the position that the next page begins after, None on the last page."""

    applications: tuple[Application, ...]
    next: Position | None


def page_of(streams: Iterable[Iterable[Application]], order: Order, after: Position | None) -> Page:
    """One page out of several streams, each in the order of submission.

    The index does not order what was submitted within the same second, so that is sorted here: otherwise one of them
    could fall between two pages.
    """
    sorted_streams = [_with_ties_sorted(stream, order) for stream in streams]
    merged = merge(*sorted_streams, key=position_of, reverse=order.is_descending)
    wanted = (found for found in merged if after is None or _is_beyond(position_of(found), after, order))
    found = tuple(islice(wanted, PAGE_SIZE + 1))
    shown = found[:PAGE_SIZE]
    return Page(shown, position_of(shown[-1]) if len(found) > PAGE_SIZE else None)


def _is_beyond(position: Position, after: Position, order: Order) -> bool:
    return position < after if order.is_descending else position > after


def _with_ties_sorted(stream: Iterable[Application], order: Order) -> Iterator[Application]:
    for _, tied in groupby(stream, key=lambda application: position_of(application).at):
        yield from sorted(tied, key=position_of, reverse=order.is_descending)
