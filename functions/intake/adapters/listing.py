"""What lies in a bucket, page by page: keys, versions and times; nobody's bytes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_PAGE = 1000
"""As many as one request answers with (https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html)."""


@dataclass(frozen=True)
class Listed:
    """The first version of a key, which is the one that counts. `etag` is without quotes."""

    key: str
    version_id: str
    etag: str
    size: int
    stored_at: datetime


class Listing:
    """Every key of a bucket under one prefix, in the order of keys."""

    def __init__(self, client: "S3Client", bucket: str, prefix: str) -> None:
        self._client = client
        self.bucket = bucket
        self._prefix = prefix

    def page(self, after: str = "") -> tuple[Sequence[Listed], str]:
        """The keys after this one, as many as one request tells, and after which to go on ("" at the end)."""
        begin = {"KeyMarker": after} if after else {}
        answer = self._client.list_object_versions(
            Bucket=self.bucket,
            Prefix=self._prefix,
            MaxKeys=_PAGE,
            **begin,  # type: ignore[arg-type]
        )
        first: dict[str, Listed] = {}
        for version in answer.get("Versions", []):  # of each key the newest comes first
            first[version["Key"]] = Listed(
                version["Key"], version["VersionId"], version["ETag"].strip('"'), version["Size"],
                version["LastModified"],
            )  # fmt: skip
        if not answer["IsTruncated"]:
            return list(first.values()), ""
        # The page may end within the versions of its last key, which then comes whole on the next page.
        keys = list(first)[:-1] or list(first)
        return [first[key] for key in keys], keys[-1] if keys else answer["NextKeyMarker"]

    def among(self, keys: Collection[str]) -> set[str]:
        """Those of these keys that lie there. After the first page it skips from one to the next, so that it asks once
        more than there are keys at most (of keys that are hashes), and no more often than there are pages."""
        found: set[str] = set()
        left, after = sorted(keys), ""
        while left:
            listed, after = self.page(after)
            found.update(one.key for one in listed)
            left = [key for key in left if after and key > after]
            after = max(after, left[0][:-1]) if left else ""  # what is shorter by its end comes before it
        return found.intersection(keys)
