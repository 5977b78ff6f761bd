"""A scan result has arrived, or is late: record it."""

from functools import partial
from typing import TYPE_CHECKING, Any

from intake import runtime
from intake.domain.verdict import ScanResult
from intake.handlers.queue import handle_messages
from intake.handlers.recorder import recorder
from intake.observability import logger
from intake.services.record_verdict import record_scan

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext


def _handle(message: dict[str, str]) -> None:
    settings = runtime.settings(runtime.ScanSettings)
    known = ScanResult.__members__
    result = known.get(message["status"], ScanResult.FAILED)  # what we do not know is never clean
    scans = partial(runtime.malware_scans, settings.incoming_bucket) if settings.is_scanning else None
    record_scan(
        message["key"], message["version_id"], result, recorder=recorder(settings), scans=scans, now=runtime.now()
    )


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    return handle_messages(event, context, _handle)
