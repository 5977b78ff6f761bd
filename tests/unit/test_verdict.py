"""P3: no verdict, no link. Unknown, failed, unsupported or late is hold, never accept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import an_inspection
from intake.domain.verdict import Finding, Inspection, Reason, ScanResult, Verdict, combine

HELD = an_inspection(verdict=Verdict.HOLD, reason=Reason.ATTACHMENTS)
REJECTED = an_inspection(verdict=Verdict.REJECT, reason=Reason.PASSWORD)

inspections = st.sampled_from([None, an_inspection(), HELD, REJECTED])
scans = st.sampled_from([None, *ScanResult])


@pytest.mark.parametrize(
    ("inspection", "scan", "expected"),
    [
        (None, None, None),
        (None, ScanResult.NO_THREATS_FOUND, None),
        (an_inspection(), None, None),
        (an_inspection(), ScanResult.NO_THREATS_FOUND, Finding(verdict=Verdict.ACCEPT)),
        (an_inspection(), ScanResult.THREATS_FOUND, Finding(verdict=Verdict.REJECT, reason=Reason.MALWARE)),
        (an_inspection(), ScanResult.UNSUPPORTED, Finding(verdict=Verdict.HOLD, reason=Reason.SCAN_UNSUPPORTED)),
        (an_inspection(), ScanResult.ACCESS_DENIED, Finding(verdict=Verdict.HOLD, reason=Reason.SCAN_FAILED)),
        (an_inspection(), ScanResult.FAILED, Finding(verdict=Verdict.HOLD, reason=Reason.SCAN_FAILED)),
        (an_inspection(), ScanResult.LATE, Finding(verdict=Verdict.HOLD, reason=Reason.SCAN_LATE)),
        (HELD, None, None),
        (HELD, ScanResult.NO_THREATS_FOUND, Finding(verdict=Verdict.HOLD, reason=Reason.ATTACHMENTS)),
        (HELD, ScanResult.THREATS_FOUND, Finding(verdict=Verdict.REJECT, reason=Reason.MALWARE)),
        (REJECTED, None, Finding(verdict=Verdict.REJECT, reason=Reason.PASSWORD)),
    ],
)
def test_the_two_sides_become_one_verdict_where_scanning_is_on(
    inspection: Inspection | None, scan: ScanResult | None, expected: Finding | None
) -> None:
    assert combine(inspection, scan, is_scanning=True) == expected


@given(inspections, scans)
def test_accept_needs_both_sides_to_say_so(inspection: Inspection | None, scan: ScanResult | None) -> None:
    finding = combine(inspection, scan, is_scanning=True)
    is_accepted = finding == Finding(verdict=Verdict.ACCEPT)
    both_say_so = (
        inspection is not None and inspection.verdict is Verdict.ACCEPT and scan is ScanResult.NO_THREATS_FOUND
    )
    assert is_accepted == both_say_so


@given(inspections)
def test_without_scanning_the_inspection_alone_decides(inspection: Inspection | None) -> None:
    finding = combine(inspection, None, is_scanning=False)
    assert finding == (inspection and Finding(verdict=inspection.verdict, reason=inspection.reason))
