"""SES fails in every way it can, and a template of ours does: what is owed stays owed, and goes out once."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import EndpointConnectionError

from faults.crash_points import stage_for
from faults.invariants import broken_delivery, event_of, mails_twice
from faults.scenarios import EDITORS, apply
from faults.stage import Stage
from faults.test_event_faults import Body
from intake import runtime
from intake.adapters.sends import LEASE
from intake.rendering import catalogues, templates
from mails import summary_of, to


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with stage_for(tmp_path, None) as sweep:
        yield sweep.stage


def answer(code: str, status: int) -> Callable[..., Any]:
    said = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return lambda params, **_: (AWSResponse(params["url"], status, {}, None), said)


def fail(error: Exception) -> Callable[..., Any]:
    def hook(**_: Any) -> None:
        raise error

    return hook


@contextmanager
def ses(stage: Stage, hook: Callable[..., Any]) -> Iterator[list[str]]:
    """SES answers every send like this; yields one entry for each try."""
    client = runtime.mail(stage.physical["MailConfiguration"])._client
    tries: list[str] = []

    def count(**call: Any) -> Any:
        tries.append("try")
        return hook(**call)

    client.meta.events.register_first("before-call.sesv2.SendEmail", count)
    try:
        yield tries
    finally:
        client.meta.events.unregister("before-call.sesv2.SendEmail", count)


TROUBLES = {
    "throttled": answer("TooManyRequestsException", 429),
    "unavailable": answer("ServiceUnavailable", 503),
    "refused": fail(EndpointConnectionError(endpoint_url="https://email.example")),
    "paused": answer("SendingPausedException", 400),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_whatever_ses_says_mail_stays_owed_for_days_and_then_goes_out_once(stage: Stage, trouble: str) -> None:
    with ses(stage, TROUBLES[trouble]) as tries:
        nino = apply(stage)
        assert nino.references  # the applicant never notices
        stage.settle(rounds=3)
        for _ in range(3):
            stage.keep(after=timedelta(days=1))
            stage.settle(rounds=3)
        assert stage.mails == []
        assert len(tries) >= 4 * (len(EDITORS) + 1)
    stage.calm_down()
    stage.calm_down()
    assert broken_delivery(stage, nino, EDITORS) == []
    assert mails_twice(stage) == []


def test_one_message_makes_one_try_for_each_recipient(stage: Stage) -> None:
    """The SDK would try a 503 five times by itself, and send five mails where only the answer is lost."""
    apply(stage)
    while stage.messages("InspectQueue") or stage.messages("ScanQueue"):
        stage.deliver("InspectQueue")
        stage.deliver("ScanQueue")
    tries: list[str] = []

    def unavailable(request: Any, **_: Any) -> AWSResponse:
        tries.append("try")
        return AWSResponse(request.url, 503, {}, Body(b"{}"))  # type: ignore[arg-type]

    # Where a request leaves: the SDK repeats it below before-call.
    client = runtime.mail(stage.physical["MailConfiguration"])._client
    client.meta.events.register_first("before-send.sesv2.SendEmail", unavailable)
    stage.deliver("NotifyQueue")
    assert len(tries) == len(EDITORS) + 1


def test_a_worker_that_is_slow_and_the_next_one_send_one_mail(stage: Stage) -> None:
    """The queue delivers again while the first worker still waits for SES: the claim is the first one's."""
    nino = apply(stage)
    again: list[str] = []
    failed: list[set[int]] = []

    def redeliver(**_: Any) -> None:
        if not again:
            again.append("once")
            stage.clock += LEASE - timedelta(seconds=1)
            # Not asserted here: inside a worker that would be one more failure, which the queue makes up for.
            failed.append(stage.hand_over("NotifyQueue", [json.dumps({"application_id": nino.client.application_id})]))

    with ses(stage, redeliver):
        stage.settle()
    assert failed == [{0}]
    stage.calm_down()
    assert broken_delivery(stage, nino, EDITORS) == []
    assert mails_twice(stage) == []


def test_no_worker_outlives_its_claim_and_no_redelivery_comes_before_its_end(stage: Stage) -> None:
    timeout = stage.resources["NotifyFunction"]["Properties"]["Timeout"]
    visibility = stage.resources["NotifyQueue"]["Properties"]["VisibilityTimeout"]
    assert timeout < LEASE.total_seconds() < visibility


@pytest.mark.parametrize("days", [1, 5, 14])
def test_a_message_from_long_ago_sends_nothing_twice(stage: Stage, days: int) -> None:
    nino = apply(stage)
    stage.calm_down()
    sent = len(stage.mails)
    stage.clock += timedelta(days=days)
    stage.send("NotifyQueue", {"application_id": nino.client.application_id})
    stage.settle()
    assert len(stage.mails) == sent == len(EDITORS) + 1


@pytest.mark.parametrize("broken", ["translation", "template"])
def test_a_mistake_in_a_template_costs_its_looks_and_no_mail(
    stage: Stage, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    nino = apply(stage)
    if broken == "template":
        real = templates.Environment.get_template
        monkeypatch.setattr(
            templates.Environment,
            "get_template",
            lambda self, name, *rest: self.from_string("{{ nobody.gave }}") if "body" in name else real(self, name),
        )
    else:
        spoilt = catalogues.translations("de")
        monkeypatch.setitem(spoilt._catalog, "Your reply goes straight to %(email)s.", "%(unknown)s")
    stage.calm_down()
    assert broken_delivery(stage, nino, EDITORS) == []
    for editor in EDITORS:
        (mail,) = to(stage.mails, editor)
        assert mail.subject == f"Application {nino.references[0]}"
        assert "Nino Beridze" in mail.text
        assert f"/desk/a/{nino.client.application_id}" in mail.text
        assert mail.headers["content-language"] == "en"
    (receipt,) = [summary_of(mail) for mail in stage.mails if event_of(mail) == "receipt"]
    assert nino.references[0] in receipt.text
    assert ("This is its page" in receipt.text) == (broken == "template")  # English has no translation to break
