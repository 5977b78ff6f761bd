"""Records what inspection and scan found, in any order and any number of times, and promotes what editors may read."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from intake.adapters.applications import Applications
from intake.adapters.documents import DeskBucket, IncomingBucket, VersionGoneError
from intake.adapters.malware_scans import MalwareScans
from intake.domain.application import Application
from intake.domain.call import Call
from intake.domain.document import Document, DocumentKey, StoredVersion
from intake.domain.verdict import Finding, Inspection, Reason, ScanResult, Verdict
from intake.errors import NotFoundError
from intake.inspection.inspector import Request
from intake.observability import Metric, count, log_failure

if TYPE_CHECKING:
    from intake.inspection.sandbox import Sandbox


@dataclass(frozen=True)
class Recorder:
    """Where verdicts are recorded; `is_scanning` says whether a scan's word is needed."""

    applications: Applications
    incoming: IncomingBucket
    desk: DeskBucket
    is_scanning: bool


def _find(recorder: Recorder, key: str) -> tuple[DocumentKey, Application] | None:
    """The application that a key belongs to; None, counted, for what is not or no longer ours."""
    try:
        parsed = DocumentKey.parse(key)
        application = recorder.applications.get(parsed.application_id)
    except ValueError:
        count(Metric.UPLOAD_IGNORED, "unknown_key")
        return None
    except NotFoundError:
        count(Metric.UPLOAD_IGNORED, "unknown_application")
        return None
    if application.is_closed:
        count(Metric.UPLOAD_IGNORED, "closed_application")
        return None
    return parsed, application


def _is_wanted(document: Document, attempt: int, version_id: str) -> bool:
    """Whether this version may still count: it is the one that does, or the first seen of a newer ticket."""
    return attempt in document.tickets or document.is_version(attempt, version_id)


def record_inspection(
    key: str,
    version_id: str,
    etag: str,
    *,
    calls: Mapping[str, Call],
    sandbox: "Sandbox",
    recorder: Recorder,
    now: datetime,
) -> None:
    """Inspects one uploaded version and records the result, unless a newer upload counts or it was done before."""
    found = _find(recorder, key)
    if found is None:
        return
    parsed, application = found
    document = application.document(parsed.kind)
    if version_id and not _is_wanted(document, parsed.attempt, version_id):
        count(Metric.UPLOAD_IGNORED, "superseded")
        return
    if not (document.is_version(parsed.attempt, version_id) and document.is_inspected):
        try:
            stored, inspection = _inspect(application, parsed, version_id, etag, calls, sandbox, recorder)
        except VersionGoneError:
            count(Metric.UPLOAD_IGNORED, "superseded")
            return
        application = recorder.applications.change(
            parsed.application_id, lambda current: _with_inspection(current, parsed, stored, inspection, now)
        )
        version_id = stored.version_id
    settle(application, parsed, version_id, recorder=recorder, now=now)


def _inspect(
    application: Application,
    key: DocumentKey,
    version_id: str,
    etag: str,
    calls: Mapping[str, Call],
    sandbox: "Sandbox",
    recorder: Recorder,
) -> tuple[StoredVersion, Inspection]:
    rule = calls[application.call].rule(key.kind)
    if rule is None:
        raise VersionGoneError
    document = application.document(key.kind)
    upload = document.tickets.get(key.attempt) or document.upload
    with tempfile.TemporaryDirectory(prefix="document-") as folder:
        path = Path(folder) / "document"
        stored, sha256 = recorder.incoming.download(key, version_id, etag, path, rule.max_bytes)
        if sha256 is None:
            return stored, Inspection(verdict=Verdict.REJECT, reason=Reason.FILE_TOO_LARGE, size=stored.size)
        request = Request(
            path=str(path),
            filename=upload.as_stored(stored).filename if upload else None,
            types=rule.types if not (upload and upload.is_typed) else ("txt",),
            max_bytes=rule.max_bytes,
            min_words=rule.min_words,
            max_words=rule.max_words,
            sha256=upload.sha256 if upload else None,
        )
        judged = sandbox.judge(request, size=stored.size, sha256=sha256)
    if not judged.is_filtered:
        count(Metric.INSPECTED_UNFILTERED)
    return stored, judged.inspection


def _arrived(
    current: Application, key: DocumentKey, version_id: str, stored: StoredVersion, now: datetime
) -> tuple[Application, Document | None]:
    """The application once `stored` has arrived, and the document if it is this version of it that counts: what is
    said of another version is said of nothing that anybody reads."""
    arrived = current.with_arrival(key.kind, key.attempt, stored, now)
    document = arrived.document(key.kind)
    return arrived, document if document.is_version(key.attempt, version_id) else None


