"""What we put on queues ourselves: ids only (docs/internals.md). Two of them say what S3 or GuardDuty did not."""

from intake.domain.document import DocumentKey
from intake.domain.verdict import ScanResult


def of_application(application_id: str) -> dict[str, str]:
    """An application is to be mailed of, or to be erased, as the queue says."""
    return {"application_id": application_id}


def upload(bucket: str, key: DocumentKey, version_id: str, etag: str, size: int) -> dict[str, str]:
    """A version is there to be inspected: what S3's event says."""
    return {"bucket": bucket, "key": str(key), "version_id": version_id, "etag": etag, "size": str(size)}


def late_scan(bucket: str, key: DocumentKey, version_id: str) -> dict[str, str]:
    """The scan of a version is past its deadline: what GuardDuty's event would say, had it spoken."""
    return {"bucket": bucket, "key": str(key), "version_id": version_id, "etag": "", "status": ScanResult.LATE.value}
