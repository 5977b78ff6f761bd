"""`intake redrive` and `intake reconcile` against the house: what they move, find, say and answer."""

import json
import re
from datetime import timedelta
from textwrap import dedent
from typing import Any

import boto3
import pytest

import documents
from deployed import as_deployed
from desk import EDITOR
from house import ROOT, House
from intake import runtime
from intake.domain.editor import EVERY_CALL, Editor
from intake_ops import cli
from intake_ops.deployed import Deployed
from mails import to
from people import CARD, ApiClient, described

CV = {"cv": ("cv.pdf", documents.pdf("Curriculum vitae of Nino Beridze, reporter in Kutaisi. " * 12))}
HANDED_IN = [
    described("cv", *CV["cv"]),
    {"kind": "cover_letter", "text": "Dear editors, I would like to write for you about rivers. " * 12},
    {"kind": "writing_sample", "link": "https://archive.example/nino"},
]


@pytest.fixture(autouse=True)
def deployed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    as_deployed(house, monkeypatch)


@pytest.fixture
def nino(house: House) -> ApiClient:
    nino = ApiClient(house)
    nino.apply(CV, documents=HANDED_IN)
    house.settle()
    return nino


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str], str]:
    capsys.readouterr()
    code = cli.main(arguments)
    said = capsys.readouterr()
    return code, [line for line in said.out.splitlines() if not line.startswith("{")], said.err


def bury(house: House, queue: str, *messages: dict[str, Any]) -> None:
    for message in messages:
        house.sqs.send_message(QueueUrl=house.physical[queue], MessageBody=json.dumps(message))


def erase(house: House) -> None:
    """Rounds of keep until the second look is over."""
    for minutes in (0, 60, 5):
        house.keep(after=timedelta(minutes=minutes))
        house.settle()


def restore(house: House, rows: list[dict[str, Any]], *, is_emptied: bool) -> None:
    """The rows of an earlier moment in place of those of today, or over them."""
    table = house.physical["Table"]
    for row in house.rows() if is_emptied else ():
        house.dynamodb.delete_item(TableName=table, Key={name: row[name] for name in ("pk", "sk")})
    for row in rows:
        house.dynamodb.put_item(TableName=table, Item=row)


def restore_as_documented(house: House, rows: list[dict[str, Any]]) -> None:
    """What the operations page says, on a table as DynamoDB restores it."""
    keys = [("pk", "HASH"), ("sk", "RANGE")]
    house.dynamodb.create_table(
        TableName="RESTORED",
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys],
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name, _ in keys],
        BillingMode="PAY_PER_REQUEST",
    )
    for row in rows:
        house.dynamodb.put_item(TableName="RESTORED", Item=row)
    [script] = re.findall(r"```python\n(.*?)```", (ROOT / "docs/operations.md").read_text(), re.DOTALL)
    exec(dedent(" " * 3 + script.lstrip()).replace('"TABLE"', f'"{house.physical["Table"]}"'))
    house.seen_revisions.clear()


def test_after_a_restore_no_update_and_no_document_is_taken_for_one_of_before(
    house: House, capsys: pytest.CaptureFixture[str], nino: ApiClient
) -> None:
    then = house.rows()
    assert nino.ask("PATCH", body={"applicant": {"fee": "100 EUR"}}).status == 200
    house.settle()
    nino.renew("cv", *CV["cv"])
    nino.send_files(CV)
    house.settle()
    told = len(to(house.mails, EDITOR))
    restore_as_documented(house, then)
    house.clock += timedelta(hours=1)
    code, lines, _ = run(capsys, "reconcile")
    assert (code, lines[-1]) == (1, f"  {nino.application_id}: unknown object")
    assert run(capsys, "reconcile")[0] == 0
    assert nino.ask("PATCH", body={"applicant": {"fee": "200 EUR"}}).status == 200
    house.settle()
    house.keep(after=timedelta(days=1))
    house.settle()
    news = to(house.mails, EDITOR)[told:]
    assert ["200 EUR" in mail.text for mail in news] == [True]
    better = {"cv": ("better.pdf", documents.pdf("Curriculum vitae of Nino Beridze, editor in Tbilisi. " * 12))}
    nino.renew("cv", *better["cv"])
    assert nino.document("cv")["verdict"] == "accept"
    nino.send_files(better)
    house.settle()
    desk_key = f"desk/{nino.application_id}/cv/3/original"
    assert house.body("DeskBucket", desk_key) == better["cv"][1]
    assert nino.document("cv")["verdict"] == "accept"


