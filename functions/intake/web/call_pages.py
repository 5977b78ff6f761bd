"""Pages of a call, before there is an application: what we look for, and about you."""

import secrets
from datetime import datetime

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from intake import runtime
from intake.domain.applicant import Applicant
from intake.domain.application import Application
from intake.domain.call import Call, CallState
from intake.domain.document import Upload
from intake.domain.form_stamp import SHORTEST, WITHOUT_PROOF
from intake.domain.reference import application_id_for, checked_key
from intake.errors import IdempotencyConflictError, InvalidRequestError, NotFoundError
from intake.observability import Metric, count
from intake.rendering import formats
from intake.rendering.catalogues import N_, say
from intake.rendering.labels import kind_label, type_label
from intake.services.hand_in_document import HandedIn
from intake.services.mend_application import mend_application
from intake.services.open_application import NewApplication, open_application
from intake.web.about_form import AboutForm
from intake.web.access import applications, call_named, challenge, incoming, is_proven, keys, token_of
from intake.web.forms import fields_of
from intake.web.languages import negotiated
from intake.web.page import HTML, call_page, see_other

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


def call_in(lang: str, call_id: str) -> Call:
    """Raises NotFoundError, also for a language that the call does not have."""
    call = call_named(call_id)
    if lang not in call.languages:
        raise NotFoundError("There is no such page.")
    return call


def _to_start(call: Call) -> Response[str]:
    language = negotiated(router.current_event.headers.get("accept-language", ""), call.languages)
    headers = {"Location": f"/{language}/apply/{call.id}", "Vary": "Accept-Language"}
    return Response(302, HTML, "", headers=dict(headers))


@router.get("/")
def get_root() -> Response[str]:
    now = runtime.now()
    by_use = sorted(runtime.calls().values(), key=lambda call: call.state(now) is not CallState.OPEN)
    return _to_start(by_use[0])


@router.get("/apply/<call>")
def get_call(call: str) -> Response[str]:
    return _to_start(call_named(call))


@router.get("/<lang>/apply/<call>")
def get_start(lang: str, call: str) -> Response[str]:
    return start_page(call_in(lang, call), lang, runtime.now())


def start_page(call: Call, language: str, now: datetime, *, is_paused: bool = False) -> Response[str]:
    """What the call is about and what becomes of what one sends, or why it takes nothing now."""
    return call_page(
        "start",
        call,
        language,
        f"/apply/{call.id}",
        state=call.state(now, is_paused=is_paused),
        opens=formats.moment(call.opens_at, call.time_zone, language) if call.opens_at else None,
        closes=formats.moment(call.closes_at, call.time_zone, language) if call.closes_at else None,
        languages_taken=formats.alternatives(
            [formats.language_name(code, language) for code in call.languages], language
        ),
        needs=[
            {
                "title": kind_label(rule.kind, language),
                "hint": rule.hint[language],
                "is_required": rule.required,
                "types": formats.alternatives([type_label(name, language) for name in rule.types], language),
                "max": formats.size(rule.max_bytes, language),
            }
            for rule in call.documents
        ],
        notice=notice_of(call, language),
    )


def notice_of(call: Call, language: str) -> list[tuple[str, str]]:
    """The privacy notice: each heading with its text."""
    blocks = call.privacy_notice.text[language].strip().split("\n\n")
    return [(heading, text) for heading, _, text in (block.strip().partition("\n") for block in blocks)]


def about_page(call: Call, language: str, form: AboutForm, key: str) -> Response[str]:
    return call_page(
        "about",
        call,
        language,
        f"/apply/{call.id}/about",
        action=f"/{language}/apply/{call.id}/about",
        back=f"/{language}/apply/{call.id}",
        form=form.stamped(keys(), key, runtime.now()),
        key=key,
        wait=int(SHORTEST.total_seconds()),
        challenge=challenge(),
        notice=notice_of(call, language),
        step=1,
        steps=len(call.documents) + 2,
        mistakes=form.summary,
        status=422 if form.summary else 200,
    )


@router.get("/<lang>/apply/<call>/about")
def get_about(lang: str, call: str) -> Response[str]:
    found = call_in(lang, call)
    if found.state(runtime.now()) is not CallState.OPEN:
        return see_other(f"/{lang}/apply/{call}")
    return about_page(found, lang, AboutForm(), secrets.token_urlsafe(24))


@router.post("/<lang>/apply/<call>/about")
def post_about(lang: str, call: str) -> Response[str]:
    """Opens the application, once: the key in the form makes its id, however often the form is sent."""
    found = call_in(lang, call)
    form = AboutForm.typed(fields_of(router.current_event.raw_event))
    key = _key_of(form)
    applicant = _checked(form, key, found, lang)
    if isinstance(applicant, AboutForm):
        return about_page(found, lang, applicant, key)
    application = _opened_or_mended(form, applicant, key, found, lang)
    return see_other(f"/{lang}/a/{token_of(application)}/{found.kinds[0]}")


def _key_of(form: AboutForm) -> str:
    """The key that the form carries, or a new one where that is none."""
    try:
        return checked_key(form.values["key"])
    except InvalidRequestError:
        return secrets.token_urlsafe(24)


def _checked(form: AboutForm, key: str, call: Call, language: str) -> Applicant | AboutForm:
    """The expert card, or the form to be shown again with what is wrong."""
    applicant = form.applicant(language)
    has_read = form.values["has_read"] and form.values["privacy_notice"] == call.privacy_notice.version
    if not has_read:
        wrong = applicant if isinstance(applicant, AboutForm) else form
        return wrong.wrong({"has_read": say(language, N_("Read how we treat your data, then tick the box."))})
    if isinstance(applicant, AboutForm):
        return applicant
    shortest = SHORTEST if is_proven(form.values["proof"], key) else WITHOUT_PROOF
    if refusal := form.refusal(keys(), key, runtime.now(), shortest):
        count(Metric.REQUEST_REFUSED, refusal)
        return form.again(language)
    return applicant


def _opened_or_mended(form: AboutForm, applicant: Applicant, key: str, call: Call, language: str) -> Application:
    new = NewApplication(
        language=language,
        privacy_notice=form.values["privacy_notice"],
        applicant=applicant,
        preferences=form.preferences(),
        documents=tuple(HandedIn(kind=kind, upload=Upload.from_form()) for kind in call.kinds),
    )
    try:
        return open_application(
            new, key, call=call, applications=applications(), incoming=incoming(), now=runtime.now()
        )
    except IdempotencyConflictError:
        # The page before was opened again and says something else now: the same application, mended.
        return mend_application(
            application_id_for(key),
            form.card(),
            form.preferences().model_dump(),
            call=call,
            applications=applications(),
            now=runtime.now(),
        )


@router.get("/<lang>/apply/<call>/withdrawn")
def get_withdrawn(lang: str, call: str) -> Response[str]:
    return call_page("withdrawn", call_in(lang, call), lang, f"/apply/{call}/withdrawn")
