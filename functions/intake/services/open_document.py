"""An editor opens a document: written into the history first, then a link to exactly the version that was judged, or to
the stripped copy that was made of it."""

import re
from dataclasses import dataclass
from datetime import datetime

from intake.adapters.documents import DeskBucket
from intake.adapters.reviews import Reviews
from intake.domain.application import Application
from intake.domain.copies import STRIPPED
from intake.domain.document import Document, DocumentKind
from intake.domain.editor import Editor
from intake.domain.event import Act, Event
from intake.domain.file_types import FILE_TYPES, FOREIGN_TYPES
from intake.domain.verdict import Inspection
from intake.errors import InvalidRequestError, NotFoundError
from intake.observability import logger


@dataclass(frozen=True)
class Opened:
    """Where the file can be had for a minute, or, if it was typed into the form, what it says."""

    link: str = ""
    text: str | None = None


def openable(application: Application, kind: DocumentKind) -> Document:
    """The document, if it may be opened. Raises NotFoundError."""
    document = application.document(kind)
    if not document.is_openable:
        raise NotFoundError("There is nothing to open.")
    return document


def open_document(
    application: Application,
    kind: DocumentKind,
    *,
    editor: Editor,
    tag: str,
    confirmation: str,
    is_original: bool,
    desk: DeskBucket,
    reviews: Reviews,
    now: datetime,
) -> Opened:
    """The stripped copy, or the original where that is wanted or there is no other. `tag` is what logs call the editor.

    A held file asks for `confirmation`: the application's reference, typed. Raises InvalidRequestError without it, and
    NotFoundError where there is nothing to open.
    """
    document = openable(application, kind)
    if document.is_held and not _is_reference(confirmation, application.reference):
        logger.warning("held_document_not_confirmed", editor=tag, application=application.id, kind=kind.value)
        raise InvalidRequestError("Type the reference.", [{"field": "confirmation", "code": "not_confirmed"}])
    stripped = document.copies.stripped if document.copies and not is_original else None
    version = stripped.version_id if stripped else str(document.desk_version)
    act = Act.OPENED_HELD if document.is_held else Act.OPENED_STRIPPED if stripped else Act.OPENED
    reviews.record(application.id, Event(now, editor.address, act, kind, document.attempt, version))
    logger.info("document_opened", editor=tag, application=application.id, kind=kind.value, act=act.value)
    key = application.key(kind, document.attempt)
    if document.upload is not None and document.upload.is_typed:
        return Opened(text=desk.read(key.desk, version).decode("utf-8", "replace"))
    filename = filename_of(application.reference, kind, document.inspection)
    return Opened(desk.link(key.copy_key(STRIPPED) if stripped else key.desk, version, filename))


def filename_of(reference: str, kind: DocumentKind, inspection: Inspection | None) -> str:
    """What a file is saved as: K7QM-2XDP-cv.pdf. By what the file is, never by what its name claims."""
    return f"{reference}-{kind.slug}.{_extension(inspection)}"


def _extension(inspection: Inspection | None) -> str:
    if inspection and inspection.type:
        return FILE_TYPES[inspection.type].extensions[0]
    foreign = FOREIGN_TYPES[inspection.found].extensions if inspection and inspection.found else ()
    return foreign[0] if foreign else "bin"


def _is_reference(typed: str, reference: str) -> bool:
    def letters(text: str) -> str:
        return re.sub(r"[\s-]", "", text).upper()

    return letters(typed) == letters(reference)
