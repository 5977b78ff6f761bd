"""A document of an application: its tickets, its version, and what inspection and scan said about it."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from intake.domain.copies import Copies
from intake.domain.verdict import Finding, Inspection, Reason, ScanResult, Verdict, combine


class DocumentKind(StrEnum):
    """The three kinds of document. They are code; what each must be is the call's (templates/calls)."""

    CV = "cv"
    COVER_LETTER = "cover_letter"
    WRITING_SAMPLE = "writing_sample"

    @property
    def slug(self) -> str:
        """How keys, file names and the desk's addresses write it."""
        return self.replace("_", "-")

    @classmethod
    def from_slug(cls, slug: str) -> "DocumentKind":
        """Raises ValueError for what is no kind."""
        return cls(slug.replace("-", "_"))


class DocumentStatus(StrEnum):
    EXPECTED = "expected"
    UPLOADED = "uploaded"
    CHECKED = "checked"


class DocumentKey(BaseModel):
    """Where one attempt at a document lies: `incoming/{application}/{kind}/{attempt}`, only [a-z0-9/-].

    The key holds nothing that the applicant wrote, and needs no URL encoding anywhere.
    """

    model_config = ConfigDict(frozen=True)

    application_id: str
    kind: DocumentKind
    attempt: int

    def __str__(self) -> str:
        return f"incoming/{self.application_id}/{self.kind.slug}/{self.attempt}"

    @property
    def desk(self) -> str:
        """The key of the original in the desk bucket."""
        return self.copy_key("original")

    def copy_key(self, name: str) -> str:
        """The key of a copy in the desk bucket; names are those of domain.copies."""
        return f"desk/{self.application_id}/{self.kind.slug}/{self.attempt}/{name}"

    @classmethod
    def parse(cls, key: str) -> "DocumentKey":
        """Raises ValueError for a key that is not one of ours."""
        match key.split("/"):
            case ["incoming", application_id, kind, attempt] if attempt.isascii() and attempt.isdigit():
                parsed = cls(application_id=application_id, kind=DocumentKind.from_slug(kind), attempt=int(attempt))
                if str(parsed) == key:
                    return parsed
        raise ValueError("not the key of a document")

    @classmethod
    def parse_desk(cls, key: str) -> "DocumentKey":
        """Whose original, or copy of it, lies there. Raises ValueError for a key that is not one of ours."""
        match key.split("/"):
            case ["desk", *attempt, _]:
                return cls.parse("/".join(["incoming", *attempt]))
        raise ValueError("not the key of an original")


class Upload(BaseModel):
    """One attempt at a document: what the applicant said about the file, or text that was typed into the form.

    `size` is in bytes; `sha256` the hex digest, where the client knew it. A form without JavaScript cannot say
    anything beforehand: `is_form`, and name and size are S3's word once the file has arrived.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    filename: str
    size: int
    sha256: str | None = None
    is_typed: bool = False
    is_form: bool = False

    @classmethod
    def from_form(cls) -> "Upload":
        return cls(filename="document", size=0, is_form=True)

    def as_stored(self, stored: "StoredVersion") -> "Upload":
        """With what S3 knows and the applicant could not say."""
        if not self.is_form:
            return self
        return self.model_copy(update={"filename": stored.filename or self.filename, "size": stored.size})


class StoredVersion(BaseModel):
    """One version of one object in S3. `etag` is without quotes; with SSE-KMS it is no digest. `filename` is what a
    browser called the file, where a form had it tell."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version_id: str
    etag: str
    size: int
    filename: str | None = None


