"""Mail that does not arrive (promise P1): SES's events in any order, twice, never and forged; refusals and outages."""

import json
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

import documents
from desk import EDITOR, Browser
from house import House, mail_event
from intake import runtime
from intake.domain.editor import EVERY_CALL, Editor
from intake.handlers.keep import KeepError
from mails import to
from people import CARD, ApiClient, described

ANNA, BEN = "anna@magazine.example", "ben@magazine.example"
ADMIN = "admin@magazine.example"
NINO = CARD["email"]
CV = {"cv": ("cv.pdf", documents.pdf("Curriculum vitae of Nino Beridze, reporter in Kutaisi. " * 12))}
HANDED_IN = [
    described("cv", *CV["cv"]),
    {"kind": "cover_letter", "text": "Dear editors, I would like to write for you about rivers. " * 12},
    {"kind": "writing_sample", "link": "https://archive.example/nino"},
]


def add(house: House, *addresses: str) -> None:
    editors = runtime.editors(house.physical["Table"], EDITOR)
    for address in addresses:
        editors.put(Editor(address=address, routes=(EVERY_CALL,)))


@pytest.fixture
def nino(house: House) -> ApiClient:
    """Sent in, and told to two editors."""
    add(house, ANNA)
    nino = ApiClient(house)
    nino.apply(CV, documents=HANDED_IN)
    house.settle()
    return nino


def item(house: House, nino: ApiClient) -> dict[str, Any]:
    key = {"pk": {"S": f"application#{nino.application_id}"}, "sk": {"S": "application"}}
    found: dict[str, Any] = house.dynamodb.get_item(TableName=house.physical["Table"], Key=key)["Item"]
    return found


def known(house: House, recipient: str, kind: str = "") -> list[str | None]:
    return [row.get("delivery", {}).get("S") for row in house.sends(recipient, kind)]


def subjects(house: House, recipient: str) -> list[str]:
    return [mail.subject for mail in to(house.mails, recipient)]


def test_ses_is_told_which_application_and_which_send_a_mail_belongs_to(house: House) -> None:
    tags: dict[str, dict[str, str]] = {}

    def note(params: Any, **_: Any) -> None:
        asked = json.loads(params["body"])
        (recipient,) = asked["Destination"]["ToAddresses"]
        tags[recipient] = {tag["Name"]: tag["Value"] for tag in asked["EmailTags"]}

    nino = ApiClient(house)
    with house._on_mail("before-call", note):
        nino.apply(CV, documents=HANDED_IN)
        house.settle()
    for recipient in (EDITOR, NINO):
        (row,) = house.sends(recipient)
        assert tags[recipient] == {"application": nino.application_id, "send": row["send_id"]["S"]}
        assert recipient not in str(tags.values())


def test_a_bounced_summary_goes_to_whoever_lacks_it_and_the_admin_is_told_once(house: House, nino: ApiClient) -> None:
    add(house, BEN)
    for _ in range(2):
        house.ses_says("Bounce", ANNA)
        house.settle()
    reference = nino.status()["reference"]
    assert known(house, ANNA) == ["bounced"]
    assert [len(to(house.mails, address)) for address in (EDITOR, ANNA, BEN)] == [1, 1, 1]
    assert subjects(house, BEN) == subjects(house, EDITOR)
    (notice,) = to(house.mails, ADMIN)
    assert reference in notice.subject
    for personal in ("Nino", "Beridze", NINO, ANNA):
        assert personal not in notice.text + notice.html + notice.subject
    assert item(house, nino)["due_kind"] == {"S": "retention"}


@pytest.mark.parametrize("event_type", ["Complaint", "Reject"])
def test_a_complaint_or_a_rejection_counts_like_a_bounce(house: House, nino: ApiClient, event_type: str) -> None:
    house.ses_says(event_type, ANNA)
    house.settle()
    assert len(to(house.mails, ADMIN)) == 1


def test_with_keep_alone_the_others_are_told_all_the_same(house: House, nino: ApiClient) -> None:
    house.is_streaming = False
    house.ses_says("Bounce", ANNA)
    house.settle()
    assert to(house.mails, ADMIN) == []
    house.keep(after=timedelta(minutes=5))
    house.settle()
    assert len(to(house.mails, ADMIN)) == 1


