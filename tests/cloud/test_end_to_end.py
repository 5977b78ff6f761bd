"""The main job on the cloud on this machine: real HTTP, real tickets, roles enforced."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import documents
from cloud.waiting import eventually
from http_service import HttpService
from intake_ops.local.cloud import LocalCloud
from people import CARD, ApiClient

pytestmark = pytest.mark.xdist_group("cloud")

FILES = {
    "cv": ("cv.pdf", documents.pdf()),
    "cover_letter": ("letter.docx", documents.docx()),
    "writing_sample": ("sample.odt", documents.odt()),
}
EDITOR = "editors@magazine.example"
WITHOUT_STREAM = "sopio.waiting@writers.example"
"""A mailbox of its own: one takes three receipts a day, and the cloud is everybody's."""


def mails_to(cloud: LocalCloud, address: str, reference: str) -> list[dict[str, Any]]:
    return [mail for mail in cloud.mails() if mail["to"] == [address] and reference in mail["text"]]


def wait_for_mail(cloud: LocalCloud, address: str, reference: str, number: int = 1) -> list[dict[str, Any]]:
    def look() -> list[dict[str, Any]]:
        found = mails_to(cloud, address, reference)
        return found if len(found) >= number else []

    return eventually(look)


def keep(cloud: LocalCloud) -> None:
    """A round that was finished; the cloud is everybody's, and what fails in one is tried again in the next."""

    def finished() -> bool:
        answer = cloud.client("lambda").invoke(FunctionName=cloud.outputs["KeepFunctionName"], Payload=b"{}")
        return "FunctionError" not in answer

    eventually(finished)


@contextmanager
def held_back(cloud: LocalCloud, service: str) -> Iterator[None]:
    """Whatever comes by queue ("sqs") or by the stream ("dynamodb") waits there meanwhile."""
    functions = cloud.client("lambda")
    mappings = [
        mapping["UUID"]
        for mapping in functions.list_event_source_mappings()["EventSourceMappings"]
        if mapping["EventSourceArn"].split(":")[2] == service
    ]
    assert mappings
    for mapping in mappings:
        functions.update_event_source_mapping(UUID=mapping, Enabled=False)
    try:
        yield
    finally:
        for mapping in mappings:
            functions.update_event_source_mapping(UUID=mapping, Enabled=True)


def mail_owed(cloud: LocalCloud) -> tuple[int, int]:
    """Messages in the queue of mail: that wait, and that are in a worker's hands or rest until they come again."""
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    found = cloud.client("sqs").get_queue_attributes(
        QueueUrl=cloud.outputs["NotifyQueueUrl"], AttributeNames=list(names)
    )["Attributes"]
    return int(found[names[0]]), int(found[names[1]])


def wait_until_mail_is_quiet(cloud: LocalCloud, resting: int) -> None:
    """Until for two seconds no message waited and no more were taken than were `resting` before: who finds a mail
    claimed by another worker leaves its message to come again, after minutes."""

    def is_quiet() -> bool:
        for _ in range(10):
            waiting, taken = mail_owed(cloud)
            if waiting or taken > resting:
                return False
            time.sleep(0.2)
        return True

    eventually(is_quiet)


def test_bad_files_come_back_with_their_reasons_and_a_replaced_one_takes_its_place(cloud: LocalCloud) -> None:
    bad = {
        "cv": ("cv.pdf", documents.exe()),
        "cover_letter": ("letter.docx", documents.docx_with_macros()),
        "writing_sample": ("sample.pdf", documents.pdf_with_javascript()),
    }
    name = 'გიორგი "გია" <b>მაჭავარიანი</b>'
    gia = ApiClient(HttpService(cloud.base_url))
    reference = gia.apply(bad, applicant=CARD | {"name": name, "email": "gia@writers.example"})
    summary = wait_for_mail(cloud, EDITOR, reference)[0]
    assert summary["subject"] == f"[Bewerbung {reference}] {name} – Georgien"
    assert name in summary["text"]
    assert "<b>მაჭავარიანი" not in summary["html"]
    assert "&lt;b&gt;მაჭავარიანი&lt;/b&gt;" in summary["html"]
    assert dict(summary["headers"])["Reply-To"].endswith("<gia@writers.example>")
    assert {d["kind"]: (d["verdict"], d["reason"]) for d in gia.status()["documents"]} == {
        "cv": ("reject", "type_mismatch"),
        "cover_letter": ("reject", "macros"),
        "writing_sample": ("reject", "active_content"),
    }
    gia.renew("cv", "better.pdf", FILES["cv"][1])
    gia.send_files({"cv": FILES["cv"]})
    update = wait_for_mail(cloud, EDITOR, reference, 2)[1]
    assert update["subject"] == f"Re: {summary['subject']}"
    assert gia.document("cv")["verdict"] == "accept"
    gia.renew("cv", "empty.pdf", b"", is_hashed=False)


