"""The schedule: look after what is due."""

from typing import TYPE_CHECKING, Any

from intake import runtime
from intake.domain.erasure import ERASED
from intake.observability import log_failure, logger
from intake.services.keep import keep
from intake.services.reconcile import Reconciler

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


class KeepError(Exception):
    """The round was not finished; the next one begins where it stopped."""


@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: "LambdaContext") -> None:
    settings = runtime.settings(runtime.KeepSettings)
    applications, sends = runtime.applications(settings.table_name), runtime.sends(settings.table_name)
    scan_queue, erase_queue = runtime.queue(settings.scan_queue_url), runtime.queue(settings.erase_queue_url)
    try:
        keep(
            applications=applications,
            sends=sends,
            incoming=settings.incoming_bucket,
            notify_queue=runtime.queue(settings.notify_queue_url),
            scan_queue=scan_queue,
            erase_queue=erase_queue,
            reconciler=Reconciler(
                applications=applications,
                sends=sends,
                incoming=runtime.listing(settings.incoming_bucket, "incoming/"),
                desk=runtime.listing(settings.desk_bucket, "desk/"),
                erased=runtime.listing(settings.desk_bucket, ERASED),
                ledger=runtime.ledger(settings.table_name),
                inspect_queue=runtime.queue(settings.inspect_queue_url),
                scan_queue=scan_queue,
                erase_queue=erase_queue,
            ),
            now=runtime.now(),
        )
    except Exception as error:  # noqa: BLE001 - the runtime would log its message
        log_failure(error)
        raise KeepError from None