@pytest.mark.parametrize("events", list(permutations(["DeliveryDelay", "Delivery", "Bounce"])))
def test_events_in_any_order_and_twice_come_to_the_same(house: House, nino: ApiClient, events: tuple[str, ...]) -> None:
    for event_type in (*events, *events):
        house.ses_says(event_type, ANNA)
    house.settle()
    assert known(house, ANNA) == ["bounced"]
    assert len(to(house.mails, ADMIN)) == 1


def test_a_bounced_update_is_owed_too(house: House, nino: ApiClient) -> None:
    assert nino.ask("PATCH", body={"applicant": {"byline": "N. B."}}).status == 200
    house.settle()
    add(house, BEN)
    house.ses_says("Bounce", ANNA, "update")
    house.settle()
    assert len(to(house.mails, BEN)) == 1
    assert len(to(house.mails, ADMIN)) == 1


def test_a_summary_that_nothing_is_heard_of_for_a_day_is_late_and_the_admin_is_told(
    house: House, nino: ApiClient
) -> None:
    house.ses_says("Delivery", EDITOR)
    house.settle()
    house.keep(after=timedelta(hours=23, minutes=59))
    house.settle()
    assert to(house.mails, ADMIN) == []
    for _ in range(2):
        house.keep(after=timedelta(minutes=5))
        house.settle()
    assert (known(house, EDITOR), known(house, ANNA)) == (["delivered"], ["late"])
    assert len(to(house.mails, ADMIN)) == 1
    house.ses_says("Delivery", ANNA)
    house.settle()
    assert known(house, ANNA) == ["delivered"]


def test_what_arrived_is_never_late(house: House, nino: ApiClient) -> None:
    for address in (EDITOR, ANNA, NINO):
        house.ses_says("Delivery", address)
    house.settle()
    for _ in range(3):
        house.keep(after=timedelta(days=2))
        house.settle()
    assert to(house.mails, ADMIN) == []


def test_a_bounced_receipt_is_told_to_the_editors_and_that_address_gets_no_more(house: House, nino: ApiClient) -> None:
    house.ses_says("Delivery", EDITOR)
    house.ses_says("Delivery", ANNA)
    for _ in range(2):
        house.ses_says("Bounce", NINO)
        house.settle()
    for editor in (EDITOR, ANNA):
        summary, update = to(house.mails, editor)
        came_back = f"Unsere E-Mail an {NINO} kam zurück, und so ginge es auch Ihrer Antwort."
        reply = f"Ihre Antwort geht direkt an {NINO}."
        told, news = (" ".join(mail.text.split()) for mail in (summary, update))
        assert (came_back in told, reply in told, came_back in news, reply in news) == (False, True, True, False)
        assert update.subject == f"Re: {summary.subject}"
    assert item(house, nino)["unreachable"] == {"S": NINO}
    assert to(house.mails, ADMIN) == []
    browser = Browser(house)
    browser.sign_in()
    text = browser.get(f"/desk/a/{nino.application_id}").text
    assert "Zusammenfassung: zugestellt an 2 von 2" in text
    assert "Eingangsbestätigung: Sie hat die Adresse nicht erreicht" in text
    assert nino.ask("PATCH", body={"applicant": {"email": "nino@other.example"}}).status == 200
    house.settle()
    assert len(to(house.mails, NINO)) == 1
    assert len(to(house.mails, "nino@other.example")) == 1


def test_the_desk_says_whom_the_summary_did_not_reach(house: House, nino: ApiClient) -> None:
    house.ses_says("Delivery", EDITOR)
    house.ses_says("Bounce", ANNA)
    house.ses_says("DeliveryDelay", NINO)
    house.settle()
    browser = Browser(house)
    browser.sign_in()
    text = browser.get(f"/desk/a/{nino.application_id}").text
    assert "Zusammenfassung: zugestellt an 1 von 2" in text
    assert f"Nicht angekommen: {ANNA}" in text
    assert "Eingangsbestätigung: unterwegs" in text


def forged(house: House, nino: ApiClient) -> dict[str, dict[str, Any]]:
    ours = house.physical["MailConfiguration"]
    real = {"application": nino.application_id, "send": house.sends(ANNA)[0]["send_id"]["S"]}
    return {
        "an unknown send": mail_event("Bounce", ANNA, real | {"send": "0" * 32}, configuration_set=ours),
        "an unknown application": mail_event("Bounce", ANNA, real | {"application": "f" * 40}, configuration_set=ours),
        "another stack's mail": mail_event("Bounce", ANNA, real, configuration_set="another"),
        "a mail of ours without a send": mail_event("Bounce", ANNA, {"application": "sign-in"}, configuration_set=ours),
    }


