"""The desk itself: routes only. GET changes nothing, and so writes nothing down; a POST opens a document."""

import re
from collections.abc import Mapping

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from intake import runtime
from intake.adapters.documents import DeskBucket
from intake.adapters.reviews import Reviews
from intake.domain.application import Application
from intake.domain.call import Call
from intake.domain.desk_list import Order, Position
from intake.domain.document import DocumentKind
from intake.errors import InvalidRequestError, NotFoundError
from intake.rendering.catalogues import N_, say
from intake.rendering.labels import kind_label
from intake.services.open_document import Opened, open_document, openable
from intake.services.read_document import copies_of, read_document, read_page
from intake.services.review_application import calls_of, history_of, list_applications, read_application
from intake.web.desk_door import Visitor, visitor, visitor_and_form
from intake.web.desk_frame import page, see_other
from intake.web.desk_list_view import entries, list_path, tabs
from intake.web.dossier_view import card_of, dossier_of, path_of
from intake.web.page import Mistake
from intake.web.reading_view import Reading, leaves, reading_view

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]


def _reviews() -> Reviews:
    return runtime.reviews(runtime.settings(runtime.DeskSettings).table_name)


def _desk() -> DeskBucket:
    return runtime.desk_bucket(runtime.settings(runtime.DeskSettings).desk_bucket)


def _application(application_id: str, asking: Visitor) -> tuple[Application, Call]:
    applications = runtime.applications(runtime.settings(runtime.DeskSettings).table_name)
    application = read_application(application_id, asking.editor, asking.tag, applications=applications)
    return application, runtime.calls()[application.call]


def _kind(name: str) -> DocumentKind:
    try:
        return DocumentKind.from_slug(name)
    except ValueError:
        raise NotFoundError("There is no such kind of document.") from None


@router.get("/desk")
def get_list() -> Response[str]:
    asking = visitor()
    query: Mapping[str, str] = router.current_event.query_string_parameters
    theirs = {call.id: call for call in calls_of(asking.editor, runtime.calls())}
    if not theirs:
        raise NotFoundError("No call is this editor's.")
    call = theirs.get(query.get("call", "")) or next(iter(theirs.values()))
    order = Order.WAITING if query.get("order") == Order.WAITING else Order.NEWEST
    after = Position.parse(query.get("after", ""))
    found = list_applications(call, order, after, reviews=_reviews())
    return page(
        "list",
        call,
        seat=asking.seat,
        tabs=tabs(tuple(theirs.values()), call, order),
        is_waiting=order is Order.WAITING,
        entries=entries(found, call, runtime.now()),
        first_page=list_path(call, order) if after else None,
        next_page=list_path(call, order, found.next) if found.next else None,
    )


@router.get("/desk/a/<application_id>")
def get_application(application_id: str) -> Response[str]:
    asking = visitor()
    application, call = _application(application_id, asking)
    events = history_of(application, reviews=_reviews(), now=runtime.now())
    sends = runtime.sends(runtime.settings(runtime.DeskSettings).table_name).of(application.id)
    dossier = dossier_of(application, call, events, sends, runtime.now())
    return page("application", call, seat=asking.seat, dossier=dossier, readings=_readings(application, call))


def _readings(application: Application, call: Call) -> dict[DocumentKind, Reading]:
    """What can be read of each document that may be opened."""
    desk = _desk()
    return {
        kind: reading_view(
            application.document(kind),
            copies,
            read_document(application, kind, desk=desk),
            path_of(application, kind),
            call.desk_language,
        )
        for kind in DocumentKind
        if (copies := copies_of(application, kind))
    }


@router.get("/desk/a/<application_id>/<kind>/read")
def get_reading(application_id: str, kind: str) -> Response[str]:
    asking = visitor()
    application, call = _application(application_id, asking)
    wanted = _kind(kind)
    document, copies = openable(application, wanted), copies_of(application, wanted)
    if copies is None:
        raise NotFoundError("There is nothing to read yet.")
    said, path = read_document(application, wanted, desk=_desk()), path_of(application, wanted)
    return page(
        "reading",
        call,
        seat=asking.seat,
        card=card_of(application, call, wanted),
        is_held=document.is_held,
        applicant=application.applicant.name,
        back=path_of(application),
        reading=reading_view(document, copies, said, path, call.desk_language),
        leaves=leaves(copies, said, path),
    )


@router.get("/desk/a/<application_id>/<kind>/pages/<number>")
def get_picture(application_id: str, kind: str, number: str) -> Response[bytes]:
    application, _ = _application(application_id, visitor())
    wanted = int(number) if re.fullmatch(r"[1-9]\d{0,3}", number) else 0
    return Response(200, "image/png", read_page(application, _kind(kind), wanted, desk=_desk()))


@router.get("/desk/a/<application_id>/<kind>")
def get_confirmation(application_id: str, kind: str) -> Response[str]:
    """Asks once more before a held document is opened; for every other there is nothing to ask."""
    asking = visitor()
    application, call = _application(application_id, asking)
    if not openable(application, _kind(kind)).is_held:
        return see_other(path_of(application))
    return _confirmation(application, call, _kind(kind), asking)


@router.post("/desk/a/<application_id>/<kind>")
def post_document(application_id: str, kind: str) -> Response[str]:
    return _open(application_id, kind, is_original=False)


@router.post("/desk/a/<application_id>/<kind>/original")
def post_original(application_id: str, kind: str) -> Response[str]:
    return _open(application_id, kind, is_original=True)


def _open(application_id: str, kind: str, *, is_original: bool) -> Response[str]:
    asking, form = visitor_and_form()
    application, call = _application(application_id, asking)
    try:
        opened = open_document(
            application,
            _kind(kind),
            editor=asking.editor,
            tag=asking.tag,
            confirmation=form.get("confirmation", ""),
            is_original=is_original,
            desk=_desk(),
            reviews=_reviews(),
            now=runtime.now(),
        )
    except InvalidRequestError:
        sentence = say(call.desk_language, N_("Type the reference as it stands here."))
        return _confirmation(application, call, _kind(kind), asking, Mistake(sentence, "#confirmation"))
    return _shown(opened, application, call, _kind(kind), asking)


def _shown(opened: Opened, application: Application, call: Call, kind: DocumentKind, asking: Visitor) -> Response[str]:
    """What was typed into the form is shown as text; a file is downloaded."""
    if opened.text is None:
        return see_other(opened.link)
    return page(
        "text",
        call,
        seat=asking.seat,
        title=kind_label(kind, call.desk_language),
        applicant=application.applicant.name,
        back=path_of(application),
        text=opened.text,
    )


def _confirmation(
    application: Application, call: Call, kind: DocumentKind, asking: Visitor, *mistakes: Mistake
) -> Response[str]:
    return page(
        "confirm",
        call,
        status=422 if mistakes else 200,
        seat=asking.seat,
        mistakes=mistakes,
        card=card_of(application, call, kind),
        reference=application.reference,
        back=path_of(application),
        action=path_of(application, kind),
        reading=_readings(application, call).get(kind),
    )
