"""HTTP API: the editors' desk."""

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from intake import runtime
from intake.observability import logger
from intake.web import desk_door, desk_pages
from intake.web.desk_errors import map_errors, refuse
from intake.web.desk_request import MAX_BODY_BYTES
from intake.web.front import Front
from intake.web.headers import desk_security_headers

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

app = APIGatewayHttpResolver()
app.include_router(desk_door.router)
app.include_router(desk_pages.router)
map_errors(app)
desk = Front(app.resolve, refuse, MAX_BODY_BYTES)


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
    bucket = runtime.desk_bucket(runtime.settings(runtime.DeskSettings).desk_bucket)
    return desk.answer(event, context, desk_security_headers(bucket.address()))
