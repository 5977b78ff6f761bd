"""Two workers at once, and records that are broken: what no single death shows."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from faults.crash_points import stage_for
from faults.invariants import left_after_erasure
from faults.scenarios import EDITORS, apply
from faults.stage import Stage
from intake import runtime
from intake.handlers.keep import KeepError
from mails import to


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with stage_for(tmp_path, None) as sweep:
        yield sweep.stage


def during(stage: Stage, event: str, act: Callable[[], object]) -> None:
    """Does something once, in the middle of a call that a worker makes."""
    client = runtime.mail(stage.physical["MailConfiguration"])._client
    done: list[bool] = []

    def hook(**_: Any) -> None:
        if not done:
            done.append(True)
            act()

    client.meta.events.register(event, hook)


def test_an_erasure_asked_for_while_mails_go_out_stays_due(stage: Stage) -> None:
    nino = apply(stage)
    during(stage, "after-call.sesv2.SendEmail", lambda: nino.client.ask("DELETE"))
    stage.settle()
    stage.calm_down()
    stage.keep(after=timedelta(hours=1))
    stage.settle()
    assert left_after_erasure(stage, nino) == []


@pytest.mark.parametrize("after", [timedelta(), timedelta(minutes=6)])
def test_an_erasure_told_twice_still_looks_a_second_time(stage: Stage, after: timedelta) -> None:
    nino = apply(stage)
    stage.calm_down()
    nino.client.ask("DELETE")
    stage.keep()
    stage.keep(after)
    stage.settle()
    stage.store(nino.client.tickets["cv"]["fields"]["key"], b"late")
    stage.settle()
    stage.keep(after=timedelta(hours=1))
    stage.settle()
    assert left_after_erasure(stage, nino) == []


@pytest.mark.parametrize("due", ["mail", "retention"])
def test_a_bad_record_keeps_nobody_from_mail_or_erasure(stage: Stage, due: str) -> None:
    stage.is_streaming = False
    nino, levan = apply(stage), apply(stage, "levan")
    stage.settle()
    levan.client.ask("DELETE")
    bad = {"pk": "application#bad", "sk": "application", "due_kind": due, "due_at": "2026-01-01T00:00:00Z"}
    row = {name: {"S": value} for name, value in {**bad, "applicant": "?", "status": "?"}.items()}
    stage.dynamodb.put_item(TableName=stage.physical["Table"], Item=row)
    with pytest.raises(KeepError):  # which the alarm hears
        stage.keep(after=timedelta(minutes=5))
    stage.settle()
    for editor in EDITORS:
        assert len(to(stage.mails, editor)) == 1
    assert nino.client.status()["status"] == "with_editors"
    assert left_after_erasure(stage, levan) == []
