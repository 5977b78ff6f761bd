"""An upload has arrived: inspect that version."""

from functools import cache
from typing import TYPE_CHECKING, Any

from intake import runtime
from intake.handlers.queue import handle_messages
from intake.handlers.recorder import recorder
from intake.inspection.sandbox import Sandbox
from intake.observability import logger
from intake.services.make_copies import make_copies
from intake.services.record_verdict import record_inspection

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext


@cache
def sandbox() -> Sandbox:
    """One for the life of the worker."""
    return Sandbox()


def _handle(message: dict[str, str]) -> None:
    """The verdict first: nobody waits for copies."""
    recording = recorder(runtime.settings(runtime.InspectSettings))
    record_inspection(
        message["key"],
        message["version_id"],
        message["etag"],
        calls=runtime.calls(),
        sandbox=sandbox(),
        recorder=recording,
        now=runtime.now(),
    )
    make_copies(
        message["key"],
        message["version_id"],
        calls=runtime.calls(),
        sandbox=sandbox(),
        applications=recording.applications,
        incoming=recording.incoming,
        desk=recording.desk,
    )


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    return handle_messages(event, context, _handle)
