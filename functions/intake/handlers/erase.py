"""An application is to be erased. This function alone may delete versions."""

from typing import TYPE_CHECKING, Any

from intake import runtime
from intake.handlers.queue import handle_messages
from intake.observability import logger
from intake.services.erase import erase

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext


def _handle(message: dict[str, str]) -> None:
    settings = runtime.settings(runtime.EraseSettings)
    erase(
        message["application_id"],
        applications=runtime.applications(settings.table_name),
        incoming=runtime.incoming_bucket(settings.incoming_bucket),
        desk=runtime.desk_bucket(settings.desk_bucket),
        now=runtime.now(),
    )


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    return handle_messages(event, context, _handle)
