"""What nobody decided is kept as long as its notice said: no clock, calendar or mail that is owed makes that longer."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from faults.crash_points import stage_for
from faults.invariants import left_after_erasure, left_in_queues
from faults.scenarios import EDITORS, KEPT, apply
from faults.stage import Stage
from mails import to

SECOND = timedelta(seconds=1)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with stage_for(tmp_path, None) as sweep:
        yield sweep.stage


def expire(stage: Stage) -> None:
    for _ in range(2):
        stage.keep()
        stage.settle()
        stage.clock += timedelta(hours=1)


@pytest.mark.parametrize(
    "submitted_at",
    [
        datetime(2027, 3, 27, 23, 30, tzinfo=UTC),  # the night in which Berlin's clocks go forward
        datetime(2027, 10, 31, 0, 30, tzinfo=UTC),  # and back: 02:30 comes twice
        datetime(2028, 2, 29, 12, 0, tzinfo=UTC),
        datetime(2027, 6, 4, 22, 30, tzinfo=UTC),  # ends on the leap day, in Berlin's calendar a day later
    ],
)
def test_what_nobody_decided_is_erased_to_the_second_and_not_before(stage: Stage, submitted_at: datetime) -> None:
    stage.clock = submitted_at
    nino = apply(stage)
    stage.calm_down()
    stage.clock = submitted_at + KEPT - SECOND
    stage.keep()
    stage.settle()
    assert nino.client.status()["status"] == "with_editors"
    stage.clock += SECOND
    expire(stage)
    assert left_after_erasure(stage, nino) + left_in_queues(stage) == []
    for editor in EDITORS:
        assert len(to(stage.mails, editor)) == 1


def test_a_correction_and_mail_that_is_owed_keep_nothing_longer(stage: Stage) -> None:
    submitted_at = stage.clock
    nino = apply(stage)
    stage.calm_down()
    stage.clock = submitted_at + KEPT - SECOND
    stage.is_streaming = False
    assert nino.client.ask("PATCH", body={"applicant": {"byline": "N. B."}}).status == 200
    stage.clock += timedelta(minutes=5)
    expire(stage)
    assert left_after_erasure(stage, nino) + left_in_queues(stage) == []
    for editor in EDITORS:
        assert len(to(stage.mails, editor)) == 1


def test_a_worker_whose_clock_is_behind_brings_nothing_back(stage: Stage) -> None:
    nino = apply(stage)
    old = [(queue, message) for queue in ("InspectQueue", "ScanQueue") for message in stage.messages(queue)]
    for queue, message in old:
        stage.send(queue, message)
    stage.calm_down()
    stage.clock += KEPT
    stage.keep()
    stage.clock -= timedelta(days=1)
    assert nino.client.ask("PATCH", body={"applicant": {"byline": "N. B."}}).status == 404
    assert nino.client.submit().status == 404
    for queue, message in old:
        stage.send(queue, message)
    stage.calm_down()
    stage.clock += timedelta(days=1)
    expire(stage)
    assert left_after_erasure(stage, nino) + left_in_queues(stage) == []
