"""Failures as the functions count them against the alarms of template.yaml: CloudWatch adds up no dimensions, so an
alarm hears only of a metric with exactly its namespace, name and dimensions."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from desk import EDITOR, Browser, received
from house import House
from intake import runtime
from intake.domain.status import ApplicationStatus
from people import ApiClient

type Counted = tuple[str, str, frozenset[tuple[str, str]]]
"""Namespace, name, and dimensions with their values."""

LETTER = {"cover_letter": ("letter.txt", b"Dear editors, I would like to write for you about rivers. " * 12)}


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.delenv("POWERTOOLS_METRICS_NAMESPACE")
    with House.built(monkeypatch) as house:
        yield house


def counted(said: str) -> set[Counted]:
    """What CloudWatch makes of a log (embedded metric format)."""
    found: set[Counted] = set()
    for line in map(json.loads, said.splitlines()):
        for metrics in line.get("_aws", {}).get("CloudWatchMetrics", []):
            for names in metrics["Dimensions"]:
                dimensions = frozenset((name, line[name]) for name in names)
                found |= {(metrics["Namespace"], metric["Name"], dimensions) for metric in metrics["Metrics"]}
    return found


def alarmed(template: Any, counts: set[Counted]) -> set[str]:
    """The alarms that would ring."""
    return {
        name
        for name, alarm in template.of_type("AWS::CloudWatch::Alarm").items()
        for namespace, metric, dimensions in counts
        if (alarm["Namespace"], alarm["MetricName"], alarm["Threshold"]) == (namespace, metric, 0)
        and {dimension["Name"]: dimension["Value"] for dimension in alarm["Dimensions"]} == dict(dimensions)
    }


@pytest.mark.parametrize("verb", ["inspect", "scan", "notify", "delivery", "erase"])
def test_a_message_that_fails_rings_at_once(
    template: Any, house: House, verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert house.hand_over(f"{verb.title()}Queue", ["{}"]) == {0}
    assert alarmed(template, counted(capsys.readouterr().out)) == {f"{verb.title()}FailedAlarm"}


def api(house: House) -> Callable[[], int]:
    nino = ApiClient(house)
    nino.open(LETTER)
    return lambda: nino.ask("GET").status


def page(house: House) -> Callable[[], int]:
    nino = ApiClient(house)
    nino.open(LETTER)
    return lambda: house.request("GET", f"/en/a/{nino.token}").status


def desk(house: House) -> Callable[[], int]:
    browser = Browser(house)
    browser.sign_in()
    return lambda: browser.get("/desk").status


@pytest.mark.parametrize(("asking", "alarm"), [(api, "Apply"), (page, "Apply"), (desk, "Desk")])
def test_an_error_that_somebody_saw_rings_at_once(
    template: Any,
    house: House,
    asking: Callable[[House], Callable[[], int]],
    alarm: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    ask = asking(house)

    def refuse(params: Any, **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        said = {"Error": {"Code": "AccessDeniedException", "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": 400}}
        return AWSResponse(params["url"], 400, {}, None), said

    runtime._dynamodb().meta.events.register_first("before-call.dynamodb", refuse)
    capsys.readouterr()
    assert ask() == 500
    assert alarmed(template, counted(capsys.readouterr().out)) == {f"{alarm}FailedAlarm"}


def test_mail_that_waits_for_ses_is_no_failure(template: Any, house: House, capsys: pytest.CaptureFixture[str]) -> None:
    """Its dead letters are an alarm of their own."""
    message = json.dumps({"application_id": received(house, status=ApplicationStatus.SUBMITTED).id})
    with house.refusing_mail(EDITOR, "TooManyRequestsException"):
        assert house.hand_over("NotifyQueue", [message]) == {0}
    counts = counted(capsys.readouterr().out)
    assert "MailNotSent" in {metric for _, metric, _ in counts}
    assert alarmed(template, counts) == set()
