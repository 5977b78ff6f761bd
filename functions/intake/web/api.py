"""The JSON API: its routes, how a request is let in (bearer token, Idempotency-Key), and the ticket that it is answered
with. What routes do is in services, what they take and answer in requests and answers."""

from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.event_handler.openapi.params import Body, Header, Path, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from intake import runtime
from intake.domain.application import Application
from intake.domain.document import Document, DocumentKind
from intake.domain.reference import checked_key
from intake.errors import NotFoundError, ProofNeededError
from intake.services.hand_in_document import HandedIn, hand_in_document
from intake.services.mend_application import mend_application, withdraw_application
from intake.services.open_application import open_application
from intake.services.read_application import everything_held, with_arrivals_shown
from intake.services.submit_application import submit_application
from intake.web import answers, requests
from intake.web.access import (
    applications,
    call_named,
    challenge,
    incoming,
    is_proven,
    opened_by,
    opened_with,
    settings,
    token_of,
)
from intake.web.problems import Problem

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler.openapi.types import OpenAPIResponse

router = APIGatewayHttpRouter()  # type: ignore[no-untyped-call]

# No rules: an id and a token that cannot be answer like those that are not there.
ApplicationId = Annotated[str, Path(json_schema_extra={"pattern": "^[0-9a-f]{40}$"})]
Authorization = Annotated[str | None, Header(description="Bearer, and the application's token")]
IdempotencyKey = Annotated[
    str | None,
    Header(alias="Idempotency-Key", description="22 to 64 URL-safe characters with 128 random bits or more"),
]