class Document(BaseModel):
    """A document by kind, frozen: each change is a new value.

    `attempt` is the upload that counts (0: none yet), `issued` the number of tickets so far, `tickets` those that may
    still arrive, `stored` the version that counts for `attempt`, `desk_version` the original's VersionId in the desk
    bucket, `copies` what was made of it (None: nothing yet). A `link` may stand for the writing sample; it is never
    fetched.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: DocumentKind
    link: str | None = None
    attempt: int = 0
    issued: int = 0
    tickets: dict[int, Upload] = {}
    upload: Upload | None = None
    stored: StoredVersion | None = None
    uploaded_at: datetime | None = None
    inspection: Inspection | None = None
    scan: ScanResult | None = None
    finding: Finding | None = None
    desk_version: str | None = None
    copies: Copies | None = None

    @property
    def status(self) -> DocumentStatus:
        if self.link is not None or self.finding is not None:
            return DocumentStatus.CHECKED
        return DocumentStatus.UPLOADED if self.stored else DocumentStatus.EXPECTED

    @property
    def is_outstanding(self) -> bool:
        """Whether a verdict is still owed."""
        return self.status is DocumentStatus.UPLOADED

    @property
    def is_present(self) -> bool:
        return self.status is not DocumentStatus.EXPECTED

    @property
    def form_attempt(self) -> int | None:
        """The newest ticket that a form may still be sent with."""
        return max((attempt for attempt, upload in self.tickets.items() if upload.is_form), default=None)

    def ticketed(self, upload: Upload) -> "Document":
        """With one more ticket; the document that counts stays as it is until the new one has arrived."""
        attempt = self.issued + 1
        return self.model_copy(update={"issued": attempt, "tickets": {**self.tickets, attempt: upload}})

    def linked(self, link: str) -> "Document":
        """With a link standing for it; whatever was uploaded before no longer counts."""
        return Document(kind=self.kind, link=link, issued=self.issued, attempt=self.issued)

    def arrived(self, attempt: int, stored: StoredVersion, now: datetime) -> "Document":
        """With this version counting, if it is news.

        The first version seen of an attempt is the one that counts: a ticket that is replayed makes a new version,
        which nobody ever reads. An attempt older than the one that counts changes nothing either.
        """
        if attempt not in self.tickets:
            return self
        return Document(
            kind=self.kind,
            attempt=attempt,
            issued=self.issued,
            tickets={n: upload for n, upload in self.tickets.items() if n > attempt},
            upload=self.tickets[attempt].as_stored(stored),
            stored=stored,
            uploaded_at=now,
        )

    def is_version(self, attempt: int, version_id: str) -> bool:
        return self.attempt == attempt and self.stored is not None and self.stored.version_id == version_id

    @property
    def is_inspected(self) -> bool:
        """Whether an inspection took place; one that was only late may still come."""
        return self.inspection is not None and self.inspection.reason is not Reason.INSPECTION_LATE

    @property
    def digest(self) -> str | None:
        """SHA-256 of the bytes that were inspected, in hex."""
        return self.inspection.sha256 if self.inspection else None

    @property
    def owes_copies(self) -> bool:
        """Whether copies are still to be made: of what was read, and rejected by nobody."""
        is_read = (
            self.inspection is not None and self.inspection.type is not None and self.inspection.sha256 is not None
        )
        is_rejected = any(
            found is not None and found.verdict is Verdict.REJECT for found in (self.inspection, self.finding)
        )
        return self.copies is None and self.stored is not None and is_read and not is_rejected

    @property
    def is_openable(self) -> bool:
        """Whether its original lies on the desk with a final verdict that lets it be opened (promise P3): not what was
        rejected or has no verdict yet, nor a link, nor what never came."""
        return self.finding is not None and self.finding.verdict is not Verdict.REJECT and self.desk_version is not None

    @property
    def is_held(self) -> bool:
        """Whether it is to be opened with care."""
        return self.finding is not None and self.finding.verdict is Verdict.HOLD

    def inspected(self, inspection: Inspection) -> "Document":
        """With this inspection, unless there is one already; being late never replaces a real one."""
        return self if self.is_inspected else self.model_copy(update={"inspection": inspection})

    def scanned(self, scan: ScanResult) -> "Document":
        """With this scan result: a threat beats everything, a clean rescan beats a failure, lateness beats nothing."""
        known = self.scan
        is_news = (
            known is None
            or scan is ScanResult.THREATS_FOUND
            or (known is ScanResult.LATE and scan is not ScanResult.LATE)
            or (known is not ScanResult.THREATS_FOUND and scan is ScanResult.NO_THREATS_FOUND)
        )
        return self.model_copy(update={"scan": scan}) if is_news else self

    def pending_finding(self, *, is_scanning: bool) -> Finding | None:
        """The finding that inspection and scan amount to where it differs from the one recorded, else None."""
        combined = combine(self.inspection, self.scan, is_scanning=is_scanning)
        return combined if combined != self.finding else None
