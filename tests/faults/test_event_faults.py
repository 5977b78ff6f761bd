"""Events and messages come twice, in another order, too late, broken, or about what is gone; workers meet."""

import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse

from deployed import as_deployed
from desk import Browser, Held, received
from faults.crash_points import stage_for
from faults.invariants import broken_delivery, left_after_erasure, left_in_queues, mails_twice
from faults.scenarios import BETTER_CV, CV, EDITORS, ORIGINAL, applicant, apply, sign_in
from faults.stage import Killed, Stage
from house import ACCOUNT, REGION, object_created
from intake import runtime
from intake.adapters.tickets import LIFETIME
from intake.domain.document import DocumentKind
from intake.domain.session import SESSION_LIFETIME
from intake_ops import cli
from mails import to
from people import ApiClient


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with stage_for(tmp_path, None) as sweep:
        yield sweep.stage


def die() -> None:
    raise Killed


def cv_key(person: Any) -> str:
    key: str = person.client.tickets["cv"]["fields"]["key"]
    return key


def everything(stage: Stage, person: Any) -> list[str]:
    stage.calm_down()
    return broken_delivery(stage, person, EDITORS) + mails_twice(stage) + left_in_queues(stage)


# ---------------------------------------------------------------- twice, in another order, gone, foreign


def test_a_second_event_inspects_nothing_again(stage: Stage) -> None:
    nino = apply(stage)
    read: list[str] = []
    stage.session.events.register("before-call.s3.GetObject", lambda **_: read.append("read"))
    runtime.forget()  # clients that are there hear of no new hook
    messages = stage.messages("InspectQueue")
    stage.settle()
    assert (len(messages), len(read)) == (2, 4)  # each once to be inspected, once to be copied
    for message in messages:
        assert stage.hand_over("InspectQueue", [json.dumps(message)] * 2) == set()
    assert len(read) == 4
    assert everything(stage, nino) == []


def test_a_replacement_that_is_heard_of_first_counts(stage: Stage) -> None:
    nino = applicant(stage)
    nino.client.send_files({"cv": ("", CV)})
    nino.client.renew("cv", "better.pdf", BETTER_CV)
    nino.client.send_files({"cv": ("", BETTER_CV)})
    nino.submit()
    for message in reversed(stage.messages("InspectQueue")):
        assert stage.hand_over("InspectQueue", [json.dumps(message)]) == set()
    assert everything(stage, nino) == []
    (original,) = {key for key in stage.keys("DeskBucket", "desk/") if re.search("/cv/[0-9]/original$", key)}
    assert stage.body("DeskBucket", original) == BETTER_CV


def test_of_two_versions_of_one_upload_only_one_is_ever_read(stage: Stage) -> None:
    nino = applicant(stage)
    first = stage.store(cv_key(nino), CV)
    second = stage.store(cv_key(nino), BETTER_CV)
    heard = {message["version_id"]: message for message in stage.messages("InspectQueue")}
    for version in (second, first):
        assert stage.hand_over("InspectQueue", [json.dumps(heard[version])]) == set()
    nino.submit()
    assert everything(stage, nino) == []
    (original,) = {key for key in stage.keys("DeskBucket", "desk/") if re.search("/cv/[0-9]/original$", key)}
    assert stage.body("DeskBucket", original) == BETTER_CV  # the one that was heard of first


def test_a_version_that_is_gone_is_no_fault_and_its_application_still_arrives(stage: Stage) -> None:
    nino = apply(stage)
    bucket = stage.physical["IncomingBucket"]
    version = stage.s3.head_object(Bucket=bucket, Key=cv_key(nino))["VersionId"]
    stage.s3.delete_object(Bucket=bucket, Key=cv_key(nino), VersionId=version)
    stage.settle()
    assert left_in_queues(stage) == []
    stage.clock += timedelta(minutes=31)
    stage.calm_down()
    assert nino.client.document("cv")["verdict"] == "hold"
    for editor in EDITORS:
        assert len(to(stage.mails, editor)) == 1


