"""A batch of queue messages, each handled by itself: one that fails comes back, the others are done."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from intake.errors import ComeAgainError
from intake.observability import log_failure

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext


def handle_messages(
    event: dict[str, Any], context: "LambdaContext", handle: Callable[[dict[str, str]], None]
) -> "PartialItemFailureResponse":
    """Answers which messages failed. Failures are logged and counted here, without what the exception says: Lambda
    takes this answer for a success, so its own count of errors knows nothing of them."""
    if not event["Records"]:
        return {"batchItemFailures": []}  # Powertools takes it for another kind of event, and raises

    def handle_record(record: "SQSRecord") -> None:
        try:
            handle(record.json_body)
        except ComeAgainError:
            raise
        except Exception as error:
            log_failure(error)
            raise

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=event, record_handler=handle_record, processor=processor, context=context)
