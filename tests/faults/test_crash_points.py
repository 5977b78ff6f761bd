"""Nothing is lost wherever a worker dies. A part of all points here; every one with FAULTS=full, or `make faults`."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from faults.crash_points import Sweep, missing, run, stage_for
from faults.scenarios import SCENARIOS, Scenario

STRIDE = 1 if os.environ.get("FAULTS") == "full" else 13
"""Odd, so that deaths before and after a call take turns."""


@pytest.fixture
def sweep(tmp_path: Path) -> Iterator[Sweep]:
    with stage_for(tmp_path, None) as sweep:
        yield sweep


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_a_worker_killed_at_any_call_loses_nothing(scenario: Scenario, tmp_path: Path) -> None:
    recorded = run(scenario, tmp_path, None)
    swept = run(scenario, tmp_path, STRIDE)
    assert recorded.lost + swept.lost == []
    assert missing(recorded, swept, scenario, STRIDE) == []


def test_every_function_of_the_template_is_killed(sweep: Sweep) -> None:
    assert set().union(*(scenario.functions for scenario in SCENARIOS)) == set(sweep.stage.functions)