def _with_inspection(
    current: Application, key: DocumentKey, stored: StoredVersion, inspection: Inspection, now: datetime
) -> Application:
    arrived, document = _arrived(current, key, stored.version_id, stored, now)
    return arrived if document is None else arrived.with_document(document.inspected(inspection))


def record_scan(
    key: str,
    version_id: str,
    scan: ScanResult,
    *,
    recorder: Recorder,
    scans: Callable[[], MalwareScans] | None,
    now: datetime,
) -> None:
    """Records a scan result for one version. LATE also stands in for an inspection that never came.

    Where the scan itself is what is late, `scans` is asked once for another one; None where nothing is scanned.
    """
    found = _find(recorder, key)
    if found is None:
        return
    parsed, application = found
    held = application.document(parsed.kind)
    is_new = parsed.attempt in held.tickets
    stored = recorder.incoming.find(parsed, version_id) if is_new else held.stored
    document = _arrived(application, parsed, version_id, stored, now)[1] if stored else None
    if stored is None or document is None:
        count(Metric.UPLOAD_IGNORED, "superseded")
        return

    if scan is ScanResult.LATE and scans and document.scan is None:
        _ask_again(scans, parsed, version_id)

    def transition(current: Application) -> Application:
        arrived, document = _arrived(current, parsed, version_id, stored, now)
        if document is None:
            return arrived
        if scan is ScanResult.LATE:
            document = document.inspected(Inspection(verdict=Verdict.HOLD, reason=Reason.INSPECTION_LATE))
        return arrived.with_document(document.scanned(scan))

    application = recorder.applications.change(parsed.application_id, transition)
    settle(application, parsed, version_id, recorder=recorder, now=now, is_late=scan is ScanResult.LATE)


def _ask_again(scans: Callable[[], MalwareScans], key: DocumentKey, version_id: str) -> None:
    """Before lateness is recorded, so that a worker's death cannot lose it. That it fails must not keep up the hold.

    The client is built here: it is dear, hardly ever needed, and its failure is one of these, too.
    """
    try:
        scans().ask_again(key, version_id)
    except Exception as error:  # noqa: BLE001 - logged and counted; the document is held either way
        log_failure(error)
    else:
        count(Metric.SCAN_ASKED_AGAIN)


def settle(
    application: Application,
    key: DocumentKey,
    version_id: str,
    *,
    recorder: Recorder,
    now: datetime,
    is_late: bool = False,
) -> None:
    """Makes the verdict final once both sides have spoken, after copying the original to the desk.

    Whoever records the last part does this; a worker that died in between is made up for by the redelivery. A
    rejected original never reaches the desk, nor does one that was not inspected. Raises what the copying does, unless
    `is_late`: an original that cannot be copied is held then, so that the editors hear of it (promise P4).
    """
    while True:
        document = application.document(key.kind)
        if application.is_closed or not document.is_version(key.attempt, version_id):
            return
        finding = document.pending_finding(is_scanning=recorder.is_scanning)
        if finding is None:
            return
        try:
            desk_version = _promote(document, finding, key, recorder)
        except VersionGoneError:
            # Nobody can read what is no longer there: the inspection is void, and the verdict becomes hold.
            transition = partial(_with_void_inspection, wanted=document, reason=Reason.INSPECTION_FAILED)
        except Exception as error:
            if not is_late:
                raise
            # As if the inspection had not come: keep has it done once more, and its accept lifts the hold.
            log_failure(error)
            transition = partial(_with_void_inspection, wanted=document, reason=Reason.INSPECTION_LATE)
        else:
            transition = partial(_with_finding, wanted=document, finding=finding, desk_version=desk_version, now=now)
        application = recorder.applications.change(application.id, transition)
        if application.document(key.kind).finding == finding:
            count(Metric.DOCUMENT_CHECKED, finding.reason or finding.verdict)


def _promote(document: Document, finding: Finding, key: DocumentKey, recorder: Recorder) -> str | None:
    inspected = document.inspection.sha256 if document.inspection else None
    if finding.verdict is Verdict.REJECT or inspected is None or document.stored is None:
        return None
    return document.desk_version or recorder.desk.promote(recorder.incoming.name, key, document.stored, inspected)


def _with_finding(
    current: Application, wanted: Document, finding: Finding, desk_version: str | None, now: datetime
) -> Application:
    if current.document(wanted.kind) != wanted:
        return current
    return current.with_finding(wanted.kind, finding, desk_version, now)


def _with_void_inspection(current: Application, wanted: Document, reason: Reason) -> Application:
    if current.document(wanted.kind) != wanted:
        return current
    void = Inspection(verdict=Verdict.HOLD, reason=reason)
    return current.with_document(wanted.model_copy(update={"inspection": void}))
