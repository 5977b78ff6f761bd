"""Takes one more document in, or takes one out: a ticket to upload with, typed text, or a link."""

from datetime import datetime

from intake.adapters.applications import Applications
from intake.adapters.documents import IncomingBucket
from intake.domain.application import Application
from intake.domain.call import Call
from intake.domain.document import DocumentKind
from intake.services.open_application import HandedIn, check_handed_in, store_typed, with_handed_in


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