@pytest.mark.parametrize(
    "which", ["an unknown send", "an unknown application", "another stack's mail", "a mail of ours without a send"]
)
def test_what_is_not_about_a_mail_of_ours_changes_nothing(house: House, nino: ApiClient, which: str) -> None:
    before = house.rows()
    house.publish(forged(house, nino)[which])
    house.settle()
    assert house.messages("DeliveryQueue") == []
    assert house.rows() == before


def test_an_event_that_comes_after_the_erasure_brings_nothing_back(house: House, nino: ApiClient) -> None:
    house.ses_says("Bounce", ANNA)
    house.ses_says("Delivery", EDITOR)
    waiting = house.messages("DeliveryQueue")
    assert nino.ask("DELETE").status == 202
    house.keep()
    house.deliver("EraseQueue")
    before = house.rows()
    house.settle()
    assert (len(waiting), house.rows()) == (2, before)


def test_messages_carry_ids_only(house: House, nino: ApiClient) -> None:
    house.ses_says("Bounce", ANNA)
    (message,) = house.messages("DeliveryQueue")
    (row,) = house.sends(ANNA)
    assert message == {
        "type": "Bounce",
        "bounce_type": "Permanent",
        "bounce_subtype": "General",
        "ses_id": "010701860d89bc12-7ce77242-b9cf-492d-a880-7f5401590119-000000",
        "application_id": nino.application_id,
        "send_id": row["send_id"]["S"],
    }


def test_an_event_about_a_mail_whose_answer_was_lost_saves_the_second_one(house: House) -> None:
    nino = ApiClient(house)
    nino.open({}, documents=HANDED_IN)
    nino.send_files(CV)
    with house.losing_answers(EDITOR):
        nino.submit()
        house.settle(rounds=3)
        house.ses_says("Delivery", EDITOR)
        house.deliver("DeliveryQueue")
    house.clock += timedelta(minutes=5)
    house.settle()
    assert len(to(house.mails, EDITOR)) == 1
    assert nino.status()["status"] == "with_editors"


def test_what_ses_refuses_for_good_is_not_tried_again_and_the_admin_is_told(house: House) -> None:
    add(house, ANNA)
    nino = ApiClient(house)
    with house.refusing_mail(ANNA, "MessageRejected"), house.refusing_mail(NINO, "MessageRejected"):
        nino.apply(CV, documents=HANDED_IN)
        house.settle()
        house.keep(after=timedelta(minutes=11))
        house.settle()
    assert {row["sk"]["S"]: row["state"]["S"] for row in house.sends(ANNA) + house.sends(NINO)} == {
        f"send#summary#{ANNA}": "refused",
        f"send#update-4#{ANNA}": "refused",  # that no mail reaches the applicant
        f"send#receipt#{NINO}": "refused",
    }
    assert house.messages("NotifyQueue") == []
    house.keep(after=timedelta(days=2))
    house.settle()
    assert (len(to(house.mails, EDITOR)), to(house.mails, ANNA), to(house.mails, NINO)) == (2, [], [])
    assert [nino.status()["reference"] in mail.subject for mail in to(house.mails, ADMIN)] == [True, True]
    assert nino.status()["status"] == "with_editors"
    browser = Browser(house)
    browser.sign_in()
    assert f"Nicht angekommen: {ANNA}" in browser.get(f"/desk/a/{nino.application_id}").text


def test_the_admins_notice_is_owed_until_ses_takes_it(house: House, nino: ApiClient) -> None:
    with house.refusing_mail(ADMIN, "MessageRejected"):
        house.ses_says("Bounce", ANNA)
        house.settle(rounds=4)
        house.keep(after=timedelta(minutes=11))
        house.settle(rounds=4)
    assert to(house.mails, ADMIN) == []
    house.keep(after=timedelta(minutes=11))
    house.settle()
    assert len(to(house.mails, ADMIN)) == 1


