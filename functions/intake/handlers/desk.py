"""HTTP API: the editors' desk."""

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from intake import runtime
from intake.observability import logger
from intake.web import desk_door, desk_pages
from intake.web.desk_errors import map_errors
from intake.web.desk_request import MAX_BODY_BYTES
from intake.web.headers import desk_security_headers

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

app = APIGatewayHttpResolver()
app.include_router(desk_door.router)
app.include_router(desk_pages.router)
map_errors(app)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    settings = runtime.settings(runtime.DeskSettings)
    http = event["requestContext"]["http"]
    is_head = http["method"] == "HEAD"
    if is_head:
        http["method"] = "GET"  # the same answer without its body
    if len(event.get("body") or "") > MAX_BODY_BYTES:
        answer: dict[str, Any] = {"statusCode": 413, "headers": {"Content-Type": "text/plain"}, "body": ""}
    else:
        answer = app.resolve(event, context)
    if is_head:
        answer["body"] = ""
    bucket = runtime.desk_bucket(settings.desk_bucket).address()
    answer["headers"] = (answer.get("headers") or {}) | desk_security_headers(bucket)
    return answer
