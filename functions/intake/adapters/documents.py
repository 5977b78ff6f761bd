"""Documents in S3. Every read and copy names the version; nothing here acts on "whatever lies at the key now"."""

import contextlib
import hashlib
from contextlib import closing
from email.errors import HeaderParseError
from email.header import decode_header
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from intake.adapters.tickets import CONTENT_TYPE, FILENAME
from intake.domain.document import DocumentKey, StoredVersion
from intake.domain.erasure import erasure_mark
from intake.domain.plain_text import safe_filename
from intake.errors import KeysUnavailableError
from intake.observability import log_failure

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef, HeadObjectOutputTypeDef

_CHUNK_BYTES = 65536
LINK_SECONDS = 60
"""How long a link to an original opens it: long enough for a browser to follow, too short to pass on."""
_REFUSED = {"403", "AccessDenied"}
_ABSENT = {"404", "NoSuchKey", "NoSuchVersion"} | _REFUSED
"""A role that may not list the bucket is told 403 for a key that is not there
(https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html)."""
_TAKEN = {"PreconditionFailed", "412"}
_GONE = {"NoSuchKey", "NoSuchVersion", "PreconditionFailed", "404", "412"}
"""403 is not among them: it may pass, and what was gone stays gone. Whoever reads raises, and lateness ends that
(docs/decisions/0150-refused-is-not-gone.md)."""


class VersionGoneError(Exception):
    """The version was replaced or deleted before it was read; a newer one has an event of its own."""


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"]


def _stored(answer: "HeadObjectOutputTypeDef | GetObjectOutputTypeDef") -> StoredVersion:
    """What S3 says of a version. Its users' metadata come as RFC 2047 words where they are not ASCII."""
    said = answer["Metadata"].get(FILENAME)
    return StoredVersion(
        version_id=answer["VersionId"],
        etag=answer["ETag"].strip('"'),
        size=answer["ContentLength"],
        filename=safe_filename(_as_typed(said)) if said else None,
    )


def _as_typed(said: str) -> str:
    """A file name as the browser meant it. S3 answers with RFC 2047 words; where a store sends the bytes as they came,
    HTTP takes them for Latin-1. Browsers write three characters as %22, %0D and %0A
    (https://html.spec.whatwg.org/#multipart-form-data)."""
    with contextlib.suppress(UnicodeError):
        said = said.encode("latin-1").decode()
    name = _decoded(said)
    for escaped, meant in (("%22", '"'), ("%0D", " "), ("%0A", " ")):
        name = name.replace(escaped, meant)
    return name


def _decoded(said: str) -> str:
    """A text with its RFC 2047 words decoded; as it was said where one of them is none, or in no known charset: a file
    may be called like that."""
    try:
        return "".join(
            word if isinstance(word, str) else word.decode(charset or "ascii", "replace")
            for word, charset in decode_header(said)
        )
    except (HeaderParseError, LookupError, ValueError):
        return said


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
        return _stored(head)

    def put_text(self, key: DocumentKey, text: str) -> None:
        """Stores text typed into the form where its upload would lie, so that it goes the way of every document.

        Raises KeysUnavailableError where the key of the documents is disabled or out of reach.
        """
        try:
            self._client.put_object(Bucket=self.name, Key=str(key), Body=text.encode(), ContentType=CONTENT_TYPE)
        except ClientError as error:
            if _code(error) not in _REFUSED and not _code(error).startswith("KMS."):
                raise
            log_failure(error)
            raise KeysUnavailableError("The service cannot store documents now; try again.") from None

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
        stored = _stored(got)
        with closing(got["Body"]) as body, path.open("wb") as file:
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

    def promote(self, incoming: str, key: DocumentKey, stored: StoredVersion, sha256: str) -> str:
        """Copies this version from the incoming bucket and answers the copy's VersionId; once, however often asked.

        `sha256` is the hex digest of what was inspected. Raises VersionGoneError when that is no longer there.
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
            return self._promoted(key, sha256)
        return copied["VersionId"]

    def _promoted(self, key: DocumentKey, sha256: str) -> str:
        """The version that an earlier try left on the desk."""
        try:
            version_id, digest = self._lying_at(key.desk)
        except ClientError as error:
            if _code(error) in _GONE:
                raise VersionGoneError from None
            raise
        if digest != sha256:
            raise VersionGoneError
        return version_id

    def _lying_at(self, key: str) -> tuple[str, str]:
        """The VersionId of the newest version at a key, and its SHA-256 in hex."""
        got = self._client.get_object(Bucket=self._bucket, Key=key)
        digest = hashlib.sha256()
        with closing(got["Body"]) as body:
            for chunk in body.iter_chunks(_CHUNK_BYTES):
                digest.update(chunk)
        return got["VersionId"], digest.hexdigest()

    def put_copy(self, key: str, body: bytes, sha256: str) -> str | None:
        """Stores a copy and answers its VersionId; once, however often asked. None where something else lies there.

        `sha256` is the hex digest of `body`.
        """
        try:
            put = self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=body,
                IfNoneMatch="*",
                ContentType=CONTENT_TYPE,
                ChecksumAlgorithm="SHA256",
            )
        except ClientError as error:
            if _code(error) not in _TAKEN:
                raise
            version_id, digest = self._lying_at(key)
            return version_id if digest == sha256 else None
        return put["VersionId"]

    def link(self, key: str, version_id: str, filename: str) -> str:
        """A presigned GET of exactly this version, saved under `filename` ([A-Za-z0-9.-], ASVS 5.0 5.4.2), which
        stands in the address and so tells nothing of the person."""
        return self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "VersionId": version_id,
                "ResponseContentDisposition": f"attachment; filename=\"{filename}\"; filename*=UTF-8''{filename}",
                "ResponseContentType": CONTENT_TYPE,
                "ResponseCacheControl": "no-store",
            },
            ExpiresIn=LINK_SECONDS,
        )

    def read(self, key: str, version_id: str) -> bytes:
        """What exactly this version holds."""
        got = self._client.get_object(Bucket=self._bucket, Key=key, VersionId=version_id)
        with closing(got["Body"]) as body:
            return body.read()

    def address(self) -> str:
        """Where links lead, for the policy of the pages that redirect there; signed like them, worth nothing."""
        return self._client.generate_presigned_url("head_bucket", Params={"Bucket": self._bucket}, ExpiresIn=1)

    def erase(self, application_id: str) -> int:
        """Deletes every version and delete marker of an application; answers how many."""
        return _erase(self._client, self._bucket, f"desk/{application_id}/")

    def mark_erased(self, application_id: str) -> None:
        """Leaves the mark of an erasure, where no restore of the table reaches it; done again it is kept anew."""
        self._client.put_object(Bucket=self._bucket, Key=erasure_mark(application_id))
