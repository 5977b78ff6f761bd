"""Takes a document in, or takes one out: a ticket to upload with, typed text, or a link."""

import hashlib
from datetime import datetime

from pydantic import BaseModel

from intake.adapters.applications import Applications
from intake.adapters.documents import IncomingBucket
from intake.domain.applicant import HttpLink
from intake.domain.application import Application
from intake.domain.call import Call
from intake.domain.document import DocumentKind, Upload
from intake.errors import InvalidRequestError


class HandedIn(BaseModel):
    """One document as it is handed in: a file to be uploaded, typed text, or a link. Exactly one of the three."""

    kind: DocumentKind
    upload: Upload | None = None
    text: str | None = None
    link: HttpLink | None = None

    @property
    def as_upload(self) -> Upload | None:
        """The upload that is announced, or that typed text becomes; a link is none."""
        if self.text is None:
            return self.upload
        text = self.text.encode()
        return Upload(filename="typed.txt", size=len(text), sha256=hashlib.sha256(text).hexdigest(), is_typed=True)

    @property
    def size(self) -> int:
        """In bytes, as far as it is known beforehand."""
        return self.as_upload.size if self.as_upload else 0


def check_handed_in(call: Call, document: HandedIn) -> None:
    """Raises InvalidRequestError where the call does not allow this. Whether the file is good, inspection decides."""
    rule = call.rule_for(document.kind)
    if document.size > rule.max_bytes:
        raise InvalidRequestError(
            f"A {document.kind} may have {rule.max_bytes} bytes.", [{"field": document.kind, "code": "file_too_large"}]
        )
    if document.link is not None and not rule.may_be_link:
        raise InvalidRequestError("No link can stand here.", [{"field": document.kind, "code": "link_not_allowed"}])


def with_handed_in(application: Application, document: HandedIn, now: datetime) -> Application:
    """The transition that takes a document in: a ticket for a file or for typed text, or the link itself."""
    if document.link is not None:
        return application.with_link(document.kind, document.link, now)
    upload = document.as_upload
    if upload is None:
        raise InvalidRequestError("A document is a file, a text or a link.")
    return application.with_ticket(document.kind, upload)


def store_typed(application: Application, document: HandedIn, incoming: IncomingBucket) -> None:
    """Puts typed text where the newest ticket's upload would lie, unless that is another upload's or has arrived."""
    held = application.document(document.kind)
    if document.text is not None and held.tickets.get(held.issued) == document.as_upload:
        incoming.put_text(application.key(document.kind, held.issued), document.text)


def hand_in_document(
    application_id: str,
    document: HandedIn,
    *,
    call: Call,
    applications: Applications,
    incoming: IncomingBucket,
    now: datetime,
) -> Application:
    """The application with the document taken in; a file counts once it has arrived.

    Raises InvalidRequestError, NotAllowedNowError, TooManyUploadsError, NotFoundError.
    """
    check_handed_in(call, document)
    application = applications.change(application_id, lambda current: with_handed_in(current, document, now))
    store_typed(application, document, incoming)
    return application


def remove_document(application_id: str, kind: DocumentKind, *, applications: Applications) -> Application:
    """A draft without this document. Raises NotAllowedNowError, NotFoundError."""
    return applications.change(application_id, lambda current: current.without_document(kind))
