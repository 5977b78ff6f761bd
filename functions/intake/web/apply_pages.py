"""Pages of one application: about you again, check and send, and how it stands."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from intake import runtime
from intake.adapters.applications import Applications
from intake.domain.application import Application
from intake.domain.call import Call
from intake.domain.document import DocumentKind
from intake.domain.summary import summary_of
from intake.errors import DocumentsMissingError, NotFoundError
from intake.rendering import formats
from intake.rendering.catalogues import N_, say
from intake.rendering.dossier import Row, expert_rows
from intake.rendering.labels import your_kind
from intake.services.mend_application import mend_application, withdraw_application
from intake.services.read_application import everything_held, with_arrivals_shown
from intake.services.submit_application import submit_application
from intake.web.about_form import AboutForm
from intake.web.access import call_named, incoming, opened_by, opened_with, settings, token_after
from intake.web.document_view import document_views
from intake.web.forms import fields_of
from intake.web.page import Mistake, call_page, see_other

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


@dataclass(frozen=True)
class Visit:
    """Somebody at the pages of their application, in a language; `application` as it will be once events came."""

    application: Application
    call: Call
    language: str
    token: str

    @property
    def applications(self) -> Applications:
        """Where it is changed: as far as its link opens it by then."""
        return opened_with(self.token)

    @property
    def home(self) -> str:
        return f"/{self.language}/a/{self.token}"

    @property
    def steps(self) -> list[str]:
        return ["about", *self.call.kinds, "check"]

    def after(self, step: str) -> str:
        """Where to go from a step: to the next one while it is a draft, else home."""
        return f"{self.home}/{self.steps[self.steps.index(step) + 1]}" if self.application.is_draft else self.home

    def before(self, step: str) -> str:
        return f"{self.home}/{self.steps[self.steps.index(step) - 1]}" if self.application.is_draft else self.home

    def page(self, template: str, step: str = "", **values: object) -> Response[str]:
        is_step = step in self.steps and self.application.is_draft
        return call_page(
            template,
            self.call,
            self.language,
            f"/a/{self.token}/{step}".rstrip("/"),
            home=self.home,
            application=self.application,
            here=self.home,
            step=self.steps.index(step) + 1 if is_step else None,
            steps=len(self.steps),
            keep_link=f"{settings().public_base}{self.home}",
            kept_until=formats.day_of(self.application.kept_until, self.call.time_zone, self.language),
            **values,
        )


def visit(lang: str, token: str) -> Visit:
    """Raises NotFoundError for a wrong token and for a language that the call does not have."""
    application = opened_by(token)
    call = call_named(application.call)
    if lang not in call.languages:
        raise NotFoundError("There is no such page.")
    return Visit(with_arrivals_shown(application, incoming(), runtime.now()), call, lang, token)


@router.get("/<lang>/a/<token>")
def get_home(lang: str, token: str) -> Response[str]:
    here = visit(lang, token)
    application, call = here.application, here.call
    if application.is_draft:
        missing = (
            rule.kind for rule in call.documents if rule.required and not application.document(rule.kind).is_present
        )
        return see_other(f"{here.home}/{next(missing, 'check')}")
    return here.page(
        "received",
        documents=document_views(application, call, lang, here.home),
        received=formats.moment(application.received_at, call.time_zone, lang),
        answer_by=formats.day_of(application.received_at + timedelta(days=call.answer_days), call.time_zone, lang),
    )


def _about_page(here: Visit, form: AboutForm) -> Response[str]:
    return here.page(
        "about",
        "about",
        action=f"{here.home}/about",
        back=here.home if not here.application.is_draft else None,
        form=form,
        key=None,
        mistakes=form.summary,
        status=422 if form.summary else 200,
    )


@router.get("/<lang>/a/<token>/about")
def get_about(lang: str, token: str) -> Response[str]:
    here = visit(lang, token)
    return _about_page(here, AboutForm.of(here.application))


@router.post("/<lang>/a/<token>/about")
def post_about(lang: str, token: str) -> Response[str]:
    here = visit(lang, token)
    form = AboutForm.typed(fields_of(router.current_event.raw_event))
    applicant = form.applicant(lang)
    if isinstance(applicant, AboutForm):
        return _about_page(here, applicant)
    mended = mend_application(
        here.application.id,
        form.card(),
        form.preferences().model_dump(),
        call=here.call,
        applications=here.applications,
        now=runtime.now(),
    )
    here = replace(here, token=token_after(token, mended))
    return see_other(f"{here.home}/check" if here.application.is_draft else here.home)


def _check_page(here: Visit, mistakes: list[Mistake], status: int = 200) -> Response[str]:
    application, language = here.application, here.language
    card = application.applicant
    rows = [
        Row(say(language, N_("Full name")), (card.name,)),
        *expert_rows(summary_of(application, here.call, language), language),
        Row(say(language, N_("Availability")), (card.availability or "",)),
        Row(say(language, N_("Anything else")), (card.note or "",)),
    ]
    return here.page(
        "check",
        "check",
        rows=[row for row in rows if any(row.values)],
        documents=document_views(application, here.call, language, here.home),
        back=here.before("check"),
        mistakes=mistakes,
        status=status,
    )


@router.get("/<lang>/a/<token>/check")
def get_check(lang: str, token: str) -> Response[str]:
    here = visit(lang, token)
    return _check_page(here, []) if here.application.is_draft else see_other(here.home)


@router.post("/<lang>/a/<token>/send")
def post_send(lang: str, token: str) -> Response[str]:
    here = visit(lang, token)
    try:
        submit_application(
            opened_by(token),
            call=here.call,
            applications=here.applications,
            incoming=incoming(),
            now=runtime.now(),
        )
    except DocumentsMissingError as error:
        missing = [Mistake(_missing(kind, lang), f"{here.home}/{kind}") for kind in error.kinds]
        return _check_page(here, missing, error.status)
    return see_other(here.home)


def _missing(kind: str, language: str) -> str:
    # Translators: %(document)s is like "Your CV".
    return say(language, N_("%(document)s is still missing."), document=your_kind(DocumentKind(kind), language))


@router.get("/<lang>/a/<token>/data")
def get_data(lang: str, token: str) -> Response[str]:
    here = visit(lang, token)
    held = everything_held(here.application.id, applications=here.applications)
    name = f"application-{here.application.reference}.json"
    return Response(
        200,
        "application/json; charset=utf-8",
        json.dumps(held, ensure_ascii=False, indent=1),
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/<lang>/a/<token>/withdraw")
def get_withdraw(lang: str, token: str) -> Response[str]:
    return visit(lang, token).page("withdraw", "withdraw")


@router.post("/<lang>/a/<token>/withdraw")
def post_withdraw(lang: str, token: str) -> Response[str]:
    here = visit(lang, token)
    withdraw_application(here.application.id, applications=here.applications, now=runtime.now())
    return see_other(f"/{lang}/apply/{here.call.id}/withdrawn")