def test_what_is_not_ours_is_taken_counted_and_forgotten(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    nino = apply(stage)
    stage.calm_down()
    before = stage.rows(), len(stage.mails)
    bucket = stage.physical["IncomingBucket"]
    stage.publish(object_created("somebody-elses", cv_key(nino), "v1", "e", 1))
    stage.publish({"source": "aws.s3", "detail-type": "Object Deleted", "detail": {"bucket": {"name": bucket}}})
    assert left_in_queues(stage) == []
    capsys.readouterr()
    for key in ("incoming/nobody", f"incoming/{'f' * 40}/cv/1", cv_key(nino) + "0", "malware-protection-validation"):
        message = {"bucket": bucket, "key": key, "version_id": "v1", "etag": "e", "size": "1"}
        assert stage.hand_over("InspectQueue", [json.dumps(message)]) == set()
        assert stage.hand_over("ScanQueue", [json.dumps(message | {"status": "NO_THREATS_FOUND"})]) == set()
    ignored = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"UploadIgnored"' in line]
    assert Counter((line["service"], line["reason"]) for line in ignored) == {
        ("inspect", "unknown_key"): 2, ("inspect", "unknown_application"): 1, ("inspect", "superseded"): 1,
        ("scan", "unknown_key"): 2, ("scan", "unknown_application"): 1, ("scan", "superseded"): 1,
    }  # fmt: skip
    for queue in ("NotifyQueue", "EraseQueue"):
        assert stage.hand_over(queue, [json.dumps({"application_id": "f" * 40})]) == set()
    for queue in ("InspectQueue", "ScanQueue", "NotifyQueue", "EraseQueue", "DeliveryQueue"):
        assert stage.hand_over(queue, []) == set()
    stage.invoke("RelayFunction", {"Records": []})
    assert left_in_queues(stage) == []
    assert (stage.rows(), len(stage.mails)) == before


# ---------------------------------------------------------------- batches and dead letters


def test_of_a_batch_exactly_what_failed_comes_back(stage: Stage) -> None:
    nino, levan = apply(stage), apply(stage, "levan")
    stage.is_streaming = False
    stage.settle()
    good = [json.dumps({"application_id": person.client.application_id}) for person in (nino, levan)]
    assert stage.hand_over("NotifyQueue", [good[0], "no JSON", "{}", good[1]]) == {1, 2}
    for editor in EDITORS:
        assert len(to(stage.mails, editor)) == 2


@pytest.mark.parametrize("queue", ["InspectQueue", "ScanQueue", "NotifyQueue", "EraseQueue"])
def test_a_batch_that_fails_as_a_whole_is_answered_too(stage: Stage, queue: str) -> None:
    """An exception instead would be an error of the function, and say nothing of the messages."""
    assert stage.hand_over(queue, ["no JSON"] * 10) == set(range(10))


def test_a_message_that_always_fails_becomes_a_dead_letter_and_can_be_moved_back(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    redrive = stage.resources["NotifyQueue"]["Properties"]["RedrivePolicy"]
    dead = redrive["deadLetterTargetArn"]["Fn::GetAtt"][0]
    policy = {
        "deadLetterTargetArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{dead}",
        "maxReceiveCount": redrive["maxReceiveCount"],
    }
    stage.sqs.set_queue_attributes(
        QueueUrl=stage.physical["NotifyQueue"], Attributes={"RedrivePolicy": json.dumps(policy)}
    )
    nino, levan = apply(stage), apply(stage, "levan")
    with stage.refusing_mail(to=nino.email, code="TooManyRequestsException"):
        stage.settle()
    assert len(to(stage.mails, levan.email)) == 1
    assert stage.messages("NotifyQueue") == []
    assert stage.messages(dead) == [{"application_id": nino.client.application_id}]
    as_deployed(stage, monkeypatch)
    assert cli.main(["redrive", "notify"]) == 0
    assert stage.messages(dead) == []
    assert everything(stage, nino) + everything(stage, levan) == []


# ---------------------------------------------------------------- workers that meet


@pytest.mark.parametrize(
    "call", ["after-call.s3.GetObject", "after-call.dynamodb.GetItem", "before-call.dynamodb.PutItem"]
)
def test_two_workers_at_one_document_come_to_one_verdict(stage: Stage, call: str) -> None:
    nino = apply(stage)
    (message,) = [m for m in stage.messages("InspectQueue") if m["key"] == cv_key(nino)]

    def another_worker() -> None:
        assert stage.hand_over("InspectQueue", [json.dumps(message)]) == set()

    with stage.interrupted(call, another_worker):
        stage.hand_over("InspectQueue", [json.dumps(message)])
    assert everything(stage, nino) == []


def test_a_copy_whose_record_was_lost_is_found_again(stage: Stage) -> None:
    nino = apply(stage)
    with stage.interrupted("after-call.s3.CopyObject", die):
        stage.settle()
    assert everything(stage, nino) == []
    originals = [key for key in stage.keys("DeskBucket", "desk/") if key.endswith("/original")]
    assert len(originals) == len(set(originals)) == 2


def test_what_lies_at_a_desk_key_already_is_adopted_only_if_it_is_what_was_inspected(stage: Stage) -> None:
    """S3 answers 412 to the copy."""
    nino, levan = apply(stage), apply(stage, "levan")
    for person, body in ((nino, CV), (levan, BETTER_CV)):
        key = f"desk/{person.client.application_id}/cv/1/original"
        stage.s3.put_object(Bucket=stage.physical["DeskBucket"], Key=key, Body=body)
    assert everything(stage, nino) == []
    assert nino.client.document("cv")["verdict"] == "accept"
    stage.calm_down()
    held = levan.client.document("cv")
    assert (held["verdict"], held["reason"]) == ("hold", "inspection_failed")
    row = next(r for r in stage.rows() if r["pk"]["S"].endswith(levan.client.application_id) and "documents" in r)
    assert "desk_version" not in row["documents"]["M"]["cv"]["M"]
    for editor in EDITORS:
        assert len(to(stage.mails, editor)) == 2


@pytest.mark.parametrize(
    "call", ["after-call.s3.GetObject", "before-call.dynamodb.PutItem", "after-call.s3.CopyObject"]
)
def test_what_was_taken_back_while_it_was_inspected_stays_gone(stage: Stage, call: str) -> None:
    nino = apply(stage)

    def take_back() -> None:
        assert nino.client.ask("DELETE").status == 202
        stage.keep()
        stage.deliver("EraseQueue")

    with stage.interrupted(call, take_back):
        stage.settle()
    stage.keep(after=timedelta(hours=1))
    stage.settle()
    assert left_after_erasure(stage, nino) == []
    assert left_in_queues(stage) == []
    assert stage.mails == []


def test_old_messages_about_what_was_erased_do_nothing(stage: Stage) -> None:
    nino = apply(stage)
    old = [(queue, message) for queue in ("InspectQueue", "ScanQueue") for message in stage.messages(queue)]
    stage.calm_down()
    nino.client.ask("DELETE")
    stage.keep()
    stage.settle()
    stage.keep(after=timedelta(hours=1))
    stage.settle()
    before = stage.rows(), len(stage.mails)
    old += [(queue, {"application_id": nino.client.application_id}) for queue in ("NotifyQueue", "EraseQueue")]
    for queue, message in old:
        assert stage.hand_over(queue, [json.dumps(message)]) == set()
    assert left_after_erasure(stage, nino) == []
    assert (stage.rows(), len(stage.mails)) == before


# ---------------------------------------------------------------- tickets, links and sessions that ran out


@pytest.mark.parametrize(("ended", "code"), [("ticket", "AccessDenied"), ("session", "InvalidToken")])
def test_a_ticket_that_ran_out_stores_nothing_and_a_fresh_one_does(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, ended: str, code: str
) -> None:
    nino = applicant(stage)
    if ended == "ticket":
        stage.clock += LIFETIME
    else:  # the role's credentials end with the worker that signed
        monkeypatch.setenv("AWS_SESSION_TOKEN", os.environ["AWS_SESSION_TOKEN"] + "-next")
        runtime.forget()
    assert nino.client.service.upload(nino.client.tickets["cv"], CV).code == code
    assert stage.uploaded(nino.client.application_id) == [f"incoming/{nino.client.application_id}/cover-letter/1"]
    assert nino.client.submit().status == 409
    assert nino.client.renew("cv", "cv.pdf", CV).status == 200
    assert nino.client.service.upload(nino.client.tickets["cv"], CV).is_stored
    nino.submit()
    assert everything(stage, nino) == []


def test_who_comes_back_too_late_to_open_a_document_signs_in_and_gets_a_link(stage: Stage) -> None:
    application = received(stage, {DocumentKind.CV: Held(ORIGINAL)})
    address = f"/desk/a/{application.id}"
    browser = Browser(stage)
    sign_in(browser)
    page = browser.get(address)
    stage.clock += SESSION_LIFETIME
    late = browser.submit(page, f"{address}/cv")
    assert (late.status, "location" in late.headers) == (403, False)
    assert [row for row in stage.rows() if row["sk"]["S"].startswith("event#")] == []
    sign_in(browser)
    opened = browser.submit(browser.get(address), f"{address}/cv")
    assert f"versionId={application.document(DocumentKind.CV).desk_version}" in opened.headers["location"]


# ---------------------------------------------------------------- applicants who press twice, a table that is busy


@pytest.mark.parametrize("times", [2, 8])
def test_opened_and_sent_by_many_requests_at_once_it_is_one_application(stage: Stage, times: int) -> None:
    """Each request comes while the one before waits to write."""
    answers: list[Any] = []
    nino = applicant(stage)
    nino.client.send_files({"cv": ("", CV)})

    def send(left: int) -> None:
        if left > 1:
            with stage.interrupted("before-call.dynamodb.PutItem", lambda: send(left - 1)):
                answers.append(nino.client.submit())
        else:
            answers.append(nino.client.submit())

    send(times)
    # One process stands in for many workers; Powertools' resolver then mixes up their status codes, nothing else.
    nino.references = [answer.json()["reference"] for answer in answers]
    assert everything(stage, nino) == []

    opened: list[Any] = []
    body = nino.client.body({})

    def open_one(left: int) -> None:
        client = ApiClient(stage, key="levan-0123456789-abcdefgh")
        ask = lambda: opened.append(stage.request("POST", "/api/applications", body, idempotency_key=client.key))  # noqa: E731
        if left > 1:
            with stage.interrupted("before-call.dynamodb.PutItem", lambda: open_one(left - 1)):
                ask()
        else:
            ask()
            client.application_id, client.token = opened[0].json()["application_id"], opened[0].json()["token"]
            assert client.ask("PATCH", body={"applicant": {"byline": "L. B."}}).json()

    open_one(times)
    levan = f"application#{opened[0].json()['application_id']}"
    (row,) = [row for row in stage.rows() if row["pk"]["S"] == levan]
    assert row["applicant"]["M"].get("byline") == {"S": "L. B."}, "an opening that came later wrote over it"
    assert len({answer.json()["application_id"] for answer in opened}) == 1


class Body:
    """As much of urllib3's answer as botocore reads."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def stream(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self.content


@pytest.mark.parametrize(
    "code", ["ThrottlingException", "ProvisionedThroughputExceededException", "InternalServerError"]
)
def test_a_busy_table_is_asked_again_and_the_applicant_never_knows(stage: Stage, code: str) -> None:
    counted: dict[str, int] = {}

    def busy(request: Any, event_name: str, **_: Any) -> AWSResponse | None:
        counted[event_name] = counted.get(event_name, 0) + 1
        if not stage.acting or counted[event_name] > 2:
            return None
        status = 500 if code == "InternalServerError" else 400
        said = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "busy"}).encode()
        return AWSResponse(request.url, status, {}, Body(said))  # type: ignore[arg-type]

    for operation in ("GetItem", "PutItem"):
        stage.session.events.register_first(f"before-send.dynamodb.{operation}", busy)
    runtime.forget()
    nino = apply(stage)
    nino.submit()
    assert len(nino.references) == 2
    assert everything(stage, nino) == []
    assert min(counted.values()) > 3
