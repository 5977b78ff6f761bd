"""The page of one document: a file straight to S3, text typed instead, or a link. See docs/decisions/0051."""

import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from babel.dates import format_time
from pydantic import ValidationError

from intake import runtime
from intake.adapters.tickets import UploadTicket
from intake.domain.application import Application
from intake.domain.call import DocumentRule
from intake.domain.verdict import Verdict
from intake.errors import InvalidRequestError, NotFoundError
from intake.rendering import formats
from intake.rendering.catalogues import N_, say
from intake.rendering.labels import type_label
from intake.services.hand_in_document import hand_in_document, remove_document
from intake.services.receive_document import offer_form, receive_document
from intake.web.access import incoming, opened_by, settings
from intake.web.apply_pages import Visit, visit
from intake.web.document_view import document_view
from intake.web.forms import fields_of, one
from intake.web.page import Mistake, see_other
from intake.web.requests import MAX_TEXT, DocumentBody

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]

_FORM_RANGE = 3
"""A form's ticket takes so many times what the call allows: S3 answers a refusal itself, and in XML."""


@dataclass(frozen=True)
class Typed:
    """What was typed instead of a file, kept where it was wrong, and what is wrong with it."""

    text: str = ""
    link: str = ""
    text_mistake: str | None = None
    link_mistake: str | None = None

    @property
    def summary(self) -> list[Mistake]:
        found = ((self.text_mistake, "#text"), (self.link_mistake, "#link"))
        return [Mistake(sentence, href) for sentence, href in found if sentence]


def _rule(here: Visit, kind: str) -> DocumentRule:
    rule = next((rule for rule in here.call.documents if rule.kind == kind), None)
    if rule is None:
        raise NotFoundError("There is no such page.")
    return rule


def _form_ticket(here: Visit, rule: DocumentRule) -> UploadTicket | None:
    attempt = here.application.document(rule.kind).form_attempt
    if attempt is None:
        return None
    return runtime.tickets(settings()).issue(
        here.application.key(rule.kind, attempt),
        rule.max_bytes * _FORM_RANGE,
        runtime.now(),
        redirect=f"{settings().public_base}{here.home}/{rule.kind}/return/{attempt}",
        min_bytes=0,
    )


def _document_page(
    here: Visit, rule: DocumentRule, typed: Typed | None = None, mistakes: tuple[Mistake, ...] = (), status: int = 200
) -> Response[str]:
    language, typed = here.language, typed or Typed()
    document = here.application.document(rule.kind)
    ticket = _form_ticket(here, rule)
    view = document_view(here.application, rule, language, here.home)
    is_rejected = document.finding is not None and document.finding.verdict is Verdict.REJECT
    judged = [Mistake(line, "#file" if ticket else "#replace") for line in view.lines] if is_rejected else []
    return here.page(
        "document",
        rule.kind,
        document=view,
        rule=rule,
        hint=rule.hint[language],
        types=formats.alternatives([type_label(name, language) for name in rule.types], language),
        max=formats.size(rule.max_bytes, language),
        ticket=ticket,
        works_until=_clock(here, ticket) if ticket else None,
        typed=typed,
        max_text=formats.integer(MAX_TEXT, language),
        back=here.before(rule.kind),
        following=here.after(rule.kind),
        is_last=rule.kind == here.call.kinds[-1],
        mistakes=[*mistakes, *typed.summary] or judged,
        status=status,
    )


def _clock(here: Visit, ticket: UploadTicket) -> str:
    zone, locale = ZoneInfo(here.call.time_zone), formats.locale_of(here.language)
    return str(format_time(ticket.expires_at, "short", tzinfo=zone, locale=locale))


def _offer_form(here: Visit, application: Application, rule: DocumentRule) -> None:
    offer_form(
        application,
        rule.kind,
        call=here.call,
        applications=here.applications,
        incoming=incoming(),
        now=runtime.now(),
    )


@router.get("/<lang>/a/<token>/<kind>")
def get_document(lang: str, token: str, kind: str) -> Response[str]:
    here = visit(lang, token)
    return _document_page(here, _rule(here, kind))


@router.post("/<lang>/a/<token>/<kind>/file")
def post_file(lang: str, token: str, kind: str) -> Response[str]:
    """A form to send a file with, in place of one that was used."""
    here = visit(lang, token)
    rule = _rule(here, kind)
    _offer_form(here, opened_by(token), rule)
    return see_other(f"{here.home}/{kind}")


@router.get("/<lang>/a/<token>/<kind>/return/<attempt>")
def get_return(lang: str, token: str, kind: str, attempt: str) -> Response[str]:
    """Where S3 sends the browser. What it adds to the address proves nothing and is not looked at."""
    here = visit(lang, token)
    rule = _rule(here, kind)
    stored = receive_document(
        opened_by(token),
        rule.kind,
        int(attempt) if re.fullmatch(r"[0-9]{1,3}", attempt) else 0,
        call=here.call,
        applications=here.applications,
        incoming=incoming(),
        now=runtime.now(),
    )
    here = visit(lang, token)
    if stored is None or here.application.document(rule.kind).is_version(int(attempt), stored.version_id):
        return see_other(f"{here.home}/{kind}")
    sentence = say(
        lang,
        N_("%(name)s was not taken: this page had been used before. Choose “Replace” and send it again."),
        name=stored.filename or say(lang, N_("Your file")),
    )
    return _document_page(here, rule, mistakes=(Mistake(sentence, "#replace"),), status=409)


@router.post("/<lang>/a/<token>/<kind>/text")
def post_text(lang: str, token: str, kind: str) -> Response[str]:
    text = one(fields_of(router.current_event.raw_event), "text")
    if not text.strip():
        mistake = say(lang, N_("Write or paste the text, or choose a file."))
    else:
        mistake = say(
            lang,
            N_("The text is too long. Shorten it to %(limit)s characters, or send it as a file."),
            limit=formats.integer(MAX_TEXT, lang),
        )
    return _hand_in(visit(lang, token), kind, Typed(text=text, text_mistake=mistake), text=text)


@router.post("/<lang>/a/<token>/<kind>/link")
def post_link(lang: str, token: str, kind: str) -> Response[str]:
    link = one(fields_of(router.current_event.raw_event), "link").strip()
    mistake = say(lang, N_("Enter the link in full, such as https://example.org/article."))
    return _hand_in(visit(lang, token), kind, Typed(link=link, link_mistake=mistake), link=link)


def _hand_in(here: Visit, kind: str, wrong: Typed, **content: str) -> Response[str]:
    rule = _rule(here, kind)
    try:
        hand_in_document(
            here.application.id,
            DocumentBody.model_validate({"kind": kind, **content}).to_handed_in(),
            call=here.call,
            applications=here.applications,
            incoming=incoming(),
            now=runtime.now(),
        )
    except (ValidationError, InvalidRequestError):
        return _document_page(here, rule, wrong, status=422)
    return see_other(here.after(kind))


@router.post("/<lang>/a/<token>/<kind>/remove")
def post_remove(lang: str, token: str, kind: str) -> Response[str]:
    here = visit(lang, token)
    rule = _rule(here, kind)
    removed = remove_document(here.application.id, rule.kind, applications=here.applications)
    _offer_form(here, removed, rule)
    return see_other(f"{here.home}/{kind}")