def test_an_empty_file_is_told_so(cloud: LocalCloud) -> None:
    nino = ApiClient(HttpService(cloud.base_url))
    assert nino.open({**FILES, "cv": ("empty.pdf", b"")}).status == 201
    nino.send_files({"cv": ("empty.pdf", b"")})
    found = eventually(lambda: (d := nino.document("cv"))["verdict"] and d)
    assert (found["reason"], found["message"]) == (
        "file_empty",
        "empty.pdf is empty. Choose another file and upload it.",
    )


def test_twenty_at_once_each_call_repeated(cloud: LocalCloud) -> None:
    text = "A letter to the editors of the magazine. " * 20

    def apply(number: int) -> tuple[str, str]:
        card = CARD | {"email": f"writer{number}@writers.example"}
        typed = [{"kind": kind, "text": f"{kind} {number}. {text}"} for kind in FILES]
        one = ApiClient(HttpService(cloud.base_url))
        answers = [one.open({}, applicant=card, documents=typed) for _ in range(2)]
        assert {a.json()["application_id"] for a in answers} == {one.application_id}
        sent = {one.submit().json()["reference"] for _ in range(2)}
        assert len(sent) == 1
        return one.application_id, sent.pop()

    with ThreadPoolExecutor(4) as pool:
        ids, references = zip(*pool.map(apply, range(20)), strict=True)
    assert len(set(references)) == 20
    for number, reference in enumerate(references):
        wait_for_mail(cloud, EDITOR, reference)
        wait_for_mail(cloud, f"writer{number}@writers.example", reference)
    eventually(lambda: mail_owed(cloud)[0] == 0)
    resting = mail_owed(cloud)[1]
    for application_id in ids:
        message = json.dumps({"application_id": application_id})
        cloud.client("sqs").send_message(QueueUrl=cloud.outputs["NotifyQueueUrl"], MessageBody=message)
    wait_until_mail_is_quiet(cloud, resting)
    counts = [len(mails_to(cloud, EDITOR, reference)) for reference in references]
    assert counts == [1] * 20
    receipts = [len(mails_to(cloud, f"writer{n}@writers.example", r)) for n, r in enumerate(references)]
    assert receipts == [1] * 20


