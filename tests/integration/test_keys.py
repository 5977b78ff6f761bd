"""The keys that sign links: rotated without a dead link, and nothing opens while they cannot be read."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from desk import Browser
from house import House
from intake import runtime
from intake.adapters import secrets as secrets_adapter
from intake.domain.session import CODES_PER_WINDOW
from intake.domain.token import LONGEST_LINK_LIFE
from intake_ops import cli
from people import ApiClient

FILES = dict.fromkeys(("cv", "cover_letter", "writing_sample"), ("a.txt", b"Once upon a time in Kutaisi. " * 40))

type Rotate = Callable[..., list[str]]


@pytest.fixture
def rotate(house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Rotate:
    """`intake secret rotate`; answers its lines. Workers that know the earlier keys go on with them."""
    described = [{"OutputKey": "TokenSecretArn", "OutputValue": house.physical["TokenSecret"]}]
    client = boto3.Session.client

    class CloudFormation:
        def describe_stacks(self, **_: str) -> dict[str, Any]:
            return {"Stacks": [{"StackName": "intake", "Parameters": [], "Outputs": described}]}

    monkeypatch.setattr(
        boto3.Session,
        "client",
        lambda session, service, **more: (
            CloudFormation() if service == "cloudformation" else client(session, service, **more)
        ),
    )

    def rotate(*options: str) -> list[str]:
        capsys.readouterr()
        assert cli.main(["secret", "rotate", *options]) == 0
        return capsys.readouterr().out.splitlines()

    return rotate


def start_anew(house: House) -> None:
    """Another worker, which has read nothing yet."""
    runtime.forget()


def held(house: House) -> dict[str, str]:
    client = boto3.client("secretsmanager")
    found: dict[str, str] = json.loads(client.get_secret_value(SecretId=house.physical["TokenSecret"])["SecretString"])
    return found


def test_after_two_rotations_the_link_in_every_mail_still_opens(house: House, rotate: Rotate) -> None:
    people = []
    for _ in range(3):
        person = ApiClient(house)
        person.apply(FILES)
        people.append(person)
        house.settle()
        house.clock += timedelta(days=200)
        rotate()
        start_anew(house)
    assert [person.token.split(".")[1] for person in people] == ["k1", "k20270619100000", "k20280105100000"]
    links = [mail for mail in house.mails if mail["X-Intake-Event"] == "receipt"]
    for person, mail in zip(people, links, strict=True):
        html = mail.get_payload()[1].get_payload(decode=True).decode()  # type: ignore[union-attr,index]
        [token] = set(re.findall(r"/en/a/([\w.-]+)", html))
        assert token.split(".")[:2] == person.token.split(".")[:2]
        assert house.request("GET", f"/en/a/{token}").status == 200
        assert person.ask("GET").status == 200


def test_a_key_goes_when_no_link_of_its_time_can_be_alive(house: House, rotate: Rotate) -> None:
    first = house.clock
    assert rotate() == ["k20261201100000 signs from now on", "links signed with k1 still open"]
    house.clock = first + LONGEST_LINK_LIFE - timedelta(days=1)
    rotate()
    assert set(held(house)) == {"current", "k1", "k20261201100000", "k20280627100000"}
    house.clock = first + LONGEST_LINK_LIFE
    assert rotate()[-1] == "links signed with k1 open nothing any more"
    assert set(held(house)) == {"current", "k20261201100000", "k20280627100000", "k20280628100000"}


def test_a_key_that_leaked_is_revoked_with_every_link(house: House, rotate: Rotate) -> None:
    nino = ApiClient(house)
    nino.open(FILES)
    assert rotate("--revoke")[-1] == "links signed with k1 open nothing any more"
    start_anew(house)
    assert nino.ask("GET").status == 404


@pytest.mark.parametrize(("options", "status"), [((), 303), (("--revoke",), 429)])
def test_a_browser_that_signed_in_before_is_known_to_rotated_keys_and_not_to_revoked_ones(
    house: House, rotate: Rotate, options: tuple[str, ...], status: int
) -> None:
    browser = Browser(house)
    browser.submit(browser.sign_in(), "/desk/sign-out")
    rotate(*options)
    start_anew(house)
    for _ in range(CODES_PER_WINDOW):
        assert Browser(house).ask_for_code().status == 303
    assert browser.ask_for_code().status == status


def test_a_worker_that_does_not_know_a_key_yet_looks_once_more(
    house: House, rotate: Rotate, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(secrets_adapter.time, "monotonic", lambda: now)
    nino = ApiClient(house)
    nino.open(FILES)
    known = runtime.secrets(house.physical["TokenSecret"])
    rotate()
    runtime.secrets.cache_clear()
    nino.open(FILES)
    assert nino.token.split(".")[1] == "k20261201100000"
    now += 1.0
    with monkeypatch.context() as other_worker:
        other_worker.setattr(runtime, "secrets", lambda _: known)
        assert nino.ask("GET").status == 200


def test_made_up_key_ids_are_no_flood(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(secrets_adapter.time, "monotonic", lambda: now)
    nino = ApiClient(house)
    nino.open(FILES)
    reads = 0

    def count(**_: Any) -> None:
        nonlocal reads
        reads += 1

    runtime.secrets(house.physical["TokenSecret"])._client.meta.events.register(
        "before-call.secrets-manager.GetSecretValue", count
    )
    nino.token = nino.token.replace(".k1.", ".k2.")
    now += 0.5
    assert nino.ask("GET").status == 404
    assert reads == 0
    now += 1.0
    assert [nino.ask("GET").status for _ in range(20)] == [404] * 20
    assert reads == 1


@pytest.mark.parametrize("code", ["AccessDeniedException", "DecryptionFailure", "ResourceNotFoundException"])
def test_without_keys_everything_that_needs_them_says_come_again(
    house: House, capsys: pytest.CaptureFixture[str], code: str
) -> None:
    nino = ApiClient(house)
    nino.open(FILES)
    runtime.forget()

    def refuse(params: Any, **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        said = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
        return AWSResponse(params["url"], 400, {}, None), said

    runtime.secrets(house.physical["TokenSecret"])._client.meta.events.register(
        "before-call.secrets-manager.GetSecretValue", refuse
    )
    capsys.readouterr()
    answer = nino.ask("GET")
    assert (answer.status, answer.json()["code"], answer.headers["retry-after"]) == (503, "keys_unavailable", "30")
    page = house.request("GET", f"/en/a/{nino.token}")
    assert (page.status, page.headers["retry-after"]) == (503, "30")
    assert "try again in a while" in page.body
    desk = Browser(house)
    asked = desk.ask_for_code()
    assert (asked.status, asked.headers["retry-after"]) == (503, "30")
    assert house.mails == []
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"RequestRefused"' in line]
    assert [(line["reason"], line["service"]) for line in counted] == [
        ("keys_unavailable", "apply"), ("keys_unavailable", "apply"), ("keys_unavailable", "desk")
    ]  # fmt: skip


@pytest.mark.parametrize("code", ["AccessDenied", "KMS.DisabledException"])
def test_without_the_key_of_the_documents_typed_text_is_asked_for_again(
    house: House, capsys: pytest.CaptureFixture[str], code: str
) -> None:
    def refuse(params: Any, **_: Any) -> tuple[AWSResponse, dict[str, Any]]:
        said = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": 403}}
        return AWSResponse(params["url"], 403, {}, None), said

    typed = {"documents": [{"kind": "cover_letter", "text": "Dear editors, I write from Kutaisi. " * 20}]}
    events = runtime.incoming_bucket(house.physical["IncomingBucket"])._client.meta.events
    events.register("before-call.s3.PutObject", refuse)
    nino = ApiClient(house)
    capsys.readouterr()
    answer = nino.open({}, **typed)
    assert (answer.status, answer.json()["code"], answer.headers["retry-after"]) == (503, "keys_unavailable", "30")
    counted = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"RequestRefused"' in line]
    assert [(line["reason"], line["service"]) for line in counted] == [("keys_unavailable", "apply")]
    events.unregister("before-call.s3.PutObject", refuse)
    assert nino.open({}, **typed).status in {200, 201}