def _refusals(*statuses: int) -> "dict[int, OpenAPIResponse]":
    """What the description says of errors: each is a Problem."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {"application/problem+json": {"model": Problem}},
        }
        for status in (*statuses, 422, 500)
    }


def _authorized(application_id: str, authorization: str | None) -> Application:
    """The application that the bearer token opens. A wrong token answers like an unknown id."""
    application = opened_by(_token(authorization))
    if application.id != application_id:
        raise NotFoundError("There is no such application.")
    return application


def _token(authorization: str | None) -> str:
    scheme, _, token = (authorization or "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


def _ticket(application: Application, document: Document) -> answers.DocumentTicketAnswer:
    """The newest ticket of a file that has not arrived, signed afresh."""
    upload = document.tickets.get(document.issued)
    if upload is None or upload.is_typed:
        return answers.DocumentTicketAnswer(kind=document.kind, status=document.status)
    key = application.key(document.kind, document.issued)
    max_bytes = call_named(application.call).rule_for(document.kind).max_bytes
    ticket = runtime.tickets(settings()).issue(key, max_bytes, runtime.now(), min_bytes=min(upload.size, 1))
    return answers.DocumentTicketAnswer(
        kind=document.kind, status=document.status, upload=answers.upload_answer(ticket)
    )


@router.get(
    "/api/calls/<call>",
    summary="A call: its texts, choices, documents and limits",
    tags=["calls"],
    responses=_refusals(404),
)
def get_call(
    call: Annotated[str, Path(max_length=40)], language: Annotated[str | None, Query(max_length=10)] = None
) -> answers.CallAnswer:
    found = call_named(call)
    chosen = language if language in found.languages else found.languages[0]
    return answers.call_answer(found, chosen, runtime.now(), challenge())


@router.post(
    "/api/applications",
    status_code=201,
    summary="Open an application",
    tags=["applications"],
    responses=_refusals(400, 404, 409, 413),
)
def post_application(
    body: Annotated[requests.NewApplicationBody, Body()], idempotency_key: IdempotencyKey = None
) -> answers.OpenedAnswer:
    key = checked_key(idempotency_key)
    if not is_proven(body.proof or "", key):
        raise ProofNeededError("Solve the challenge in `proof` of GET /api/calls/{call} and send it as `proof`.")
    application = open_application(
        body.to_new_application(),
        key,
        call=call_named(body.call),
        applications=applications(),
        incoming=incoming(),
        now=runtime.now(),
    )
    return answers.OpenedAnswer(
        application_id=application.id,
        token=token_of(application),
        status=application.seen_by_applicant,
        documents=[_ticket(application, document) for document in application.documents.values()],
    )


@router.get(
    "/api/applications/<application_id>", summary="Status and verdicts", tags=["applications"], responses=_refusals(404)
)
def get_application(application_id: ApplicationId, authorization: Authorization = None) -> answers.StatusAnswer:
    application = _authorized(application_id, authorization)
    return answers.status_answer(
        with_arrivals_shown(application, incoming(), runtime.now()), call_named(application.call)
    )


@router.patch(
    "/api/applications/<application_id>",
    summary="Mend the expert card",
    tags=["applications"],
    responses=_refusals(404, 409),
)
def patch_application(
    application_id: ApplicationId,
    body: Annotated[requests.MendBody, Body()],
    authorization: Authorization = None,
) -> answers.StatusAnswer:
    application = _authorized(application_id, authorization)
    mended = mend_application(
        application_id,
        body.applicant,
        body.preferences,
        call=call_named(application.call),
        applications=opened_with(_token(authorization)),
        now=runtime.now(),
    )
    return answers.status_answer(mended, call_named(application.call))


@router.post(
    "/api/applications/<application_id>/documents/<kind>/upload",
    summary="A fresh upload ticket: try again, or replace",
    tags=["documents"],
    responses=_refusals(404, 409, 429),
)
def post_upload(
    application_id: ApplicationId,
    kind: DocumentKind,
    body: Annotated[requests.FileToUpload, Body()],
    authorization: Authorization = None,
) -> answers.DocumentTicketAnswer:
    application = _authorized(application_id, authorization)
    application = hand_in_document(
        application_id,
        HandedIn(kind=kind, upload=body.to_upload()),
        call=call_named(application.call),
        applications=opened_with(_token(authorization)),
        incoming=incoming(),
        now=runtime.now(),
    )
    return _ticket(application, application.document(kind))


@router.post(
    "/api/applications/<application_id>/submission",
    status_code=202,
    summary="Send the application to the editors",
    tags=["applications"],
    responses=_refusals(404, 409),
)
def post_submission(application_id: ApplicationId, authorization: Authorization = None) -> answers.SubmittedAnswer:
    application = _authorized(application_id, authorization)
    submitted = submit_application(
        application,
        call=call_named(application.call),
        applications=opened_with(_token(authorization)),
        incoming=incoming(),
        now=runtime.now(),
    )
    return answers.SubmittedAnswer(reference=submitted.reference, status=submitted.seen_by_applicant)


@router.get(
    "/api/applications/<application_id>/data",
    summary="Everything held about the applicant",
    tags=["privacy"],
    responses=_refusals(404),
)
def get_data(application_id: ApplicationId, authorization: Authorization = None) -> dict[str, Any]:
    _authorized(application_id, authorization)
    return everything_held(application_id, applications=opened_with(_token(authorization)))


@router.delete(
    "/api/applications/<application_id>",
    status_code=202,
    summary="Withdraw the application: revoked at once, erasure under way",
    tags=["privacy"],
    responses=_refusals(404),
)
def delete_application(application_id: ApplicationId, authorization: Authorization = None) -> answers.StatusOnlyAnswer:
    _authorized(application_id, authorization)
    erased = withdraw_application(application_id, applications=opened_with(_token(authorization)), now=runtime.now())
    return answers.StatusOnlyAnswer(status=erased.seen_by_applicant)


def openapi() -> str:
    """The API's description as JSON, for infra/openapi.json; no worker ever builds it."""
    app = APIGatewayHttpResolver(enable_validation=True)
    app.include_router(router)
    return app.get_openapi_json_schema(
        title="contributor-intake",
        version="1",
        description="Applications to a call for contributors. Errors are RFC 9457 problem+json with a stable `code`.",
    )
