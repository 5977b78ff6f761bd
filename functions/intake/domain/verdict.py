"""Verdicts: what inspection and scan found, and how the two become one. Pure rules (promise P3)."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from intake.domain.plain_text import clean_line


class Verdict(StrEnum):
    """What we say about a file, never about a person."""

    ACCEPT = "accept"
    HOLD = "hold"
    REJECT = "reject"


class Reason(StrEnum):
    """Why a file is held or rejected. Each is counted, and has a sentence for the applicant and a line for editors."""

    FILE_EMPTY = "file_empty"
    FILE_TOO_LARGE = "file_too_large"
    FILE_DAMAGED = "file_damaged"
    UPLOAD_DAMAGED = "upload_damaged"
    TYPE_NOT_ALLOWED = "type_not_allowed"
    TYPE_MISMATCH = "type_mismatch"
    LEGACY_FORMAT = "legacy_format"
    PASSWORD = "password"  # noqa: S105 - a reason, not a secret
    MACROS = "macros"
    ACTIVE_CONTENT = "active_content"
    EXTERNAL_CONTENT = "external_content"
    ATTACHMENTS = "attachments"
    MULTIMEDIA = "multimedia"
    ARCHIVE_UNSAFE = "archive_unsafe"
    TOO_COMPLEX = "too_complex"
    INSPECTION_FAILED = "inspection_failed"
    INSPECTION_LATE = "inspection_late"
    MALWARE = "malware"
    SCAN_FAILED = "scan_failed"
    SCAN_UNSUPPORTED = "scan_unsupported"
    SCAN_LATE = "scan_late"


class Note(StrEnum):
    """A finding that changes no verdict."""

    NO_TEXT = "no_text"
    WORDS_BELOW_RANGE = "words_below_range"
    WORDS_ABOVE_RANGE = "words_above_range"
    TEXT_CUT = "text_cut"
    ENCODING_GUESSED = "encoding_guessed"
    JUNK_BEFORE_HEADER = "junk_before_header"
    REPAIRED = "repaired"
    COMMENTS = "comments"
    TRACKED_CHANGES = "tracked_changes"
    HIDDEN_CHARACTERS = "hidden_characters"
    HIDDEN_TEXT = "hidden_text"
    AUTHOR_NAMES = "author_names"
    INCREMENTAL_UPDATES = "incremental_updates"
    OLD_FONT_ENCODING = "old_font_encoding"
    CHART_DATA = "chart_data"


FOR_THE_APPLICANT = frozenset({Note.AUTHOR_NAMES})
"""Notes for the applicant alone: nearly every Word file names its author, and editors know who wrote to them."""


QUOTING = frozenset({Note.HIDDEN_TEXT, Note.HIDDEN_CHARACTERS})
"""Notes that may have an excerpt: what does not show cannot be told otherwise."""


class ScanResult(StrEnum):
    """GuardDuty's `scanResultStatus`, and LATE, which is ours: no result within the deadline.

    https://docs.aws.amazon.com/guardduty/latest/ug/monitor-with-eventbridge-s3-malware-protection.html
    """

    NO_THREATS_FOUND = "NO_THREATS_FOUND"
    THREATS_FOUND = "THREATS_FOUND"
    UNSUPPORTED = "UNSUPPORTED"
    ACCESS_DENIED = "ACCESS_DENIED"
    FAILED = "FAILED"
    LATE = "LATE"


class Origin(BaseModel):
    """What a file says of its own making, which nobody can check: the program, and the days it was created and last
    changed on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    software: Annotated[str, clean_line, Field(max_length=100)] = ""
    created: date | None = None
    changed: date | None = None


class Inspection(BaseModel):
    """What our inspection found in one version of a file.

    `type` is a name from file_types when the file was recognised, `found` a name from its table of foreign types for
    what is not ours. `pages`, `words` and `language` (BCP 47, "und-Cyrl" where only the script is certain) are None
    when unknown. `hosts` are some that its links lead to, `excerpts` some words that a note of QUOTING is about, as one
    clean line. `sha256` is the hex digest of the inspected bytes, `size` their number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Verdict
    reason: Reason | None = None
    type: str | None = None
    found: str | None = None
    pages: int | None = None
    words: int | None = None
    language: str | None = None
    notes: tuple[Note, ...] = ()
    hosts: tuple[str, ...] = ()
    excerpts: dict[Note, Annotated[str, clean_line, Field(max_length=160)]] = {}
    origin: Origin = Origin()
    sha256: str | None = None
    size: int | None = None


class Finding(BaseModel):
    """A final verdict with its reason; accept alone has none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Verdict
    reason: Reason | None = None


ACCEPTED = Finding(verdict=Verdict.ACCEPT)

_SCAN_FINDINGS = {
    ScanResult.NO_THREATS_FOUND: ACCEPTED,
    ScanResult.THREATS_FOUND: Finding(verdict=Verdict.REJECT, reason=Reason.MALWARE),
    ScanResult.UNSUPPORTED: Finding(verdict=Verdict.HOLD, reason=Reason.SCAN_UNSUPPORTED),
    ScanResult.ACCESS_DENIED: Finding(verdict=Verdict.HOLD, reason=Reason.SCAN_FAILED),
    ScanResult.FAILED: Finding(verdict=Verdict.HOLD, reason=Reason.SCAN_FAILED),
    ScanResult.LATE: Finding(verdict=Verdict.HOLD, reason=Reason.SCAN_LATE),
}


def combine(inspection: Inspection | None, scan: ScanResult | None, *, is_scanning: bool) -> Finding | None:
    """The final verdict on one version, or None while it cannot be final.

    A rejection by either side is final at once. Otherwise both sides must have spoken (only the inspection where
    scanning is off), and the more severe one wins; the inspection's reason comes first when both hold.
    """
    if scan is ScanResult.THREATS_FOUND:
        return _SCAN_FINDINGS[scan]
    if inspection is None:
        return None
    inspected = Finding(verdict=inspection.verdict, reason=inspection.reason)
    if inspected.verdict is Verdict.REJECT or not is_scanning:
        return inspected
    if scan is None:
        return None
    return inspected if inspected.verdict is Verdict.HOLD else _SCAN_FINDINGS[scan]
