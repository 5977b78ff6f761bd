"""The list of applications as the desk shows it: view models, no rules."""

from dataclasses import dataclass
from datetime import datetime

from intake.domain.application import Application
from intake.domain.call import Call
from intake.domain.desk_list import Order, Page
from intake.domain.summary import summary_of, text_in
from intake.rendering import dossier, formats
from intake.rendering.catalogues import N_, say
from intake.rendering.dossier import DocumentCard
from intake.web.dossier_view import path_of, status_label, waiting

_ORDERS = {
    Order.NEWEST: N_("Newest first"),
    Order.WAITING: N_("Longest waiting first"),
}


@dataclass(frozen=True)
class Entry:
    """One line of the list."""

    path: str
    reference: str
    name: str
    about: tuple[str, ...]
    received: str
    waiting: str
    status: str
    documents: tuple[DocumentCard, ...]


@dataclass(frozen=True)
class Tab:
    label: str
    path: str
    is_current: bool


@dataclass(frozen=True)
class Tabs:
    """What the list can show instead: another call, another order."""

    calls: tuple[Tab, ...]
    orders: tuple[Tab, ...]


def list_path(call: Call, order: Order, after: object = None) -> str:
    query = f"?call={call.id}&order={order.value}"
    return f"/desk{query}&after={after}" if after else f"/desk{query}"


def tabs(calls: tuple[Call, ...], shown: Call, order: Order) -> Tabs:
    language = shown.desk_language
    return Tabs(
        calls=tuple(Tab(text_in(call.title, language), list_path(call, order), call.id == shown.id) for call in calls),
        orders=tuple(Tab(say(language, _ORDERS[other]), list_path(shown, other), other is order) for other in Order),
    )


def entries(page: Page, call: Call, now: datetime) -> tuple[Entry, ...]:
    return tuple(_entry(application, call, now) for application in page.applications)


def _entry(application: Application, call: Call, now: datetime) -> Entry:
    language = call.desk_language
    summary = summary_of(application, call, language)
    writes_in = [formats.language_name(code, language) for code in application.applicant.languages]
    return Entry(
        path=path_of(application),
        reference=application.reference,
        name=application.applicant.name,
        about=(", ".join(summary.regions), ", ".join(summary.topics), ", ".join(writes_in)),
        received=_day(application, call),
        waiting=waiting(application, call, now),
        status=status_label(application.status, language),
        documents=tuple(dossier.desk_cards(summary, call.time_zone, language)),
    )


def _day(application: Application, call: Call) -> str:
    return formats.day_of(application.received_at, call.time_zone, call.desk_language)
