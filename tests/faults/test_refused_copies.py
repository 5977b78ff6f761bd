"""S3 refuses to copy an original (a disabled key, a broken policy), for a while or for ever: editors hear of it all the
same, and nothing good is given up before its time."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from desk import Browser
from faults.crash_points import stage_for
from faults.invariants import Applicant, broken_delivery, event_of
from faults.scenarios import CV, EDITORS, apply, sign_in
from faults.stage import Stage
from intake import runtime


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with stage_for(tmp_path, None) as sweep:
        yield sweep.stage


@contextmanager
def refusing(operation: str, code: str = "AccessDenied") -> Iterator[None]:
    """S3 answers 403 to this operation on a CV."""
    said = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": 403}}

    def refuse(params: Any, **_: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
        return (AWSResponse(params["url"], 403, {}, None), said) if "/cv/" in params["url"] else None

    events, event = runtime._s3().meta.events, f"before-call.s3.{operation}"
    events.register_first(event, refuse)
    try:
        yield
    finally:
        events.unregister(event, refuse)


def wait(stage: Stage, minutes: int, every: int = 10) -> None:
    """keep's rounds for so long; what fails is delivered three times a round, then lies among the dead letters."""
    for _ in range(minutes // every):
        stage.settle(rounds=3)
        for queue in ("InspectQueue", "ScanQueue"):
            while stage.messages(queue):
                stage.drop(queue)
        stage.keep(after=timedelta(minutes=every))
    stage.settle(rounds=3)


def verdict(nino: Applicant) -> tuple[str | None, str | None]:
    cv = nino.client.document("cv")
    return cv.get("verdict"), cv.get("reason")


def told(stage: Stage) -> list[str]:
    """What the editors were mailed, in order."""
    mails = [(mail["To"], event_of(mail)) for mail in stage.mails if event_of(mail) in {"summary", "update"}]
    assert len(mails) % len(EDITORS) == 0
    return [event for to, event in mails if to == EDITORS[0]]


def failures(said: str) -> list[str]:
    """The services that counted a failure."""
    counted = [json.loads(line) for line in said.splitlines()]
    return [line["service"] for line in counted if "Failed" in line]


@pytest.mark.parametrize(("last", "code"), [("InspectQueue", "AccessDenied"), ("ScanQueue", "KMS.DisabledException")])
def test_an_original_that_can_never_be_copied_is_held_in_time_and_the_editors_get_one_summary(
    stage: Stage, last: str, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    nino = apply(stage)
    with refusing("CopyObject", code):
        for queue in ("ScanQueue", "InspectQueue") if last == "InspectQueue" else ("InspectQueue", "ScanQueue"):
            stage.deliver(queue)
        wait(stage, 20)
        assert verdict(nino) == (None, None)
        assert told(stage) == []
        capsys.readouterr()
        wait(stage, 10)
        assert "scan" in failures(capsys.readouterr().out)
        assert told(stage) == ["summary"]
        wait(stage, 48 * 60, every=240)
    assert told(stage) == ["summary"]
    assert verdict(nino) == ("hold", "inspection_late")
    assert nino.client.document("cover_letter")["verdict"] == "accept"
    assert nino.client.status()["status"] == "with_editors"
    browser = Browser(stage)
    sign_in(browser)
    address = f"/desk/a/{nino.client.application_id}"
    assert [form for form in browser.get(address).forms if form.startswith(f"{address}/cv")] == []


def test_a_version_that_is_gone_where_s3_says_403_is_held_in_time_and_the_editors_get_one_summary(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    """So S3 answers a role that may not list the bucket."""
    nino = apply(stage)
    capsys.readouterr()
    with refusing("GetObject"):
        stage.deliver("InspectQueue")
        assert "inspect" in failures(capsys.readouterr().out)
        wait(stage, 30)
    assert verdict(nino) == ("hold", "inspection_late")
    assert told(stage) == ["summary"]
    assert nino.client.document("cover_letter")["verdict"] == "accept"


def test_once_it_can_be_copied_the_hold_is_lifted_by_an_update(stage: Stage) -> None:
    nino = apply(stage)
    with refusing("CopyObject"):
        wait(stage, 30)
        assert verdict(nino) == ("hold", "inspection_late")
    wait(stage, 20)
    assert verdict(nino) == ("accept", None)
    assert told(stage) == ["summary", "update"]
    assert broken_delivery(stage, nino, EDITORS) == []


def test_a_dead_letter_of_the_inspection_lifts_it_too(stage: Stage) -> None:
    nino = apply(stage)
    (dead,) = [message for message in stage.messages("InspectQueue") if "/cv/" in message["key"]]
    with refusing("CopyObject"):
        wait(stage, 60)
    wait(stage, 26 * 60, every=120)
    assert verdict(nino) == ("hold", "inspection_late")
    stage.send("InspectQueue", dead)
    stage.calm_down()
    assert verdict(nino) == ("accept", None)
    assert told(stage) == ["summary", "update"]
    assert broken_delivery(stage, nino, EDITORS) == []


def test_lateness_that_is_told_twice_tells_the_editors_once(stage: Stage) -> None:
    nino = apply(stage)
    with refusing("CopyObject"):
        wait(stage, 20)
        stage.keep(after=timedelta(minutes=10))
        (late,) = [message for message in stage.messages("ScanQueue") if "/cv/" in message["key"]]
        wait(stage, 20)
        stage.send("ScanQueue", late)
        wait(stage, 20)
    assert told(stage) == ["summary"]
    assert verdict(nino) == ("hold", "inspection_late")


@pytest.mark.parametrize("operation", ["CopyObject", "GetObject"])
def test_a_refusal_that_passes_before_the_deadline_costs_nothing(stage: Stage, operation: str) -> None:
    """GetObject: the copy is there, made by a worker that died, and cannot be read just then."""
    nino = apply(stage)
    if operation == "GetObject":
        stage.deliver("InspectQueue")
        key = f"desk/{nino.client.application_id}/cv/1/original"
        stage.s3.put_object(Bucket=stage.physical["DeskBucket"], Key=key, Body=CV)
    with refusing(operation):
        stage.settle(rounds=3)
        assert verdict(nino) == (None, None)
    stage.calm_down()
    assert verdict(nino) == ("accept", None)
    assert told(stage) == ["summary"]
    assert broken_delivery(stage, nino, EDITORS) == []
