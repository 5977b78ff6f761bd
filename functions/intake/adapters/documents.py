"""Documents in S3. Every read and copy names the version; nothing here acts on "whatever lies at the key now"."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from intake.adapters.tickets import CONTENT_TYPE
from intake.domain.document import DocumentKey, StoredVersion

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_CHUNK_BYTES = 65536
_ABSENT = {"404", "NoSuchKey", "NoSuchVersion", "403", "AccessDenied"}
"""A role that may not list the bucket is told 403 for a key that is not there
(https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html)."""
_GONE = {"NoSuchKey", "NoSuchVersion", "PreconditionFailed", "404", "412"}


class VersionGoneError(Exception):
    """The version was replaced or deleted before it was read; a newer one has an event of its own."""


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"]


def _erase(client: "S3Client", bucket: str, prefix: str) -> int:
    erased = 0
    for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        for version in found:
            client.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
        erased += len(found)
    return erased


class IncomingBucket:
    """What applicants uploaded, unjudged."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self.name = bucket

    def find(self, key: DocumentKey, version_id: str | None = None) -> StoredVersion | None:
        """What lies at the key now, or that version; None when there is nothing."""
        pin = {"VersionId": version_id} if version_id else {}
        try:
            head = self._client.head_object(Bucket=self.name, Key=str(key), **pin)  # type: ignore[arg-type]
        except ClientError as error:
            if _code(error) in _ABSENT:
                return None
            raise
        return StoredVersion(version_id=head["VersionId"], etag=head["ETag"].strip('"'), size=head["ContentLength"])

    def put_text(self, key: DocumentKey, text: str) -> None:
        """Stores text typed into the form where its upload would lie, so that it goes the way of every document."""
        self._client.put_object(Bucket=self.name, Key=str(key), Body=text.encode(), ContentType=CONTENT_TYPE)

    def download(
        self, key: DocumentKey, version_id: str, etag: str, path: Path, max_bytes: int
    ) -> tuple[StoredVersion, str | None]:
        """Streams one version to `path`; answers what was read and its SHA-256 (hex), which is None, with nothing
        written, for a file over `max_bytes`.

        Pinned by VersionId, or by ETag where an event carried no VersionId. Raises VersionGoneError.
        """
        pin = {"VersionId": version_id} if version_id else {"IfMatch": f'"{etag}"'}
        try:
            got = self._client.get_object(Bucket=self.name, Key=str(key), **pin)  # type: ignore[arg-type]
        except ClientError as error:
            if _code(error) in _GONE:
                raise VersionGoneError from None
            raise
        stored = StoredVersion(version_id=got["VersionId"], etag=got["ETag"].strip('"'), size=got["ContentLength"])
        with got["Body"] as body, path.open("wb") as file:
            if stored.size > max_bytes:
                return stored, None
            digest = hashlib.sha256()
            for chunk in body.iter_chunks(_CHUNK_BYTES):
                digest.update(chunk)
                file.write(chunk)
        return stored, digest.hexdigest()

    def erase(self, application_id: str) -> int:
        """Deletes every version and delete marker of an application; answers how many."""
        return _erase(self._client, self.name, f"incoming/{application_id}/")


class DeskBucket:
    """What editors may read: copies of inspected versions."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def promote(self, incoming: str, key: DocumentKey, stored: StoredVersion) -> str:
        """Copies this version from the incoming bucket and answers the copy's VersionId; once, however often asked.

        Raises VersionGoneError when the version is no longer there.
        """
        try:
            copied = self._client.copy_object(
                Bucket=self._bucket,
                Key=key.desk,
                CopySource={"Bucket": incoming, "Key": str(key), "VersionId": stored.version_id},
                CopySourceIfMatch=stored.etag,
                IfNoneMatch="*",
                ContentType=CONTENT_TYPE,
                MetadataDirective="REPLACE",
                TaggingDirective="REPLACE",
                ChecksumAlgorithm="SHA256",
            )
        except ClientError as error:
            if _code(error) not in _GONE:
                raise
            return self._promoted(key)
        return copied["VersionId"]

    def _promoted(self, key: DocumentKey) -> str:
        """The version that an earlier try left on the desk: an attempt's key is only ever written from its version."""
        try:
            return self._client.head_object(Bucket=self._bucket, Key=key.desk)["VersionId"]
        except ClientError as error:
            if _code(error) in _ABSENT:
                raise VersionGoneError from None
            raise

    def erase(self, application_id: str) -> int:
        """Deletes every version and delete marker of an application; answers how many."""
        return _erase(self._client, self._bucket, f"desk/{application_id}/")
