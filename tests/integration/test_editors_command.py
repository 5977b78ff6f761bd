"""`intake editors`, against a stack as CloudFormation describes it."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from desk import EDITOR, Browser, codes
from house import House
from intake import runtime
from intake.adapters.rows import to_item
from intake.domain.editor import EVERY_CALL, Editor
from intake.services import sign_in
from intake_ops import cli
from people import ApiClient


class CloudFormation:
    """DescribeStacks as AWS answers it: one stack, `intake`."""

    def __init__(self, table: str) -> None:
        self._table = table

    def describe_stacks(self, **asked: str) -> dict[str, Any]:
        name = asked["StackName"]
        if name != "intake":
            error = {"Code": "ValidationError", "Message": f"Stack with id {name} does not exist"}
            raise ClientError({"Error": error}, "DescribeStacks")
        return {
            "Stacks": [
                {
                    "StackName": name,
                    "Parameters": [{"ParameterKey": "EditorEmail", "ParameterValue": EDITOR}],
                    "Outputs": [{"OutputKey": "TableName", "OutputValue": self._table}],
                }
            ]
        }


@pytest.fixture(autouse=True)
def stack(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command looks up: the table's name and the parameter."""
    monkeypatch.setattr(sign_in, "ANSWER_AFTER_SECONDS", 0.0)
    client = boto3.Session.client

    def asked(session: boto3.Session, service: str, **more: Any) -> Any:
        return (
            CloudFormation(house.physical["Table"]) if service == "cloudformation" else client(session, service, **more)
        )

    monkeypatch.setattr(boto3.Session, "client", asked)


def test_an_editor_who_is_added_signs_in_and_one_who_is_removed_is_out(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    anna = Browser(house)
    assert cli.main(["editors", "add", "Anna@Magazine.example"]) == 0
    assert anna.sign_in("anna@magazine.example").status == 200
    assert [address for address, _ in codes(house)] == ["anna@magazine.example"]
    assert cli.main(["editors", "remove", "anna@magazine.example"]) == 0
    assert anna.get("/desk").forms.keys() == {"/desk/sign-in"}
    assert [line for line in capsys.readouterr().out.splitlines() if not line.startswith("{")] == [
        "anna@magazine.example is an editor: every call",
        "anna@magazine.example is no editor any more, and signed out",
    ]


def test_editors_are_listed_with_their_calls(capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["editors", "add", "ben@magazine.example", "--call", "contributors"])
    cli.main(["editors", "add", "anna@magazine.example"])
    capsys.readouterr()
    assert cli.main(["editors", "list"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "anna@magazine.example  every call",
        "ben@magazine.example  contributors",
        f"{EDITOR}  every call",
    ]


def test_a_row_that_cannot_be_read_is_named_and_can_be_removed(
    house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("POWERTOOLS_METRICS_NAMESPACE")  # as in an admin's shell
    row = {"pk": "editor#anna@localhost", "sk": "editor", "call_status": "editors", "submitted_at": "anna@localhost"}
    item = {name: {"S": value} for name, value in row.items()} | {"routes": {"L": [{"S": "*"}]}}
    house.dynamodb.put_item(TableName=house.physical["Table"], Item=item)
    for arguments in (["list"], ["remove", "anna@localhost"], ["list"]):
        assert cli.main(["editors", *arguments]) == 0
    assert [line for line in capsys.readouterr().out.splitlines() if not line.startswith("{")] == [
        f"{EDITOR}  every call",
        "anna@localhost  cannot be read: no mail; remove it",
        "anna@localhost is no editor any more, and signed out",
        f"{EDITOR}  every call",
    ]


def test_the_editor_of_the_parameter_stays_until_the_parameter_changes(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["editors", "remove", EDITOR]) == 0
    assert capsys.readouterr().out == (
        f"{EDITOR} stays an editor of every call: it is the stack's parameter EditorEmail; change that\n"
    )
    assert Browser(house).sign_in().status == 200


def test_no_command_can_leave_a_call_without_an_editor(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["editors", "add", EDITOR, "--call", "contributors"]) == 0
    assert capsys.readouterr().out.startswith(f"{EDITOR} stays an editor of every call")
    editors = runtime.editors(house.physical["Table"], EDITOR)
    editors.put(Editor(address=EDITOR, routes=("another-call",)))
    assert editors.routed_to("contributors") == (EDITOR,)
    assert Browser(house).sign_in().status == 200


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["editors", "add", "anna"], "intake: 'anna' is not an e-mail address\n"),
        (["editors", "add", "a@b.example", "--call", "x"], "intake: there is no call 'x'; there is: contributors\n"),
        (["editors", "remove", "a@b.example"], "intake: a@b.example is not an editor\n"),
        (["--stack", "other", "editors", "list"], "intake: stack 'other': Stack with id other does not exist\n"),
    ],
)
def test_what_goes_wrong_is_one_line(arguments: list[str], line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == 1
    assert capsys.readouterr().err == line


def test_the_stack_may_be_named_in_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INTAKE_STACK", "elsewhere")
    assert cli.main(["editors", "list"]) == 1
    assert capsys.readouterr().err == "intake: stack 'elsewhere': Stack with id elsewhere does not exist\n"


def test_every_editor_of_the_call_gets_the_summary_and_nobody_else(house: House) -> None:
    cli.main(["editors", "add", "anna@magazine.example", "--call", "contributors"])
    cli.main(["editors", "add", "ben@magazine.example"])
    cli.main(["editors", "add", "cleo@magazine.example"])
    cli.main(["editors", "remove", "cleo@magazine.example"])
    files = dict.fromkeys(("cv", "cover_letter", "writing_sample"), ("a.txt", b"Once upon a time in Kutaisi. " * 40))
    ApiClient(house).apply(files)
    house.settle()
    summaries = [mail["To"] for mail in house.mails if mail["X-Intake-Event"] == "summary"]
    assert sorted(summaries) == ["anna@magazine.example", "ben@magazine.example", EDITOR]


def test_an_item_that_stands_among_editors_in_the_index_makes_nobody_one(house: House) -> None:
    """Who may write applications may write `application#eve@elsewhere.example`, an address like any other."""
    row = {"call_status": "editors", "submitted_at": "eve", "routes": [EVERY_CALL]}
    key = {"pk": "application#eve@elsewhere.example", "sk": "editor"}
    house.dynamodb.put_item(TableName=house.physical["Table"], Item=to_item(key | row))
    editors = runtime.editors(house.physical["Table"], EDITOR)
    assert [editor.address for editor in editors.all()] == [EDITOR]
