"""Failures as the functions count them against the alarms of template.yaml: CloudWatch adds up no dimensions, so an
alarm hears only of a metric with exactly its namespace, name and dimensions."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from desk import EDITOR, Browser, newest_code, other_code, received
from house import House
from intake import runtime
from intake.domain.session import CODES_PER_WINDOW
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


def heard(template: Any, counts: set[Counted]) -> set[str]:
    """The alarms that watch one of these, at once or when it comes often."""
    return {
        name
        for name, alarm in template.of_type("AWS::CloudWatch::Alarm").items()
        for namespace, metric, dimensions in counts
        if (alarm["Namespace"], alarm["MetricName"]) == (namespace, metric)
        and {dimension["Name"]: dimension["Value"] for dimension in alarm["Dimensions"]} == dict(dimensions)
    }


def alarmed(template: Any, counts: set[Counted]) -> set[str]:
    """The alarms that would ring."""
    alarms = template.of_type("AWS::CloudWatch::Alarm")
    return {name for name in heard(template, counts) if alarms[name]["Threshold"] == 0}


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


# ---------------------------------------------------------------- what has an alarm of its own


def notify(house: House, number: int = 0) -> None:
    application = received(house, status=ApplicationStatus.SUBMITTED, number=number)
    assert house.hand_over("NotifyQueue", [json.dumps({"application_id": application.id})]) == set()


def a_mail_refused_for_good(house: House) -> None:
    with house.refusing_mail(EDITOR, "MessageRejected"):
        notify(house)


def a_summary_that_bounced(house: House) -> None:
    notify(house)
    house.ses_says("Bounce", EDITOR)
    assert house.deliver("DeliveryQueue")


def a_document_of_nobodys(house: House) -> None:
    key = f"incoming/{'f' * 40}/cv/1"
    house.s3.put_object(Bucket=house.physical["IncomingBucket"], Key=key, Body=b"whose?")
    house.clock += timedelta(hours=2)
    for _ in range(4):  # a page a round
        house.keep(after=timedelta(minutes=5))


def keys_that_cannot_be_read(house: House) -> None:
    nino = ApiClient(house)
    nino.open(LETTER)
    runtime.forget()

    def refuse(params: Any, **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        said = {"Error": {"Code": "AccessDeniedException", "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": 400}}
        return AWSResponse(params["url"], 400, {}, None), said

    events = runtime.secrets(house.physical["TokenSecret"])._client.meta.events
    events.register("before-call.secrets-manager.GetSecretValue", refuse)
    assert nino.ask("GET").status == 503


def a_wrong_code(house: House) -> None:
    browser = Browser(house)
    form = browser.follow(browser.ask_for_code())
    browser.submit(form, "/desk/code", code=other_code(newest_code(house)))


def a_code_too_many(house: House) -> None:
    for _ in range(CODES_PER_WINDOW + 1):
        Browser(house).ask_for_code()


def an_application(house: House) -> None:
    files = dict.fromkeys(("cv", "cover_letter", "writing_sample"), LETTER["cover_letter"])
    ApiClient(house).apply(files)


def many_receipts_to_one_mailbox(house: House) -> None:
    for number in range(4):
        notify(house, number)


PROVOKED = {
    a_mail_refused_for_good: {"MailRefusedAlarm"},
    a_summary_that_bounced: {"MailUndeliveredAlarm"},
    a_document_of_nobodys: {"DiscrepancyAlarm"},
    keys_that_cannot_be_read: {"KeysUnavailableAlarm", "ApplyFailedAlarm"},
    a_wrong_code: {"DeskGuessesAlarm", "DeskSlowGuessesAlarm"},
    a_code_too_many: {"DeskCodesRefusedAlarm"},
    an_application: {"ApplicationsFloodAlarm"},
    many_receipts_to_one_mailbox: {"ReceiptsDelayedAlarm"},
}


@pytest.mark.parametrize("provoke", PROVOKED, ids=lambda provoke: provoke.__name__)
def test_what_has_an_alarm_of_its_own_is_counted_as_it_asks(
    template: Any, house: House, provoke: Callable[[House], None], capsys: pytest.CaptureFixture[str]
) -> None:
    provoke(house)
    assert heard(template, counted(capsys.readouterr().out)) == PROVOKED[provoke]


def test_every_alarm_of_what_we_count_is_provoked(template: Any) -> None:
    of_ours = {
        name
        for name, alarm in template.of_type("AWS::CloudWatch::Alarm").items()
        if alarm["Namespace"] == "contributor-intake" and alarm["MetricName"] != "Failed"
    }
    assert of_ours - set().union(*PROVOKED.values()) == set()
