"""HTTP API: the applicant's pages and the JSON API."""

from functools import cache
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from intake import runtime
from intake.observability import logger
from intake.web.front import Front, map_errors
from intake.web.headers import security_headers
from intake.web.requests import MAX_BODY_BYTES, MAX_FORM_BYTES, read_json, with_text

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


@cache
def _api() -> Front:
    # Pages and API import each only what it needs: half of a cold start is imports.
    from intake.web import api, problems

    app = APIGatewayHttpResolver(enable_validation=True, json_body_deserializer=read_json)
    app.include_router(api.router)
    problems.map_errors(app)
    return Front(lambda event, context: app.resolve(with_text(event), context), problems.refuse, MAX_BODY_BYTES)


@cache
def _pages() -> Front:
    from intake.web import apply_pages, call_pages, document_pages, static_files
    from intake.web.page_errors import refuse

    app = APIGatewayHttpResolver()
    # In this order: a kind of document may be any word, so its pages come last.
    for router in (static_files.router, call_pages.router, apply_pages.router, document_pages.router):
        app.include_router(router)
    map_errors(app, refuse)
    return Front(app.resolve, refuse, MAX_FORM_BYTES)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    settings = runtime.settings(runtime.ApplySettings)
    front = _api() if event["rawPath"].startswith("/api/") else _pages()
    return front.answer(event, context, security_headers(runtime.upload_url(settings), settings.embed_origins))
