"""What inspect and scan record verdicts with."""

from intake import runtime
from intake.services.record_verdict import Recorder


def recorder(settings: runtime.VerdictSettings) -> Recorder:
    return Recorder(
        applications=runtime.applications(settings.table_name),
        incoming=runtime.incoming_bucket(settings.incoming_bucket),
        desk=runtime.desk_bucket(settings.desk_bucket),
        is_scanning=settings.is_scanning,
    )
