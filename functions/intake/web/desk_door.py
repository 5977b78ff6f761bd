"""Signing in and out: the pages before the desk, and who is asking on every page behind it."""

import re
from dataclasses import dataclass

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import TypeAdapter, ValidationError

from intake import runtime
from intake.domain.call import Call
from intake.domain.editor import Editor, EditorAddress
from intake.domain.session import CodeAnswer, editor_tag, is_form_token
from intake.observability import Metric, count, logger
from intake.rendering.catalogues import N_, say
from intake.services.sign_in import Door, ask_for_code, enter_code, sign_out, signed_in
from intake.web.desk_frame import Seat, page, see_other
from intake.web.desk_request import (
    BROWSER_COOKIE,
    CODE_COOKIE,
    SESSION_COOKIE,
    ForeignRequestError,
    SignInNeededError,
    browser_cookie,
    check_same_origin,
    code_cookie,
    cookies_of,
    form_of,
    no_cookie,
    session_cookie,
)
from intake.web.page import Mistake

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]

_ADDRESS = TypeAdapter[str](EditorAddress)
_TARGET = re.compile(r"/desk/a/[0-9a-f]{40}")


@dataclass(frozen=True)
class Visitor:
    """A signed-in editor. `tag` is what logs call them."""

    editor: Editor
    session_id: str
    tag: str

    @property
    def seat(self) -> Seat:
        return Seat.of(self.editor.address, self.session_id)


def door() -> Door:
    settings = runtime.settings(runtime.DeskSettings)
    return Door(
        editors=runtime.editors(settings.table_name, settings.editor_email),
        sign_ins=runtime.sign_ins(settings.table_name),
        secrets=runtime.secrets(settings.token_secret_arn),
        mail=runtime.mail(settings.configuration_set, runtime.CODE_READ_SECONDS),
        sender=settings.sender,
    )


def first_call() -> Call:
    """The call that lends the pages before the desk its magazine and its language."""
    return next(iter(runtime.calls().values()))


def visitor() -> Visitor:
    """Who is asking. Raises SignInNeededError."""
    session_id = _cookies().get(SESSION_COOKIE)
    editor = signed_in(session_id, door=door(), now=runtime.now()) if session_id else None
    if editor is None or session_id is None:
        raise SignInNeededError
    return Visitor(editor, session_id, editor_tag(door().secrets.token_keys(), editor.address))


def submitted_form() -> dict[str, str]:
    """The form of a POST that came from one of our pages. Raises ForeignRequestError."""
    event = router.current_event
    check_same_origin(event.headers, runtime.settings(runtime.DeskSettings).public_base)
    return form_of(event.raw_event)


def visitor_and_form() -> tuple[Visitor, dict[str, str]]:
    """Who submits a form of the desk, and the form. Raises ForeignRequestError, SignInNeededError."""
    form = submitted_form()
    asking = visitor()
    if not is_form_token(asking.session_id, form.get("token", "")):
        logger.warning("form_token_wrong", editor=asking.tag)
        raise ForeignRequestError
    return asking, form


def sign_in_page() -> Response[str]:
    """Asks for an address. It shows nothing of what was asked for, and where that was is only a path."""
    event = router.current_event
    # A form sent after the session's end is refused; a link from a mail is simply not signed in yet.
    status = 200 if event.http_method == "GET" else 403
    target = found[0] if (found := _TARGET.match(event.path)) else "/desk"
    return page("sign_in", first_call(), status=status, target=target, address="")


@router.post("/desk/sign-in")
def post_sign_in() -> Response[str]:
    form = submitted_form()
    target = form.get("target", "")
    target = target if _TARGET.fullmatch(target) else "/desk"
    call = first_call()
    try:
        address = _ADDRESS.validate_python(form.get("address", ""))
    except ValidationError:
        count(Metric.REQUEST_REFUSED, "not_an_address")
        sentence = say(call.desk_language, N_("Enter your e-mail address, like name@magazine.example."))
        mistake = Mistake(sentence, "#address")
        typed = form.get("address", "")[:254]
        return page("sign_in", call, status=422, mistakes=(mistake,), target=target, address=typed)
    mark = _cookies().get(BROWSER_COOKIE, "")
    browser = ask_for_code(address, target, mark=mark, call=call, door=door(), now=runtime.now())
    if browser is None:
        return page("too_many", call, status=429)
    return see_other("/desk/code", code_cookie(browser))


@router.get("/desk/code")
def get_code() -> Response[str]:
    return page("code", first_call()) if _cookies().get(CODE_COOKIE) else see_other("/desk")


@router.post("/desk/code")
def post_code() -> Response[str]:
    form, cookies, call = submitted_form(), _cookies(), first_call()
    entered = enter_code(cookies.get(CODE_COOKIE, ""), form.get("code", ""), door=door(), now=runtime.now())
    match entered.answer:
        case CodeAnswer.RIGHT:
            if earlier := cookies.get(SESSION_COOKIE):
                sign_out(earlier, door=door())  # ASVS 5.0 7.2.4
            cookies_now = session_cookie(entered.session_id), browser_cookie(entered.mark), no_cookie(CODE_COOKIE)
            return see_other(entered.target, *cookies_now)
        case CodeAnswer.WRONG:
            sentence = say(call.desk_language, N_("This is not the code. Look for the latest mail and type it again."))
            return page("code", call, status=422, mistakes=(Mistake(sentence, "#code"),))
    return page("code_over", call, status=422, cookies=(no_cookie(CODE_COOKIE),))


@router.post("/desk/sign-out")
def post_sign_out() -> Response[str]:
    asking, _ = visitor_and_form()
    sign_out(asking.session_id, door=door())
    return see_other("/desk/signed-out", no_cookie(SESSION_COOKIE))


@router.get("/desk/signed-out")
def get_signed_out() -> Response[str]:
    return page("signed_out", first_call())


def _cookies() -> dict[str, str]:
    return cookies_of(router.current_event.raw_event)
