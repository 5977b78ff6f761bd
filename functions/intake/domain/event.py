"""What happened to an application at the desk: who did what, and when. Kept beside the application, never in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from intake.domain.document import DocumentKind

EVENT_LIFETIME = timedelta(days=90)
"""How long is known which editor opened what: long enough to look into an incident, no longer."""


class Act(StrEnum):
    OPENED = "opened"
    OPENED_STRIPPED = "opened_stripped"
    OPENED_HELD = "opened_held"


@dataclass(frozen=True)
class Event:
    """`who` is the editor's address, `attempt` and `version` say which upload and which S3 version it was about."""

    at: datetime
    who: str
    act: Act
    kind: DocumentKind
    attempt: int
    version: str
