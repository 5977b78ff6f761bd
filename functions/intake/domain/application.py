"""An application: one item, its allowed transitions, and what mail it owes. Frozen values, no I/O."""

from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, ConfigDict

from intake.domain.applicant import Applicant, Preferences
from intake.domain.delivery import Audience, audience_of
from intake.domain.document import Document, DocumentKey, DocumentKind, DocumentStatus, StoredVersion, Upload
from intake.domain.reference import reference_for
from intake.domain.status import ApplicantView, ApplicationStatus, Due
from intake.domain.verdict import Finding, Verdict
from intake.errors import DocumentsMissingError, NotAllowedNowError, TooManyUploadsError

CHECK_DEADLINE = timedelta(minutes=30)
"""After this a verdict that has not come is hold (promise P3), and the editors get their summary all the same."""

STREAM_GRACE = timedelta(minutes=2)
"""How long keep leaves a mail that is owed to the stream before it queues the application itself."""

SHORTEST_PAUSE, LONGEST_PAUSE = timedelta(minutes=10), timedelta(hours=1)
"""Between two looks of keep at mail that is owed: each is one message, so a day without SES costs about thirty."""

MAX_UPLOADS = 30
"""Tickets for one document: enough for a bad line and second thoughts, not for a file store."""

FEW_CHANGES, MANY_CHANGES = 12, 24
"""Up to the first, editors hear of each change at once, up to the second once an hour, then once a day: nobody shall
fill their mailboxes with one application."""

MAX_EMAIL_CHANGES = 3
"""How often the address may be mended; each change can cause one receipt to a stranger."""