def test_dead_letters_go_back_to_their_queues(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    letters = [{"application_id": f"{number:040x}"} for number in range(23)]
    bury(house, "NotifyDlq", *letters)
    bury(house, "EraseDlq", {"application_id": "f" * 40})
    assert run(capsys, "redrive", "--count", "notify") == (0, ["notify: 23 dead letters"], "")
    assert run(capsys, "redrive") == (
        0,
        [
            "inspect: no dead letters",
            "scan: no dead letters",
            "notify: 23 moved back",
            "delivery: no dead letters",
            "erase: 1 moved back",
        ],
        "",
    )
    found = []
    while messages := house.messages("NotifyQueue"):
        found += [message["application_id"] for message in messages]
        house.drop("NotifyQueue")
    assert sorted(found) == [letter["application_id"] for letter in letters]
    assert house.messages("NotifyDlq") == []


def test_a_letter_is_sent_before_it_is_deleted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    bury(house, "ScanDlq", {"key": "x"})
    session = boto3.Session()
    session.events.register("before-call.sqs.DeleteMessage", lambda **_: (_ for _ in ()).throw(KeyboardInterrupt))
    outputs = Deployed.find("intake", None).outputs
    monkeypatch.setattr(Deployed, "find", classmethod(lambda *_: Deployed(session, outputs, {})))
    assert cli.main(["redrive", "scan"]) == 130
    assert house.messages("ScanQueue") == [{"key": "x"}]


def test_an_unknown_queue_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        cli.main(["redrive", "mail"])
    assert refused.value.code == 2
    assert "inspect" in capsys.readouterr().err


def test_in_order_is_0(house: House, nino: ApiClient, capsys: pytest.CaptureFixture[str]) -> None:
    code, lines, error = run(capsys, "reconcile")
    assert (code, error) == (0, "")
    assert lines == [
        "Applications",
        "     1  with the editors",
        "     0  waiting for a verdict or mail",
        "     0  of which no editor was told",
        "     0  drafts",
        "     0  erased",
        "",
        " found  repaired",
        "     0         0  uploads that nobody had heard of",
        "     0         0  documents left after an erasure",
        "     0         0  erased applications that a restore brought back",
        "     0         0  verdicts that were not finished",
        "     0         0  documents of nobody's",
        "     0         0  summaries that nobody owed",
        "     0         0  applications whose summary reached nobody",
        "     0         0  records that cannot be read",
    ]


def test_what_can_be_repaired_is_and_the_rest_is_named(
    house: House, nino: ApiClient, capsys: pytest.CaptureFixture[str]
) -> None:
    house.ses_says("Bounce", EDITOR)
    house.settle()
    house.clock += timedelta(hours=2)
    reference = nino.status()["reference"]
    code, lines, error = run(capsys, "reconcile")
    assert (code, error) == (1, "intake: 1 left that need a person\n")
    assert lines[-2:] == ["For a person", f"  {reference}: nobody told"]
    runtime.editors(house.physical["Table"], EDITOR).put(Editor(address="ben@magazine.example", routes=(EVERY_CALL,)))
    code, lines, error = run(capsys, "reconcile")
    assert (code, error) == (0, "")
    assert "     1         1  applications whose summary reached nobody" in lines
    house.keep()
    house.settle()
    assert len(to(house.mails, "ben@magazine.example")) == 1
    assert len(to(house.mails, EDITOR)) == 1


def test_a_record_that_cannot_be_read_is_named(
    house: House, nino: ApiClient, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = nino.status()["reference"]
    (item,) = [row for row in house.rows() if row["sk"]["S"] == "application"]
    house.dynamodb.put_item(TableName=house.physical["Table"], Item=item | {"call": {"L": []}})
    monkeypatch.delenv("POWERTOOLS_METRICS_NAMESPACE")  # as in an admin's shell
    code, lines, _ = run(capsys, "reconcile")
    assert (code, lines[-1]) == (1, f"  {reference}: unreadable")


def test_what_ses_refused_is_sent_once_more(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    nino = ApiClient(house)
    with house.refusing_mail(EDITOR, "MessageRejected"):
        nino.apply(CV, documents=HANDED_IN)
        house.settle()
    house.clock += timedelta(hours=2)
    assert run(capsys, "reconcile")[0] == 0
    house.keep()
    house.settle()
    assert len(to(house.mails, EDITOR)) == 1


def test_dead_letters_need_a_person(house: House, nino: ApiClient, capsys: pytest.CaptureFixture[str]) -> None:
    bury(house, "NotifyDlq", {"application_id": nino.application_id})
    code, lines, error = run(capsys, "reconcile")
    assert (code, error) == (1, "intake: 1 left that need a person\n")
    assert lines[-1] == "     1  dead letters of notify: intake redrive notify"


@pytest.mark.parametrize("is_emptied", [True, False], ids=["another table", "copied over"])
def test_who_was_erased_before_a_restore_is_erased_again_and_never_mailed(
    house: House, capsys: pytest.CaptureFixture[str], *, is_emptied: bool
) -> None:
    house.is_streaming = False
    nino, levan = (ApiClient(house, key=f"{name}-0123456789-abcdefgh") for name in ("nino", "levan"))
    for person, email in ((nino, "nino@writers.example"), (levan, "levan@writers.example")):
        person.apply(CV, documents=HANDED_IN, applicant=CARD | {"email": email})
    house.settle()
    while_mail_was_owed = house.rows()
    assert nino.ask("DELETE").status == 202
    erase(house)
    restore(house, while_mail_was_owed, is_emptied=is_emptied)
    house.is_streaming = True
    assert nino.ask("GET").status == 200
    assert {"application_id": nino.application_id} in house.messages("NotifyQueue")
    code, lines, error = run(capsys, "reconcile")
    assert (code, error) == (0, "")
    assert "     1         1  erased applications that a restore brought back" in lines
    assert lines[5] == "     1  erased"
    assert nino.ask("GET").status == 404
    erase(house)
    assert {mail["X-Intake-Application"] for mail in house.mails} == {levan.status()["reference"]}
    # Copied over those of today, the rows that say what was mailed meanwhile stay.
    assert len(to(house.mails, EDITOR)) == (2 if is_emptied else 1)
    pk = {"S": f"application#{nino.application_id}"}
    assert [sorted(row) for row in house.rows() if row["pk"] == pk] == [["erased_at", "pk", "sk", "status"]]
    assert [key for key in house.keys("DeskBucket", "desk/") if nino.application_id in key] == []
    assert "     0         0  erased applications that a restore brought back" in run(capsys, "reconcile")[1]
