"""One application as the desk shows it: view models, no rules."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from intake.domain.application import Application
from intake.domain.call import Call
from intake.domain.delivery import Send
from intake.domain.document import DocumentKind
from intake.domain.event import Act, Event
from intake.domain.host_name import in_ascii
from intake.domain.status import ApplicationStatus
from intake.domain.summary import DocumentSummary, Form, Summary, summary_of, text_in
from intake.rendering import dossier, formats
from intake.rendering.catalogues import N_, say, say_count
from intake.rendering.dossier import DocumentCard, Row
from intake.rendering.labels import kind_label
from intake.web.desk_mails import mail_lines

_STATUSES = {
    # Translators: where an application stands, as editors read it.
    ApplicationStatus.SUBMITTED: N_("being checked"),
    ApplicationStatus.NOTIFIED: N_("to be read"),
    ApplicationStatus.SHORTLISTED: N_("shortlisted"),
    ApplicationStatus.ACCEPTED: N_("accepted"),
    ApplicationStatus.DECLINED: N_("declined"),
}

_ACTS = {
    # Translators: a line of an application's history; %(who)s is an address, %(what)s like "CV".
    Act.OPENED: N_("%(who)s opened: %(what)s"),
    Act.OPENED_STRIPPED: N_("%(who)s opened the stripped copy: %(what)s"),
    Act.OPENED_HELD: N_("%(who)s opened a document marked “open with care”: %(what)s"),
}


@dataclass(frozen=True)
class Link:
    """An applicant's link as text. `host` is what a browser would really go to, Punycode included: аpple.com is
    shown as xn--pple-43d.com (ASVS 5.0 1.2.2)."""

    before: str
    host: str
    after: str


@dataclass(frozen=True)
class Document:
    """A document and what can be done with it: `open` it, `confirm` first, or nothing. `is_awaited`: its copies are."""

    kind: DocumentKind
    card: DocumentCard
    link: Link | None
    action: str
    is_typed: bool
    is_awaited: bool


@dataclass(frozen=True)
class Line:
    """One line of the history."""

    at: str
    text: str


@dataclass(frozen=True)
class Dossier:
    """One application as its page shows it."""

    path: str
    reference: str
    name: str
    call_title: str
    status: str
    received: str
    waiting: str
    kept_until: str
    summary: Summary
    rows: tuple[Row, ...]
    links: tuple[Link, ...]
    documents: tuple[Document, ...]
    mails: tuple[str, ...]
    history: tuple[Line, ...]


def path_of(application: Application, kind: DocumentKind | None = None) -> str:
    """The address of an application's page, or of a document's."""
    return f"/desk/a/{application.id}" + (f"/{kind.slug}" if kind else "")


def status_label(status: ApplicationStatus, language: str) -> str:
    return say(language, _STATUSES[status])


def _received(application: Application, call: Call) -> str:
    return formats.moment(application.received_at, call.time_zone, call.desk_language)


def waiting(application: Application, call: Call, now: datetime) -> str:
    """How long nobody has decided; nothing once somebody has."""
    if application.status in {ApplicationStatus.ACCEPTED, ApplicationStatus.DECLINED}:
        return ""
    days = (now - application.received_at).days
    if days == 0:
        return say(call.desk_language, N_("waiting since today"))
    return say_count(call.desk_language, "waiting for %(n)d day", "waiting for %(n)d days", days, n=days)


def dossier_of(application: Application, call: Call, events: list[Event], sends: list[Send], now: datetime) -> Dossier:
    language = call.desk_language
    summary = summary_of(application, call, language)
    links = tuple(link_of(link) for link in summary.applicant.links)
    return Dossier(
        path=path_of(application),
        reference=application.reference,
        name=application.applicant.name,
        call_title=text_in(call.title, language),
        status=status_label(application.status, language),
        received=_received(application, call),
        waiting=waiting(application, call, now),
        kept_until=formats.day_of(application.kept_until, call.time_zone, language),
        summary=summary,
        # Links stand by themselves, with their hosts made plain.
        rows=tuple(row for row in dossier.expert_rows(summary, language) if row.values != summary.applicant.links),
        links=links,
        documents=_documents(application, call, summary),
        mails=mail_lines(application, call, sends),
        history=_history(application, call, events),
    )


def _documents(application: Application, call: Call, summary: Summary) -> tuple[Document, ...]:
    cards = dossier.desk_cards(summary, call.time_zone, call.desk_language)
    return tuple(
        Document(
            kind=described.rule.kind,
            card=_with_details(card, described, call.desk_language),
            link=link_of(described.link) if described.link else None,
            action=_action(application, described.rule.kind),
            is_typed=described.form is Form.TEXT,
            is_awaited=application.document(described.rule.kind).owes_copies,
        )
        for described, card in zip(summary.documents, cards, strict=True)
    )


def _with_details(card: DocumentCard, described: DocumentSummary, language: str) -> DocumentCard:
    """With what the desk alone shows."""
    if described.inspection is None:
        return card
    return replace(card, lines=(*card.lines, *dossier.detail_lines(described.inspection, language)))


def card_of(application: Application, call: Call, kind: DocumentKind) -> DocumentCard:
    """One document as its own page shows it."""
    summary = summary_of(application, call, call.desk_language)
    return next(document.card for document in _documents(application, call, summary) if document.kind is kind)


def _action(application: Application, kind: DocumentKind) -> str:
    document = application.document(kind)
    if not document.is_openable:
        return ""
    return "confirm" if document.is_held else "open"


def link_of(link: str) -> Link:
    """The link taken apart; a host that cannot be written in ASCII is spelled out in escapes."""
    before, separator, rest = link.partition("://")
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    try:
        host = in_ascii(authority)
    except UnicodeError:
        host = authority.encode("ascii", "backslashreplace").decode("ascii")
    return Link(before + separator, host, rest.removeprefix(authority))


def _history(application: Application, call: Call, events: list[Event]) -> tuple[Line, ...]:
    """What editors did, and the application's own milestones, the latest first."""
    language = call.desk_language
    happened = [
        (event.at, say(language, _ACTS[event.act], who=event.who, what=kind_label(event.kind, language)))
        for event in events
    ]
    milestones = (
        (application.submitted_at, say(language, N_("The application was received."))),
        (application.notified_at, say(language, N_("The editors were told by mail."))),
    )
    happened += [(at, text) for at, text in milestones if at]
    happened.sort(key=lambda line: line[0], reverse=True)
    return tuple(Line(formats.moment(at, call.time_zone, language), text) for at, text in happened)