def test_with_the_stream_off_keep_still_delivers(cloud: LocalCloud) -> None:
    table = cloud.client("dynamodb")
    resting = mail_owed(cloud)[1]
    with held_back(cloud, "dynamodb"):
        nino = ApiClient(HttpService(cloud.base_url))
        reference = nino.apply(FILES, applicant=CARD | {"email": WITHOUT_STREAM})
        key = {"pk": {"S": f"application#{nino.application_id}"}, "sk": {"S": "application"}}

        def item() -> dict[str, Any]:
            found: dict[str, Any] = table.get_item(TableName=cloud.outputs["TableName"], Key=key)["Item"]
            return found

        def is_made_due(found: dict[str, Any]) -> bool:
            """Time goes by: the mail is due. Guarded like every write, for copies are still being recorded."""
            past = (datetime.now(UTC) - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
            revision = int(found["revision"]["N"])
            try:
                table.update_item(
                    TableName=cloud.outputs["TableName"],
                    Key=key,
                    UpdateExpression="SET due_at = :past, revision = :next",
                    ConditionExpression="revision = :read",
                    ExpressionAttributeValues={
                        ":past": {"S": past},
                        ":next": {"N": str(revision + 1)},
                        ":read": {"N": str(revision)},
                    },
                )
            except table.exceptions.ConditionalCheckFailedException:
                return False
            return True

        eventually(lambda: item()["outstanding"]["N"] == "0")
        wait_until_mail_is_quiet(cloud, resting)
        assert mails_to(cloud, EDITOR, reference) == []
        eventually(lambda: is_made_due(item()))
        keep(cloud)
        wait_for_mail(cloud, EDITOR, reference)
        wait_for_mail(cloud, WITHOUT_STREAM, reference)


CANARIES = {
    "name": "Qanaryeli Zzyzx",
    "email": "qanary.zzyzx@writers.example",
    "note": "qanary-note-zzyzx",
    "byline": "qanary-byline-zzyzx",
    "alternative_contact": "qanary-contact-zzyzx",
}


def test_nothing_personal_and_no_capability_is_where_it_must_not_be(cloud: LocalCloud) -> None:
    qanary = ApiClient(HttpService(cloud.base_url))
    words = "qanary-document-zzyzx. " * 30
    files = {
        "cv": ("qanary-file-zzyzx.pdf", documents.pdf(words)),
        "cover_letter": ("qanary-file-zzyzx.docx", documents.docx(words)),
        "writing_sample": ("qanary-file-zzyzx.exe", documents.exe()),
    }
    sqs, s3 = cloud.client("sqs"), cloud.client("s3")

    def waiting_in(queue: str) -> list[str]:
        found = sqs.receive_message(QueueUrl=cloud.outputs[queue], VisibilityTimeout=0, MaxNumberOfMessages=10)
        return [message["Body"] for message in found.get("Messages", [])]

    cloud.mailbox.refuse("TooManyRequestsException", status=429)
    with held_back(cloud, "sqs"):
        opened = qanary.open(files, applicant=CARD | CANARIES)
        assert opened.status == 201
        qanary.send_files(files)
        reference = qanary.submit().json()["reference"]
        queues = ("InspectQueueUrl", "ScanQueueUrl", "NotifyQueueUrl")
        waiting = {queue: eventually(lambda queue=queue: waiting_in(queue)) for queue in queues}  # type: ignore[misc]
    errors = [
        qanary.open(files, applicant=CARD | CANARIES | {"fee": "other"}).body,
        qanary.open({}, applicant=CANARIES | {"email": "qanary zzyzx"}).body,
        qanary.ask("PATCH", body={"applicant": {"email": "qanary zzyzx"}}).body,
        ApiClient(HttpService(cloud.base_url), application_id=qanary.application_id, token="qanary.zzyzx")
        .ask("GET")
        .body,
    ]
    wait_for_mail(cloud, "qanary.zzyzx@writers.example", reference)
    # What keep does when it next looks; the refused message itself only comes back after the visibility timeout.
    message = json.dumps({"application_id": qanary.application_id})
    sqs.send_message(QueueUrl=cloud.outputs["NotifyQueueUrl"], MessageBody=message)
    wait_for_mail(cloud, EDITOR, reference)
    keys = [
        found["Key"] + json.dumps(s3.head_object(Bucket=bucket, Key=found["Key"])["Metadata"])
        for bucket in (cloud.outputs["IncomingBucket"], cloud.outputs["DeskBucket"])
        for found in s3.list_objects_v2(Bucket=bucket, Prefix="").get("Contents", [])
        if qanary.application_id in found["Key"]
    ]
    assert keys
    logs = cloud.logs()
    assert any(qanary.application_id in line or "ApplicationSubmitted" in line for line in logs)
    secret_parts = [
        "zzyzx",
        "Zzyzx",
        "qanary",
        qanary.token.rpartition(".")[2],
        qanary.key,
        qanary.tickets["cv"]["fields"]["x-amz-signature"],
        "203.0.113.7",
    ]
    places = {"logs": logs, "keys": keys, "error bodies": errors, **waiting}
    leaks = [
        (place, part) for place, texts in places.items() for part in secret_parts for text in texts if part in text
    ]
    assert leaks == []


def test_withdrawing_erases_every_byte(cloud: LocalCloud) -> None:
    nino = ApiClient(HttpService(cloud.base_url))
    nino.apply(FILES)
    eventually(lambda: nino.status()["status"] == "with_editors")
    assert nino.ask("DELETE").status == 202
    assert nino.ask("GET").status == 404
    keep(cloud)
    s3, table = cloud.client("s3"), cloud.client("dynamodb")

    def left() -> list[str]:
        return [
            version["Key"]
            for bucket in (cloud.outputs["IncomingBucket"], cloud.outputs["DeskBucket"])
            for part in ("Versions", "DeleteMarkers")
            for version in s3.list_object_versions(Bucket=bucket).get(part, [])
            if nino.application_id in version["Key"]
        ]

    def rows() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = table.query(
            TableName=cloud.outputs["TableName"],
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"application#{nino.application_id}"}},
        )["Items"]
        return found

    eventually(lambda: not left() and len(rows()) == 1)
    assert "applicant" not in rows()[0]