class Application(BaseModel):
    """One application with everything that decides what happens next; comments and audit lie elsewhere.

    `revision` guards every write. `changes` counts what editors have to know since submission, `reported` how much of
    it they have been told, last at `told_at`: mail is owed while the two differ, and waits for nothing until they have
    been told of the change `urgent`. `token_counter` raised revokes the applicant's tokens. `kept_until` is when it
    expires: for a draft, and for what was sent and nobody decided, as the notice says. `undelivered` are the kinds of
    mails that did not reach an editor; of the first `undelivered_told` the other editors and the admin know.
    `unreachable` is the applicant's address that no mail reaches.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    call: str
    language: str
    status: ApplicationStatus = ApplicationStatus.DRAFT
    revision: int = 0
    fingerprint: str
    token_counter: int = 0
    created_at: datetime
    applicant: Applicant
    preferences: Preferences = Preferences()
    privacy_notice: str
    documents: dict[DocumentKind, Document] = {}
    email_changes: int = 0
    kept_until: datetime
    submitted_at: datetime | None = None
    notified_at: datetime | None = None
    told_at: datetime | None = None
    changes: int = 0
    reported: int = 0
    urgent: int = 0
    undelivered: tuple[str, ...] = ()
    undelivered_told: int = 0
    unreachable: str | None = None
    due_kind: Due | None = None
    due_at: datetime | None = None

    @property
    def reference(self) -> str:
        return reference_for(self.id)

    @property
    def received_at(self) -> datetime:
        """When it was sent; of a draft, when it was opened."""
        return self.submitted_at or self.created_at

    @property
    def outstanding(self) -> int:
        """How many verdicts are still owed."""
        return sum(document.is_outstanding for document in self.documents.values())

    @property
    def verdict_late_at(self) -> datetime | None:
        """When the first of the verdicts that are still owed is late, whatever else happens; None where none is."""
        uploads = (document.uploaded_at for document in self.documents.values() if document.is_outstanding)
        first = min(filter(None, uploads), default=None)
        return first + CHECK_DEADLINE if first else None

    @property
    def is_draft(self) -> bool:
        return self.status is ApplicationStatus.DRAFT

    @property
    def is_closed(self) -> bool:
        """Whether nothing happens to it any more."""
        return self.status in {ApplicationStatus.EXPIRED, ApplicationStatus.ERASED}

    @property
    def takes_changes(self) -> bool:
        """Whether its applicant may still change it."""
        return self.status in {
            ApplicationStatus.DRAFT,
            ApplicationStatus.SUBMITTED,
            ApplicationStatus.NOTIFIED,
            ApplicationStatus.SHORTLISTED,
        }

    @property
    def owes_summary(self) -> bool:
        return self.status is ApplicationStatus.SUBMITTED and not self.outstanding

    @property
    def owes_update(self) -> bool:
        is_known = self.status in {ApplicationStatus.NOTIFIED, ApplicationStatus.SHORTLISTED}
        return is_known and self.reported < self.changes and not self.outstanding

    @property
    def update_from(self) -> datetime | None:
        """When the next update may go, if not at once."""
        if self.urgent > self.reported or self.told_at is None or self.changes <= FEW_CHANGES:
            return None
        return self.told_at + (timedelta(hours=1) if self.changes <= MANY_CHANGES else timedelta(days=1))

    def owes_update_by(self, now: datetime) -> bool:
        return self.owes_update and (self.update_from is None or self.update_from <= now)

    @property
    def untold(self) -> tuple[str, ...]:
        """The kinds of undelivered mails that the other editors and the admin do not know of yet."""
        return self.undelivered[self.undelivered_told :]

    @property
    def is_unreachable(self) -> bool:
        """Whether no mail reaches its applicant, until the address is mended."""
        return self.applicant.email == self.unreachable

    @property
    def takes_mail(self) -> bool:
        """Whether its applicant may be mailed: not against their wish, nor where nothing arrives."""
        return not self.preferences.no_mail and not self.is_unreachable

    @property
    def seen_by_applicant(self) -> ApplicantView:
        match self.status:
            case ApplicationStatus.DRAFT:
                return ApplicantView.DRAFT
            case ApplicationStatus.ACCEPTED | ApplicationStatus.DECLINED:
                return ApplicantView.WITH_EDITORS  # decided only once the answer was sent
            case ApplicationStatus.EXPIRED | ApplicationStatus.ERASED:
                return ApplicantView.CLOSED
        if any(d.finding and d.finding.verdict is Verdict.REJECT for d in self.documents.values()):
            return ApplicantView.NEEDS_ATTENTION
        is_notified = self.status is not ApplicationStatus.SUBMITTED
        return ApplicantView.WITH_EDITORS if is_notified else ApplicantView.RECEIVED

    def _with(self, **update: Any) -> "Application":
        return self.model_copy(update=update)

    def _with_document(self, document: Document) -> "Application":
        return self._with(documents={**self.documents, document.kind: document})

    def _with_news(self, now: datetime, *, is_urgent: bool = False) -> "Application":
        """With one more thing that the editors have to know, once the application is theirs."""
        if self.is_draft or self.is_closed:
            return self
        changes = self.changes + 1
        return self._with(changes=changes, urgent=changes if is_urgent else self.urgent)._owing_mail(now)

    def _owing_mail(self, now: datetime) -> "Application":
        """Looked after by keep once a verdict is late; with all of them there, once its mail should have gone."""
        due_at = self.verdict_late_at or max(now + STREAM_GRACE, self.update_from or now)
        return self._due_for_mail(due_at)

    def _due_for_mail(self, at: datetime) -> "Application":
        """Looked after by keep then, or at the end of its time: no mail that waits keeps it for longer."""
        return self._with(due_kind=Due.MAIL, due_at=min(at, self.kept_until))

    def _require_open(self) -> None:
        if not self.takes_changes:
            raise NotAllowedNowError("This application takes no more changes.")

    def document(self, kind: DocumentKind) -> Document:
        return self.documents.get(kind) or Document(kind=kind)

    def key(self, kind: DocumentKind, attempt: int) -> DocumentKey:
        """Where this attempt at a document lies."""
        return DocumentKey(application_id=self.id, kind=kind, attempt=attempt)

    def same_file_as(self, kind: DocumentKind) -> DocumentKind | None:
        """Another document of this application with the same bytes: often one that was chosen by mistake."""
        digest = self.document(kind).digest
        others = (other for other in self.documents.values() if other.kind is not kind)
        return next((other.kind for other in others if digest and other.digest == digest), None)

    def with_ticket(self, kind: DocumentKind, upload: Upload) -> "Application":
        """With one more ticket. Raises NotAllowedNowError, TooManyUploadsError."""
        self._require_open()
        if self.document(kind).issued >= MAX_UPLOADS:
            raise TooManyUploadsError("Every upload ticket of this document has been used.")
        return self._with_document(self.document(kind).ticketed(upload))

    def with_link(self, kind: DocumentKind, link: str, now: datetime) -> "Application":
        """With a link standing for the document. Raises NotAllowedNowError."""
        self._require_open()
        if self.document(kind).link == link:
            return self
        return self._with_document(self.document(kind).linked(link))._with_news(now)

    def without_document(self, kind: DocumentKind) -> "Application":
        """With a draft's document removed; what was issued before never counts again. Raises NotAllowedNowError."""
        if not self.is_draft:
            raise NotAllowedNowError("A document that was sent can be replaced, not removed.")
        issued = self.document(kind).issued
        return self._with_document(Document(kind=kind, issued=issued, attempt=issued))

    def with_arrival(self, kind: DocumentKind, attempt: int, stored: StoredVersion, now: datetime) -> "Application":
        """With this stored version counting, if it is news; the same value if not."""
        document = self.document(kind).arrived(attempt, stored, now)
        if self.is_closed or document == self.document(kind):
            return self
        arrived = self._with_document(document)
        return arrived if self.is_draft else arrived._owing_mail(now)

    def with_document(self, document: Document) -> "Application":
        """With another inspection or scan result in this document, for the same version; no news by itself."""
        return self if self.is_closed else self._with_document(document)

    def with_finding(
        self, kind: DocumentKind, finding: Finding, desk_version: str | None, now: datetime
    ) -> "Application":
        """With a final verdict on a document, and where the original lies on the desk (None for a rejected one).

        Where editors may have read it by another verdict, they hear of this one at once.
        """
        document = self.document(kind).model_copy(update={"finding": finding, "desk_version": desk_version})
        is_known_otherwise = self.document(kind).finding is not None
        return self._with_document(document)._with_news(now, is_urgent=is_known_otherwise)

    def mended(self, applicant: Applicant, preferences: Preferences, now: datetime) -> "Application":
        """With a changed expert card. Raises NotAllowedNowError, also for one change of address too many."""
        self._require_open()
        if (applicant, preferences) == (self.applicant, self.preferences):
            return self
        changes = self.email_changes + (applicant.email != self.applicant.email)
        if changes > MAX_EMAIL_CHANGES:
            raise NotAllowedNowError("The address was changed too often; write to the contact of the call.")
        mended = self._with(applicant=applicant, preferences=preferences, email_changes=changes)
        return mended._with_news(now) if applicant != self.applicant else mended

    def submitted(self, required: tuple[DocumentKind, ...], now: datetime, *, kept_until: datetime) -> "Application":
        """Sent to the editors, and kept for longer; the same value if it already was.

        Raises DocumentsMissingError, NotAllowedNowError.
        """
        self._require_open()
        if not self.is_draft:
            return self
        if missing := [kind.value for kind in required if not self.document(kind).is_present]:
            raise DocumentsMissingError(missing)
        sent = self._with(status=ApplicationStatus.SUBMITTED, submitted_at=now, kept_until=kept_until)
        return sent._with_news(now)

    def told(
        self, reported: int, now: datetime, receipt_due: datetime | None = None, *, undelivered: int = 0
    ) -> "Application":
        """The editors have been told of `reported` changes; they and the admin of so many undelivered mails.
        `receipt_due`: when the receipt goes, if it waits."""
        status = ApplicationStatus.NOTIFIED if self.status is ApplicationStatus.SUBMITTED else self.status
        told = self._with(
            status=status,
            notified_at=self.notified_at or now,
            told_at=now if reported > self.reported else self.told_at,
            reported=max(self.reported, reported),
            undelivered_told=max(self.undelivered_told, undelivered),
        )
        if told.reported < told.changes or told.untold or told.outstanding:
            return told
        if receipt_due:
            return told._due_for_mail(receipt_due)
        return told._with(due_kind=Due.RETENTION, due_at=self.kept_until)

    def with_undelivered(self, kind: str, recipient: str, now: datetime) -> "Application":
        """A mail did not arrive. One to editors is owed to the others, and a notice to the admin, once for each kind;
        an applicant's address gets no more, and the editors have to know, once for each address."""
        audience = audience_of(kind)
        if self.is_draft or self.is_closed or audience is Audience.ADMIN or kind in self.undelivered:
            return self
        if audience is Audience.APPLICANT:
            is_news = recipient == self.applicant.email and not self.is_unreachable
            return self._with(unreachable=recipient)._with_news(now) if is_news else self
        return self._with(undelivered=(*self.undelivered, kind))._due_for_mail(now + STREAM_GRACE)

    def postponed(self, now: datetime) -> "Application":
        """Looked at again by keep, soon at first, later after a quarter of the time that its news are old."""
        uploads = (document.uploaded_at for document in self.documents.values())
        news = max(filter(None, (self.created_at, self.submitted_at, *uploads)))
        again = now + min(max(SHORTEST_PAUSE, (now - news) / 4), LONGEST_PAUSE)
        late = self.verdict_late_at
        return self._with(due_at=min(again, self.kept_until, *([late] if late and late > now else [])))

    def expired(self, now: datetime) -> "Application":
        """With its time over its token opens nothing any more, and its erasure is due; before, the same value."""
        if self.is_closed or now < self.kept_until:
            return self
        return self._with(
            status=ApplicationStatus.EXPIRED, token_counter=self.token_counter + 1, due_kind=Due.ERASURE, due_at=now
        )

    def erased(self, now: datetime) -> "Application":
        """Marked for erasure: its token opens nothing from now on, and nothing is mailed any more."""
        return self._with(
            status=ApplicationStatus.ERASED, token_counter=self.token_counter + 1, due_kind=Due.ERASURE, due_at=now
        )

    def overdue_documents(self, now: datetime) -> list[Document]:
        """The documents whose verdict is later than the deadline."""
        return [
            document
            for document in self.documents.values()
            if document.status is DocumentStatus.UPLOADED
            and document.uploaded_at
            and document.uploaded_at + CHECK_DEADLINE <= now
        ]
