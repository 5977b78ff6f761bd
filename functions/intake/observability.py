"""The only logger and the only metrics. Logs name ids, counts and reasons, never people, capabilities or content."""

import os
import traceback
from enum import StrEnum
from pathlib import PurePath

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

logger = Logger()


class Metric(StrEnum):
    """What is counted; alarms and dashboards use these names."""

    APPLICATION_OPENED = "ApplicationOpened"
    APPLICATION_SUBMITTED = "ApplicationSubmitted"
    APPLICATION_ERASED = "ApplicationErased"
    REQUEST_REFUSED = "RequestRefused"
    UPLOAD_IGNORED = "UploadIgnored"
    DOCUMENT_CHECKED = "DocumentChecked"
    INSPECTED_UNFILTERED = "InspectedUnfiltered"
    SCAN_ASKED_AGAIN = "ScanAskedAgain"
    COPY_MADE = "CopyMade"
    COPY_MISSING = "CopyMissing"
    MAIL_SENT = "MailSent"
    MAIL_NOT_SENT = "MailNotSent"
    RECEIPT_DELAYED = "ReceiptDelayed"
    MAIL_REQUEUED = "MailRequeued"
    MAIL_REFUSED = "MailRefused"
    MAIL_DELIVERY = "MailDelivery"
    MAIL_UNDELIVERED = "MailUndelivered"
    DELIVERY_IGNORED = "DeliveryIgnored"
    DISCREPANCY = "Discrepancy"
    DISCREPANCY_TOLD = "DiscrepancyTold"
    APPLICATIONS = "Applications"
    FAILED = "Failed"


def count(metric: Metric, reason: str | None = None) -> None:
    """Counts one; `reason` is a dimension and comes from an enum or a code of ours, so it stays bounded."""
    gauge(metric, 1, reason)


def gauge(metric: Metric, value: int, reason: str | None = None) -> None:
    """How many there are now; `reason` as for `count`. Nothing at an admin's command line, which no metric reads."""
    if "POWERTOOLS_METRICS_NAMESPACE" not in os.environ:
        return
    with single_metric(name=metric, unit=MetricUnit.Count, value=value) as single:
        if reason:
            single.add_dimension("reason", reason)


def log_failure(error: BaseException, application: str | None = None) -> None:
    """Counts it, which is an alarm, and logs what failed, where, and on which application, by its id, if that is known;
    without the exception's message: it may hold what a person wrote."""
    frames = [f"{PurePath(f.filename).name}:{f.lineno}:{f.name}" for f in traceback.extract_tb(error.__traceback__)]
    answer = getattr(error, "response", None)
    code = answer.get("Error", {}).get("Code") if isinstance(answer, dict) else getattr(error, "code", None)
    logger.error(
        "failed",
        error=type(error).__name__,
        code=str(code) if code else None,
        frames=frames[-12:],
        application=application,
    )
    # By its service alone: CloudWatch adds up no dimensions, and the alarms have to see every kind of failure.
    count(Metric.FAILED)
