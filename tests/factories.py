"""Invented people and their applications. No surprises: every value can be named, the defaults are plain."""

from datetime import UTC, datetime, timedelta
from typing import Any

from intake.domain.applicant import Applicant
from intake.domain.application import Application
from intake.domain.document import Document, DocumentKind, StoredVersion, Upload
from intake.domain.status import Due
from intake.domain.verdict import Inspection, Verdict

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
KEPT_UNTIL = NOW + timedelta(days=30)
KEY = "dGVzdC1rZXktMTIzNDU2Nzg5MA"
APPLICATION_ID = "0123456789abcdef0123456789abcdef01234567"


def an_applicant(**changes: Any) -> Applicant:
    card: dict[str, Any] = {
        "name": "Nino Beridze",
        "email": "nino@writers.example",
        "regions": ("georgia",),
        "topics": ("politics",),
        "languages": ("ka", "en"),
    }
    return Applicant(**card | changes)


def an_application(**changes: Any) -> Application:
    fields: dict[str, Any] = {
        "id": APPLICATION_ID,
        "call": "contributors",
        "language": "en",
        "fingerprint": "0" * 64,
        "created_at": NOW,
        "applicant": an_applicant(),
        "privacy_notice": "2026-11-01",
        "documents": {kind: Document(kind=kind) for kind in DocumentKind},
        "kept_until": KEPT_UNTIL,
        "due_kind": Due.RETENTION,
        "due_at": KEPT_UNTIL,
    }
    return Application(**fields | changes)


def an_upload(filename: str = "cv.pdf", size: int = 1000) -> Upload:
    return Upload(filename=filename, size=size)


def a_version(version_id: str = "v1", size: int = 1000) -> StoredVersion:
    return StoredVersion(version_id=version_id, etag=f"etag-{version_id}", size=size)


def an_inspection(**changes: Any) -> Inspection:
    fields: dict[str, Any] = {
        "verdict": Verdict.ACCEPT,
        "type": "pdf",
        "pages": 2,
        "words": 400,
        "language": "en",
        "sha256": "a" * 64,
        "size": 1000,
    }
    return Inspection(**fields | changes)