@pytest.mark.parametrize(
    "code",
    ["SendingPausedException", "TooManyRequestsException", "LimitExceededException", "AccountSuspendedException"],
)
def test_after_four_days_in_which_ses_takes_nothing_everybody_has_one_mail(house: House, code: str) -> None:
    nino = ApiClient(house)
    with house.refusing_mail(EDITOR, code), house.refusing_mail(NINO, code):
        nino.apply(CV, documents=HANDED_IN)
        for _ in range(4 * 4):
            house.settle(rounds=2)
            house.drop("NotifyQueue")  # what has failed five times lies among the dead letters
            house.keep(after=timedelta(hours=6))
    assert house.mails == []
    for _ in range(3):
        house.keep(after=timedelta(minutes=11))
        house.settle()
    assert [len(to(house.mails, address)) for address in (EDITOR, NINO, ADMIN)] == [1, 1, 0]
    assert nino.status()["status"] == "with_editors"


def apply_ten(house: House) -> list[ApiClient]:
    house.is_streaming = False
    people = []
    for number in range(10):
        person = ApiClient(house, key=f"applicant-{number}-0123456789-abcdefgh")
        person.apply(CV, documents=HANDED_IN, applicant=CARD | {"email": f"applicant{number}@writers.example"})
        people.append(person)
    for queue in ("InspectQueue", "ScanQueue"):
        while house.deliver(queue):
            pass
    return people


def poison(house: House, person: ApiClient) -> None:
    """Its item cannot be read as an application any more."""
    table = house.physical["Table"]
    house.dynamodb.put_item(TableName=table, Item=item(house, person) | {"call": {"L": []}})


def test_one_poisoned_application_among_ten_keeps_nobody_from_mail(house: House) -> None:
    people = apply_ten(house)
    poison(house, people[4])
    with pytest.raises(KeepError):  # which the alarm hears
        house.keep(after=timedelta(minutes=5))
    house.settle(rounds=3)
    others = [person for person in people if person is not people[4]]
    assert len(to(house.mails, EDITOR)) == 9
    assert {person.status()["status"] for person in others} == {"with_editors"}


@pytest.mark.parametrize(
    ("address", "routes"),
    [("anna@localhost", {"L": [{"S": "*"}]}), (ANNA, {"L": []}), (ANNA, {"NULL": True})],
    ids=["no address", "no routes", "routes that are none"],
)
def test_one_poisoned_editor_keeps_nobody_else_from_mail(
    house: House,
    address: str,
    routes: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    add(house, BEN)
    row = {"pk": f"editor#{address}", "sk": "editor", "call_status": "editors", "submitted_at": address}
    poisoned = {name: {"S": value} for name, value in row.items()} | {"routes": routes}
    house.dynamodb.put_item(TableName=house.physical["Table"], Item=poisoned)
    ApiClient(house).apply(CV, documents=HANDED_IN)
    house.settle()
    assert [len(to(house.mails, editor)) for editor in (EDITOR, BEN, NINO, address)] == [1, 1, 1, 0]
    assert runtime.editors(house.physical["Table"], EDITOR).get(address) is None
    assert '"service":"notify","Failed":[1.0]' in capsys.readouterr().out
    assert address not in str([vars(record) for record in caplog.records])


def test_one_poisoned_row_of_a_send_keeps_nobody_from_being_looked_after(house: House) -> None:
    apply_ten(house)
    house.keep(after=timedelta(minutes=5))
    house.settle()
    bad, *others = sorted(house.sends(EDITOR), key=lambda row: row["pk"]["S"])
    house.dynamodb.put_item(TableName=house.physical["Table"], Item=bad | {"state": {"S": "nonsense"}})
    with pytest.raises(KeepError):
        house.keep(after=timedelta(days=1, minutes=1))
    assert sum(row.get("delivery") == {"S": "late"} for row in house.sends(EDITOR)) == len(others) == 9


def test_ten_events_of_which_one_cannot_be_read(house: House, nino: ApiClient) -> None:
    queue = house.physical["DeliveryQueue"]
    house.sqs.send_message(QueueUrl=queue, MessageBody=json.dumps({"type": "Bounce"}))
    house.ses_says("Delivery", ANNA)
    house.ses_says("Delivery", EDITOR)
    house.settle(rounds=2)
    assert (known(house, ANNA), known(house, EDITOR)) == (["delivered"], ["delivered"])
    assert house.messages("DeliveryQueue") == [{"type": "Bounce"}]
