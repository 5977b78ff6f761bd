"""Upload tickets: presigned POSTs, signed from the role's credentials alone.

No S3 client is built for it: importing and building one is most of an API function's cold start.
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.auth import S3SigV4PostAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from intake.domain.document import DocumentKey

LIFETIME = timedelta(minutes=10)
CONTENT_TYPE = "application/octet-stream"
"""What every upload is stored as: a browser that ever meets the object downloads it and renders nothing."""


FILENAME = "filename"
"""The metadata in which a form tells what the browser calls the file; it is never part of a key."""


@dataclass(frozen=True)
class UploadTicket:
    """Good for one key, 1 to `max_bytes` bytes, until `expires_at`. Send `fields` first and the file last, as
    multipart/form-data to `url`."""

    url: str
    fields: dict[str, str]
    expires_at: datetime
    max_bytes: int


class Tickets:
    def __init__(self, credentials: Credentials, region: str, bucket: str, url: str) -> None:
        """`url` is where the bucket takes POSTs: its regional address, never the global one, which redirects."""
        self._credentials = credentials
        self._region = region
        self._bucket = bucket
        self._url = url

    def issue(
        self, key: DocumentKey, max_bytes: int, now: datetime, *, redirect: str | None = None, min_bytes: int = 1
    ) -> UploadTicket:
        """A ticket for this key. With `redirect` (absolute) it is a form's: S3 sends the browser there after a
        successful upload, and keeps the name of the file as metadata."""
        expires_at = now + LIFETIME
        success = {"success_action_redirect": redirect} if redirect else {"success_action_status": "201"}
        fields = {"key": str(key), "Content-Type": CONTENT_TYPE, **success}
        conditions: list[Any] = [
            {"bucket": self._bucket},
            *({name: value} for name, value in fields.items()),
            ["content-length-range", min_bytes, max_bytes],
        ]
        if redirect:
            fields[f"x-amz-meta-{FILENAME}"] = "${filename}"
            conditions.append(["starts-with", f"$x-amz-meta-{FILENAME}", ""])
        request = AWSRequest(method="POST", url=self._url)
        expiration = expires_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        request.context["s3-presign-post-fields"] = fields
        request.context["s3-presign-post-policy"] = {"expiration": expiration, "conditions": conditions}
        S3SigV4PostAuth(self._credentials, "s3", self._region).add_auth(request)
        return UploadTicket(url=self._url, fields=fields, expires_at=expires_at, max_bytes=max_bytes)
