"""The table's stream says that mail is owed: pass the ids on to the queue, from where one failure holds up nobody."""

from typing import TYPE_CHECKING, Any

from intake import runtime
from intake.adapters.rows import application_id_of
from intake.domain import queue_messages
from intake.observability import log_failure, logger

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


class RelayError(Exception):
    """The batch must come again."""


@logger.inject_lambda_context
def handler(event: dict[str, Any], _context: "LambdaContext") -> None:
    keys = [record["dynamodb"]["Keys"]["pk"]["S"] for record in event["Records"]]
    ids = map(application_id_of, dict.fromkeys(keys))
    queue = runtime.queue(runtime.settings(runtime.RelaySettings).notify_queue_url)
    try:
        queue.send([queue_messages.of_application(application_id) for application_id in ids])
    except Exception as error:  # noqa: BLE001 - the runtime would log its message
        log_failure(error)
        raise RelayError from None
