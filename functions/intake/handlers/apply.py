"""HTTP API: the applicant's pages and the JSON API."""

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from intake import runtime
from intake.errors import BodyTooLargeError
from intake.observability import logger
from intake.web import api
from intake.web.headers import security_headers
from intake.web.problems import map_errors, problem
from intake.web.requests import MAX_BODY_BYTES

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

app = APIGatewayHttpResolver(enable_validation=True)
app.include_router(api.router)
map_errors(app)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    settings = runtime.settings(runtime.ApplySettings)
    if len(event.get("body") or "") > MAX_BODY_BYTES:
        refused = problem(413, BodyTooLargeError.code, f"A request may have {MAX_BODY_BYTES} bytes.")
        answer: dict[str, Any] = {
            "statusCode": 413,
            "headers": {"Content-Type": refused.content_type},
            "body": refused.body,
        }
    else:
        answer = app.resolve(event, context)
    upload_url = runtime.upload_url(settings)
    answer["headers"] = (answer.get("headers") or {}) | security_headers(upload_url, settings.embed_origins)
    return answer
