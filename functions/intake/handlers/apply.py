"""HTTP API: the applicant's pages and the JSON API."""

from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from intake import runtime
from intake.errors import BodyTooLargeError, InvalidRequestError
from intake.observability import logger
from intake.web.headers import security_headers
from intake.web.requests import MAX_BODY_BYTES, MAX_FORM_BYTES, read_json, with_text

if TYPE_CHECKING:
    from aws_lambda_powertools.event_handler import Response
    from aws_lambda_powertools.utilities.typing import LambdaContext


@cache
def _api() -> APIGatewayHttpResolver:
    # Pages and API import each only what it needs: half of a cold start is imports.
    from intake.web import api
    from intake.web.problems import map_errors

    app = APIGatewayHttpResolver(enable_validation=True, json_body_deserializer=read_json)
    app.include_router(api.router)
    map_errors(app)
    return app


@cache
def _pages() -> APIGatewayHttpResolver:
    from intake.web import apply_pages, call_pages, document_pages, static_files
    from intake.web.page_errors import map_page_errors

    app = APIGatewayHttpResolver()
    # In this order: a kind of document may be any word, so its pages come last.
    for router in (static_files.router, call_pages.router, apply_pages.router, document_pages.router):
        app.include_router(router)
    map_page_errors(app)
    return app


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    if event["requestContext"]["http"]["method"] == "HEAD":
        return {**_answer(_as_get(event), context), "body": ""}
    return _answer(event, context)


def _as_get(event: dict[str, Any]) -> dict[str, Any]:
    """HEAD is answered like GET, without the body (RFC 9110, section 9.3.2)."""
    request = event["requestContext"]
    return {**event, "requestContext": {**request, "http": {**request["http"], "method": "GET"}}}


def _answer(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    settings = runtime.settings(runtime.ApplySettings)
    is_api = event["rawPath"].startswith("/api/")
    if len(event.get("body") or "") > (MAX_BODY_BYTES if is_api else MAX_FORM_BYTES):
        answer = _refused_as_too_large(event, is_api=is_api)
    elif is_api:
        answer = _answer_of_api(event, context)
    else:
        answer = _pages().resolve(event, context)
    headers = security_headers(runtime.upload_url(settings), settings.embed_origins)
    answer["headers"] = headers | (answer.get("headers") or {})
    return answer


def _answer_of_api(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    from intake.web.problems import refuse

    try:
        readable = with_text(event)
    except InvalidRequestError as error:
        return _written(refuse(error))
    return _api().resolve(readable, context)


def _refused_as_too_large(event: dict[str, Any], *, is_api: bool) -> dict[str, Any]:
    code, status = BodyTooLargeError.code, BodyTooLargeError.status
    if is_api:
        from intake.web.problems import problem

        refused = problem(status, code, f"A request may have {MAX_BODY_BYTES} bytes.")
    else:
        from intake.web.page_errors import problem_page

        refused = problem_page(event["rawPath"], event.get("headers", {}).get("accept-language", ""), code, status)
    return _written(refused)


def _written(refused: "Response[Any]") -> dict[str, Any]:
    return {
        "statusCode": refused.status_code,
        "headers": {"Content-Type": refused.content_type},
        "body": refused.body,
    }
