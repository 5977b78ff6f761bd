"""What an editor reads without opening anything: the reading copy and the pictures of pages. Reads only."""

from intake.adapters.documents import DeskBucket
from intake.domain.application import Application
from intake.domain.copies import READING, Copies, ReadingCopy, page_name
from intake.domain.document import DocumentKey, DocumentKind
from intake.errors import NotFoundError


def copies_of(application: Application, kind: DocumentKind) -> Copies | None:
    """The copies that may be read: those of a document that may be opened, and of no other (promise P3)."""
    document = application.document(kind)
    return document.copies if document.is_openable else None


def read_document(application: Application, kind: DocumentKind, *, desk: DeskBucket) -> ReadingCopy | None:
    """What the document says, or None where there is no reading copy."""
    copies = copies_of(application, kind)
    if copies is None or copies.reading is None:
        return None
    key = _key(application, kind).copy_key(READING)
    return ReadingCopy.model_validate_json(desk.read(key, copies.reading.version_id))


def read_page(application: Application, kind: DocumentKind, number: int, *, desk: DeskBucket) -> bytes:
    """The picture of a page, a PNG. Raises NotFoundError where there is none."""
    copies = copies_of(application, kind)
    if copies is None or number not in copies.pages:
        raise NotFoundError("There is no picture of this page.")
    return desk.read(_key(application, kind).copy_key(page_name(number)), copies.pages[number].version_id)


def _key(application: Application, kind: DocumentKind) -> DocumentKey:
    return application.key(kind, application.document(kind).attempt)
