"""SES says what became of a mail: record it."""

from typing import TYPE_CHECKING, Any

from intake import runtime
from intake.domain.delivery import delivery_of
from intake.handlers.queue import handle_messages
from intake.observability import logger
from intake.services.record_delivery import Report, record_delivery

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext


def _handle(message: dict[str, str]) -> None:
    settings = runtime.settings(runtime.DeliverySettings)
    report = Report(
        application_id=message["application_id"],
        send_id=message["send_id"],
        ses_id=message["ses_id"],
        delivery=delivery_of(message["type"], message["bounce_type"]),
    )
    record_delivery(
        report,
        sends=runtime.sends(settings.table_name),
        applications=runtime.applications(settings.table_name),
        now=runtime.now(),
    )


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    return handle_messages(event, context, _handle)
