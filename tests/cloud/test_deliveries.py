"""Mail that comes back, on the cloud on this machine: SES's stand-in, the deployed rule, and who gets the mail then."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

import documents
from cloud.waiting import eventually
from http_service import HttpService
from intake.adapters.editors import Editors
from intake.domain.editor import EVERY_CALL, Editor
from intake_ops.local.cloud import LocalCloud
from intake_ops.local.deliveries import SOURCE, fate_of
from people import CARD, ApiClient, described

pytestmark = pytest.mark.xdist_group("cloud")

EDITOR, LOST, NEW = "editors@magazine.example", "anna@bounce.example", "ben@magazine.example"
LEVAN = CARD | {"email": "levan.deliveries@writers.example"}
"""Nobody else's mailbox: it takes three receipts a day, and the cloud is everybody's."""
CV = {"cv": ("cv.pdf", documents.pdf("Curriculum vitae of Nino Beridze, reporter in Kutaisi. " * 12))}
HANDED_IN = [
    described("cv", *CV["cv"]),
    {"kind": "cover_letter", "text": "Dear editors, I would like to write for you about rivers. " * 12},
    {"kind": "writing_sample", "link": "https://archive.example/levan"},
]


@pytest.mark.parametrize(
    ("address", "fate"),
    [
        ("bounce@simulator.amazonses.com", ("Bounce",)),
        ("complaint@simulator.amazonses.com", ("Delivery", "Complaint")),
        (LOST, ("Bounce",)),
        (EDITOR, ("Delivery",)),
        ("success@simulator.amazonses.com", ("Delivery",)),
    ],
)
def test_a_person_can_try_what_happens_by_the_address(address: str, fate: tuple[str, ...]) -> None:
    assert fate_of(address) == fate


def test_the_deployed_rule_hears_the_stand_in_and_stays_as_it_was(cloud: LocalCloud) -> None:
    rule = cloud.client("events").describe_rule(Name=cloud.outputs["DeliveryRuleName"])
    pattern = json.loads(rule["EventPattern"])
    assert pattern["source"] == ["aws.ses", SOURCE]
    assert pattern["detail"]["mail"]["tags"]["ses:configuration-set"] == [cloud.outputs["MailConfigurationName"]]


@pytest.fixture
def editors(cloud: LocalCloud) -> Iterator[Editors]:
    editors = Editors(cloud.client("dynamodb"), cloud.outputs["TableName"], EDITOR)
    yield editors
    for address in (LOST, NEW):
        editors.remove(address)


def recipients(cloud: LocalCloud, reference: str) -> list[str]:
    return sorted(mail["to"][0] for mail in cloud.mails() if reference in mail["text"])


def fates(cloud: LocalCloud, application_id: str) -> dict[str, str | None]:
    rows = cloud.client("dynamodb").query(
        TableName=cloud.outputs["TableName"],
        KeyConditionExpression="pk = :pk AND begins_with(sk, :send)",
        ExpressionAttributeValues={":pk": {"S": f"application#{application_id}"}, ":send": {"S": "send#"}},
    )["Items"]
    return {row["sk"]["S"].removeprefix("send#"): row.get("delivery", {}).get("S") for row in rows}


def test_a_summary_that_came_back_reaches_the_editor_who_lacks_it_and_the_admin(
    cloud: LocalCloud, editors: Editors
) -> None:
    editors.put(Editor(address=LOST, routes=(EVERY_CALL,)))
    cloud.deliveries.silent = True
    levan = ApiClient(HttpService(cloud.base_url))
    reference = levan.apply(CV, documents=HANDED_IN, applicant=LEVAN)
    expected = [LOST, EDITOR, LEVAN["email"]]
    eventually(lambda: recipients(cloud, reference) == sorted(expected))
    # An editor who came later; the events of the mails before come now, twice.
    editors.put(Editor(address=NEW, routes=(EVERY_CALL,)))
    cloud.deliveries.silent = False
    for mail in 2 * [mail for mail in cloud.mailbox.mails if mail.tags.get("application") == levan.application_id]:
        cloud.deliveries.put_event(fate_of(mail.to[0])[-1], mail)
    wanted: dict[str, Any] = {
        f"summary#{EDITOR}": "delivered",
        f"summary#{LOST}": "bounced",
        f"summary#{NEW}": "delivered",
        f"receipt#{LEVAN['email']}": "delivered",
        "undelivered-summary#admin@magazine.example": "delivered",
    }
    eventually(lambda: fates(cloud, levan.application_id) == wanted)
    assert recipients(cloud, reference) == sorted([*expected, NEW, "admin@magazine.example"])
