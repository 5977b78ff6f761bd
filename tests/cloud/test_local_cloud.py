"""The cloud on this machine itself: that it is what template.yaml says, and that nothing of it stays."""

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from threading import Timer
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from http_service import HttpService
from intake_ops.local.cloud import LocalCloud
from intake_ops.local.differences import DROPPED, IDENTITY, SENDER, wanted
from intake_ops.local.emulator import ACCOUNT, REGION
from intake_ops.local.paths import ROOT
from people import ApiClient
from tampering import attempts

pytestmark = pytest.mark.xdist_group("cloud")

KEY = "incoming/01k7/cv/1"


def eventually[T](look: Callable[[], T], seconds: float = 20) -> T:
    """The first answer that is something."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)
    return found


def credentials(cloud: LocalCloud, function: str) -> dict[str, str]:
    """What a function's role may do can only be seen with its own keys: root passes every check here."""
    role = cloud.client("lambda").get_function_configuration(FunctionName=cloud.outputs[f"{function}FunctionName"])[
        "Role"
    ]
    keys = cloud.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return {
        "aws_access_key_id": keys["AccessKeyId"],
        "aws_secret_access_key": keys["SecretAccessKey"],
        "aws_session_token": keys["SessionToken"],
    }


def post_upload(cloud: LocalCloud, content: bytes, key: str = KEY, lifetime: int = 60) -> int:
    """Uploads as a browser does, with a ticket signed by the role of apply; answers with the status."""
    s3 = cloud.client("s3", **credentials(cloud, "Apply"))
    limits: list[Any] = [["content-length-range", 1, 1000]]
    post = s3.generate_presigned_post(cloud.outputs["IncomingBucket"], key, Conditions=limits, ExpiresIn=lifetime)
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in post["fields"].items()]
    parts.append(f'Content-Disposition: form-data; name="file"; filename="cv.txt"\r\n\r\n{content.decode()}')
    body = "".join(f"--edge\r\n{part}\r\n" for part in parts) + "--edge--\r\n"
    return status_of(post["url"], body.encode(), {"Content-Type": "multipart/form-data; boundary=edge"})


def status_of(url: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> int:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers or {}), timeout=30) as answer:
            status: int = answer.status
            return status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=30) as answer:
        text: str = answer.read().decode()
        return text


