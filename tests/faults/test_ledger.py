"""What was accepted is what was mailed, over a line that fails. A few applications here; 500 in `make faults`."""

from pathlib import Path

import pytest

from faults.faulty_proxy import Fault, faulty_line
from faults.ledger import keep_books
from intake_ops.local.cloud import LocalCloud

pytestmark = pytest.mark.xdist_group("cloud")


def test_what_was_accepted_is_what_was_mailed(tmp_path: Path) -> None:
    with LocalCloud(log_folder=tmp_path) as cloud, faulty_line(cloud, rate=0.1, seed=7) as proxy:
        ledger = keep_books(cloud, proxy, 12, threads=4)
    assert ledger.broken == []
    assert len(ledger.accepted) == 12
    assert {fault for _, fault in proxy.faults} == set(Fault)
    assert proxy.lost_sends
    assert ledger.repeated
