"""Makes the copies of an inspected version and records them. No verdict waits for it or hangs on it."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from intake.adapters.applications import Applications
from intake.adapters.documents import DeskBucket, IncomingBucket, VersionGoneError
from intake.domain.application import Application
from intake.domain.call import Call
from intake.domain.copies import READING, STRIPPED, Copies, Copy, NoCopy, page_number
from intake.domain.document import Document, DocumentKey
from intake.errors import NotFoundError
from intake.inspection.copies import copier
from intake.inspection.copies.copier import Made
from intake.observability import Metric, count

if TYPE_CHECKING:
    from intake.inspection.sandbox import Sandbox


def make_copies(
    key: str,
    version_id: str,
    *,
    calls: Mapping[str, Call],
    sandbox: "Sandbox",
    applications: Applications,
    incoming: IncomingBucket,
    desk: DeskBucket,
) -> None:
    """Makes what is owed of this version, or does nothing: it can be repeated and resumed at any point.

    The application says which version counts, so a copy's key is only ever written from that version (promise P2).
    What lies in the desk bucket before a verdict is final can be opened by nobody: links come from the application
    alone, and only from a final accept or hold (promise P3).
    """
    try:
        parsed = DocumentKey.parse(key)
        application = applications.get(parsed.application_id)
    except (ValueError, NotFoundError):
        return  # counted where the verdict was to be recorded
    document = application.document(parsed.kind)
    rule = calls[application.call].rule(parsed.kind)
    stored = document.stored
    is_counting = document.attempt == parsed.attempt and stored and version_id in ("", stored.version_id)
    if application.is_closed or rule is None or stored is None or not is_counting or not document.owes_copies:
        return
    with tempfile.TemporaryDirectory(prefix="copies-") as folder:
        path = Path(folder) / "document"
        try:
            _, sha256 = incoming.download(parsed, stored.version_id, stored.etag, path, rule.max_bytes)
        except VersionGoneError:
            return
        copies = _copies(document, parsed, path, sha256, sandbox=sandbox, desk=desk)
    applications.change(application.id, lambda current: _with_copies(current, document, copies))


def _copies(
    document: Document, key: DocumentKey, path: Path, sha256: str | None, *, sandbox: "Sandbox", desk: DeskBucket
) -> Copies:
    inspection = document.inspection
    if inspection is None or inspection.sha256 != sha256:
        return Copies(no_reading=NoCopy.FAILED, no_stripped=NoCopy.FAILED)
    is_typed = document.upload is not None and document.upload.is_typed
    made = copier.make_copies(path, inspection, path.parent, sandbox=sandbox, is_typed=is_typed)
    return _stored(made, key, desk)


def _stored(made: Made, key: DocumentKey, desk: DeskBucket) -> Copies:
    missing = dict(made.missing)
    stored: dict[str, Copy] = {}
    for name, measured in made.measured.items():
        version_id = desk.put_copy(key.copy_key(name), made.path(name).read_bytes(), measured.sha256)
        if version_id is None:
            missing[name] = NoCopy.KEY_TAKEN
        else:
            stored[name] = Copy(version_id=version_id, sha256=measured.sha256, size=measured.size)
    for reason in missing.values():
        count(Metric.COPY_MISSING, reason)
    count(Metric.COPY_MADE)
    return Copies(
        reading=stored.pop(READING, None),
        stripped=stored.pop(STRIPPED, None),
        pages={number: copy for name, copy in stored.items() if (number := page_number(name))},
        no_reading=missing.get(READING),
        no_stripped=missing.get(STRIPPED),
    )


def _with_copies(current: Application, wanted: Document, copies: Copies) -> Application:
    document = current.document(wanted.kind)
    is_counting = document.is_version(wanted.attempt, wanted.stored.version_id if wanted.stored else "")
    if not is_counting or document.inspection != wanted.inspection or document.copies is not None:
        return current
    return current.with_document(document.model_copy(update={"copies": copies}))