@pytest.fixture
def listen(cloud: LocalCloud) -> Iterator[Callable[[dict[str, Any], dict[str, Any] | None], Callable[[], Any]]]:
    """Puts a queue of the test's own behind an event pattern; answers with what reads one message of it."""
    sqs, events = cloud.client("sqs"), cloud.client("events")
    name = "test-listener"
    url = sqs.create_queue(QueueName=name)["QueueUrl"]

    def start(pattern: dict[str, Any], transformer: dict[str, Any] | None) -> Callable[[], Any]:
        rule = events.put_rule(Name=name, EventPattern=json.dumps(pattern))["RuleArn"]
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}"
        allow = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
        statement = {**allow, "Resource": arn, "Condition": {"ArnEquals": {"aws:SourceArn": rule}}}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
        target = {"Id": "queue", "Arn": arn, **({"InputTransformer": transformer} if transformer else {})}
        events.put_targets(Rule=name, Targets=[target])

        def receive() -> Any:
            (message,) = eventually(lambda: sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages"))
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            return json.loads(message["Body"])

        return receive

    yield start
    events.remove_targets(Rule=name, Ids=["queue"])
    events.delete_rule(Name=name)
    sqs.delete_queue(QueueUrl=url)


def test_the_front_door_leads_to_the_api_and_the_mail(cloud: LocalCloud) -> None:
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", cloud.base_url)
    assert status_of(f"{cloud.base_url}/nothing-here") == 404
    assert "Local only" in read(f"{cloud.base_url}/dev/mail")
    assert [status_of(f"{cloud.base_url}/dev/{path}") for path in ("mail/999", "mail/x", "")] == [404, 404, 404]
    assert json.loads(read(f"{cloud.base_url}/dev/mail.json")) == [
        {name: value for name, value in mail.items() if name != "raw"} for mail in cloud.mails()
    ]


def test_what_a_function_throws_stays_inside(cloud: LocalCloud) -> None:
    """The emulator would show the exception's text; AWS does not."""
    functions, name = cloud.client("lambda"), cloud.outputs["ApplyFunctionName"]
    functions.update_function_configuration(FunctionName=name, Handler="intake.nowhere.handler")
    try:
        with pytest.raises(urllib.error.HTTPError) as raised, urllib.request.urlopen(f"{cloud.base_url}/", timeout=30):
            pass
        with raised.value as error:
            assert (error.code, error.read()) == (500, b'{"message":"Internal Server Error"}')
    finally:
        functions.update_function_configuration(FunctionName=name, Handler="intake.handlers.apply.handler")


def test_what_the_emulator_drops_was_put_back(cloud: LocalCloud) -> None:
    items = wanted(cloud.stack)
    assert {item.dropped for item in items} == set(DROPPED)
    for item in items:
        assert item.dropped.read(cloud.emulator, item.physical_id) == item.value, item.dropped.name


def test_an_upload_becomes_a_message_as_on_aws(cloud: LocalCloud, listen: Any) -> None:
    events, rule = cloud.client("events"), cloud.outputs["UploadRuleName"]
    (target,) = events.list_targets_by_rule(Rule=rule)["Targets"]
    receive = listen(json.loads(events.describe_rule(Name=rule)["EventPattern"]), target["InputTransformer"])
    assert [post_upload(cloud, b"first"), post_upload(cloud, b"the second")] == [204, 204]
    bucket = cloud.outputs["IncomingBucket"]
    versions = cloud.client("s3").list_object_versions(Bucket=bucket, Prefix=KEY)["Versions"]
    expected = {
        version["VersionId"]: {
            "bucket": bucket,
            "key": KEY,
            "version_id": version["VersionId"],
            "etag": version["ETag"].strip('"'),
            "size": str(version["Size"]),
        }
        for version in versions
    }
    assert len(expected) == 2
    assert {message["version_id"]: message for message in (receive(), receive())} == expected


def test_tickets_and_roles_are_enforced(cloud: LocalCloud) -> None:
    assert post_upload(cloud, b"") == 400
    assert post_upload(cloud, b"x" * 1001) == 400
    assert post_upload(cloud, b"elsewhere", key="desk/x") == 403
    assert post_upload(cloud, b"too late", lifetime=-60) == 403
    relay = cloud.client("s3", **credentials(cloud, "Relay"))
    with pytest.raises(ClientError, match="AccessDenied"):
        relay.get_object(Bucket=cloud.outputs["IncomingBucket"], Key=KEY)


def test_a_role_writes_its_own_rows_and_no_others(cloud: LocalCloud) -> None:
    inspect = cloud.client("dynamodb", **credentials(cloud, "Inspect"))

    def put(pk: str) -> None:
        item = {"pk": {"S": pk}, "sk": {"S": "row"}, "expires_at": {"N": "1"}}
        inspect.put_item(TableName=cloud.outputs["TableName"], Item=item)

    for pk in ("editor#eve@elsewhere.example", "session#1", "seen#1"):
        with pytest.raises(ClientError, match="AccessDenied"):
            put(pk)
    put("application#nobody")
    row = {"pk": {"S": "application#nobody"}, "sk": {"S": "row"}}
    cloud.client("dynamodb").delete_item(TableName=cloud.outputs["TableName"], Key=row)


def test_a_ticket_is_good_for_nothing_else(cloud: LocalCloud) -> None:
    service = HttpService(cloud.base_url)
    files = {"cv": ("cv.txt", b"Curriculum vitae.")}
    nino, rashad = ApiClient(service), ApiClient(service)
    nino.open(files)
    rashad.open(files)
    ticket, body = nino.tickets["cv"], files["cv"][1]
    taken = [
        what
        for what, fields, content in attempts(ticket, rashad.tickets["cv"], body)
        if service.upload({**ticket, "fields": fields}, content).status < 400
    ]
    assert taken == []
    s3 = cloud.client("s3")
    for client in (nino, rashad):
        prefix = f"incoming/{client.application_id}/"
        assert s3.list_objects_v2(Bucket=cloud.outputs["IncomingBucket"], Prefix=prefix)["KeyCount"] == 0
    assert service.upload(ticket, body).status == 201


@pytest.mark.parametrize("status", ["NO_THREATS_FOUND", "THREATS_FOUND", "UNSUPPORTED"])
def test_a_scan_result_comes_as_guardduty_sends_it(cloud: LocalCloud, listen: Any, status: str) -> None:
    key = f"incoming/01k7/cv/{status.lower().replace('_', '-')}"
    # Of this key alone: a scan of what another test uploaded may end only now.
    receive = listen({"source": ["local.guardduty"], "detail": {"s3ObjectDetails": {"objectKey": [key]}}}, None)
    cloud.malware.results[key] = status
    assert post_upload(cloud, b"letter", key=key) == 204
    event = receive()
    head = cloud.client("s3").head_object(Bucket=cloud.outputs["IncomingBucket"], Key=key)
    assert event["detail-type"] == "GuardDuty Malware Protection Object Scan Result"
    assert event["detail"] == {
        "schemaVersion": "1.0",
        "scanStatus": "SKIPPED" if status == "UNSUPPORTED" else "COMPLETED",
        "resourceType": "S3_OBJECT",
        "s3ObjectDetails": {
            "bucketName": cloud.outputs["IncomingBucket"],
            "objectKey": key,
            "eTag": head["ETag"].strip('"'),
            "versionId": head["VersionId"],
            "s3Throttled": False,
        },
        "scanResultDetails": {
            "scanResultStatus": status,
            "threats": [{"name": "EICAR-Test-File"}] if status == "THREATS_FOUND" else None,
        },
    }


def test_functions_scan_and_the_deployed_rule_hears_the_stand_in(cloud: LocalCloud) -> None:
    functions = cloud.client("lambda")
    for name in ("Inspect", "Scan"):
        found = functions.get_function_configuration(FunctionName=cloud.outputs[f"{name}FunctionName"])
        assert found["Environment"]["Variables"]["MALWARE_SCAN"] == "on"
    rule = cloud.client("events").describe_rule(Name=cloud.outputs["ScanRuleName"])
    assert json.loads(rule["EventPattern"])["source"] == ["aws.guardduty", "local.guardduty"]


def send(cloud: LocalCloud, function: str, sender: str = SENDER) -> str:
    """Sends a mail as a function does: with its role, through the mailbox, in one attempt."""
    session: Any = boto3.Session()
    client = session.client(
        "sesv2",
        endpoint_url=cloud.mailbox.url,
        region_name=REGION,
        config=Config(retries={"total_max_attempts": 1}),
        **credentials(cloud, function),
    )
    message = EmailMessage()
    message["From"], message["Subject"] = sender, "გამარჯობა"
    message.set_content("Hello\n")
    answer = client.send_email(
        FromEmailAddress=sender,
        Destination={"ToAddresses": ["editors@magazine.example"]},
        Content={"Raw": {"Data": message.as_bytes()}},
        ConfigurationSetName=cloud.outputs["MailConfigurationName"],
        EmailTags=[{"Name": "application", "Value": "a1"}],
    )
    message_id: str = answer["MessageId"]
    return message_id


def test_ses_checks_and_the_mailbox_keeps(cloud: LocalCloud) -> None:
    before = len(cloud.mails())
    with pytest.raises(ClientError, match="AccessDenied"):
        send(cloud, "Apply")
    with pytest.raises(ClientError, match="AccessDenied"):
        send(cloud, "Notify", sender=f"somebody@{IDENTITY}")
    message_id = send(cloud, "Notify")
    (mail,) = cloud.mails()[before:]
    assert (mail["id"], mail["to"], mail["subject"]) == (message_id, ["editors@magazine.example"], "გამარჯობა")
    assert mail["raw"].endswith(b"\n\nHello\n")
    assert cloud.mailbox.mails[-1].tags == {"application": "a1"}
    assert cloud.mailbox.mails[-1].configuration_set == cloud.outputs["MailConfigurationName"]


def test_the_mailbox_fails_as_ses_does(cloud: LocalCloud) -> None:
    before = len(cloud.mails())
    cloud.mailbox.refuse("TooManyRequestsException", status=429)
    with pytest.raises(ClientError, match="TooManyRequestsException"):
        send(cloud, "Notify")
    assert len(cloud.mails()) == before
    cloud.mailbox.lose_answer()
    with pytest.raises(ConnectionClosedError):
        send(cloud, "Notify")
    assert len(cloud.mails()) == before + 1
    send(cloud, "Notify")
    assert len(cloud.mails()) == before + 2


@contextlib.contextmanager
def make_dev(port: int) -> Iterator[subprocess.Popen[str]]:
    """Runs it, for five minutes at most, and leaves nothing running however the test ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "intake_ops.local"],
        cwd=ROOT,
        env={**os.environ, "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    watchdog = Timer(300, process.kill)
    watchdog.start()
    with process:
        try:
            yield process
        finally:
            process.kill()
            watchdog.cancel()


def test_a_taken_port_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with make_dev(port) as process:
            out, err = process.communicate()
    assert (process.returncode, out) == (1, "")
    assert err == f"port {port} of 127.0.0.1 is taken; end what listens there, or choose another\n"


def descendants(pid: int) -> list[int]:
    children = [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in _children(task)]
    return children + [below for child in children for below in descendants(child)]


def _children(task: Path) -> list[str]:
    """A thread may end while one looks."""
    try:
        return (task / "children").read_text().split()
    except FileNotFoundError:
        return []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_outlives_make_dev(number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with make_dev(port) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == f"ready: http://127.0.0.1:{port}/\n", process.communicate()
        pids = descendants(process.pid)
        assert len(pids) >= 2  # the emulator, and the function that answered the first page
        process.send_signal(number)
        process.wait(60)
        eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))
    assert process.returncode == (-signal.SIGKILL if number == signal.SIGKILL else 0)
