"""The limits of the only XML parser that no honest container could reach."""

import pytest

from intake.domain.verdict import Reason
from intake.inspection.contents import RefusedError
from intake.inspection.limits import MAX_XML_BYTES
from intake.inspection.xml_safety import parse


def test_a_part_may_have_only_so_many_bytes() -> None:
    megabyte = b" " * 2**20
    room = MAX_XML_BYTES // len(megabyte) - 1
    parse([b"<x>", *[megabyte] * room, b"</x>"])
    with pytest.raises(RefusedError) as refused:
        parse([b"<x>", *[megabyte] * (room + 1), b"</x>"])
    assert refused.value.finding.reason is Reason.TOO_COMPLEX
