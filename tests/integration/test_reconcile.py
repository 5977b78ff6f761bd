"""S3, the table and the mails held against each other: what was lost is found and repaired, the rest is told (P1)."""

import contextlib
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

import documents
from desk import EDITOR
from factories import NOW
from house import House
from intake import runtime
from intake.adapters import ledger, listing
from intake.adapters.listing import Listed, Listing
from mails import to
from people import CARD, ApiClient, described

CV = {"cv": ("cv.pdf", documents.pdf("Curriculum vitae of Nino Beridze, reporter in Kutaisi. " * 12))}
BETTER = documents.pdf("Curriculum vitae of Nino Beridze, editor in Tbilisi. " * 12)
HANDED_IN = [
    described("cv", *CV["cv"]),
    {"kind": "cover_letter", "text": "Dear editors, I would like to write for you about rivers. " * 12},
    {"kind": "writing_sample", "link": "https://archive.example/nino"},
]
MINUTES = timedelta(minutes=1)


@pytest.fixture
def nino(house: House) -> ApiClient:
    """Sent in, and told to the editors."""
    nino = ApiClient(house)
    nino.apply(CV, documents=HANDED_IN)
    house.settle()
    return nino


def lose_events(house: House) -> None:
    for queue in ("InspectQueue", "ScanQueue"):
        house.drop(queue)


def item(house: House, nino: ApiClient) -> dict[str, Any]:
    key = {"pk": {"S": f"application#{nino.application_id}"}, "sk": {"S": "application"}}
    found: dict[str, Any] = house.dynamodb.get_item(TableName=house.physical["Table"], Key=key)["Item"]
    return found


def write(house: House, row: dict[str, Any], **changes: Any) -> None:
    """Puts the row as no function of ours would; None takes an attribute away."""
    changed = {name: value for name, value in (row | changes).items() if value is not None}
    house.dynamodb.put_item(TableName=house.physical["Table"], Item=changed)


def counted(output: str, metric: str) -> dict[str, float]:
    """The values of a metric in what functions printed, by reason, summed up."""
    lines = [json.loads(line) for line in output.splitlines() if line.startswith("{") and f'"{metric}"' in line]
    sums: dict[str, float] = {}
    for line in lines:
        reason = line.get("reason", "")
        sums[reason] = sums.get(reason, 0) + sum(line[metric])
    return sums


def whole(house: House) -> None:
    """Keep's rounds until everything was compared."""
    for _ in range(4):
        house.keep(after=5 * MINUTES)


def test_a_replacement_whose_events_were_both_lost_is_inspected_all_the_same(house: House, nino: ApiClient) -> None:
    nino.renew("cv", "better.pdf", BETTER)
    nino.send_files({"cv": ("better.pdf", BETTER)})
    lose_events(house)
    house.keep(after=9 * MINUTES)
    assert house.messages("InspectQueue") == []
    house.keep(after=2 * MINUTES)
    house.settle()
    house.rescan(nino.tickets["cv"]["fields"]["key"])
    house.settle()
    assert nino.document("cv")["verdict"] == "accept"
    assert len(to(house.mails, EDITOR)) == 2


def test_an_upload_that_is_never_inspected_is_held_and_told(house: House, nino: ApiClient) -> None:
    nino.renew("cv", "better.pdf", BETTER)
    nino.send_files({"cv": ("better.pdf", BETTER)})
    lose_events(house)
    house.keep(after=timedelta(hours=1))
    house.drop("InspectQueue")
    house.settle()
    assert (nino.document("cv")["verdict"], nino.document("cv")["reason"]) == ("hold", "inspection_late")
    assert len(to(house.mails, EDITOR)) == 2


def test_a_draft_whose_events_were_lost_is_inspected_before_it_is_sent(house: House) -> None:
    nino = ApiClient(house)
    nino.open({}, documents=HANDED_IN)
    nino.send_files(CV)
    lose_events(house)
    house.keep(after=2 * 60 * MINUTES)
    assert [message["status"] for message in house.messages("ScanQueue")] == []
    house.settle()
    house.rescan(nino.tickets["cv"]["fields"]["key"])
    house.settle()
    assert nino.document("cv")["verdict"] == "accept"


def test_of_two_versions_the_one_that_sending_recorded_is_inspected(house: House) -> None:
    nino = ApiClient(house)
    nino.open(CV, documents=HANDED_IN)
    for body in (b"The first try. " * 60, CV["cv"][1]):
        nino.send_files({"cv": ("cv.pdf", body)})
    assert nino.submit().status == 202
    lose_events(house)
    house.keep(after=11 * MINUTES)
    house.settle()
    house.rescan(nino.tickets["cv"]["fields"]["key"])
    house.settle()
    assert nino.document("cv")["verdict"] == "accept"


def test_what_is_in_order_is_left_alone(house: House, nino: ApiClient) -> None:
    before = item(house, nino)
    whole(house)
    house.keep(after=timedelta(hours=2))
    queues = ("InspectQueue", "ScanQueue", "NotifyQueue", "EraseQueue")
    assert [house.messages(queue) for queue in queues] == [[], [], [], []]
    assert item(house, nino) == before


def test_an_original_whose_verdict_was_never_finished_is_adopted(house: House) -> None:
    nino = ApiClient(house)
    nino.apply(CV, documents=HANDED_IN)
    key = nino.tickets["cv"]["fields"]["key"]
    while house.deliver("InspectQueue"):
        pass
    house.drop("ScanQueue")
    # Whoever was last had copied it, and died.
    desk_key = key.replace("incoming", "desk", 1) + "/original"
    house.s3.put_object(Bucket=house.physical["DeskBucket"], Key=desk_key, Body=CV["cv"][1])
    stored = house.s3.head_object(Bucket=house.physical["DeskBucket"], Key=desk_key)
    house.clock = max(house.clock, stored["LastModified"] + 11 * MINUTES)
    whole(house)
    version_id = house.s3.head_object(Bucket=house.physical["IncomingBucket"], Key=key)["VersionId"]
    asked = {(message["key"], message["version_id"]) for message in house.messages("InspectQueue")}
    assert (key, version_id) in asked


@pytest.mark.parametrize("bucket", ["IncomingBucket", "DeskBucket"])
def test_what_lies_there_after_an_erasure_is_erased(house: House, nino: ApiClient, bucket: str) -> None:
    nino.ask("DELETE")
    house.keep()
    house.settle()
    house.keep(after=timedelta(hours=1))
    house.settle()
    prefix = "incoming" if bucket == "IncomingBucket" else "desk"
    key = f"{prefix}/{nino.application_id}/cv/1" + ("" if prefix == "incoming" else "/original")
    house.s3.put_object(Bucket=house.physical[bucket], Key=key, Body=b"late")
    house.clock += timedelta(days=1)
    whole(house)
    house.settle()
    assert house.keys(bucket, f"{prefix}/") == []


@pytest.mark.parametrize(
    ("bucket", "key"),
    [
        ("IncomingBucket", f"incoming/{'f' * 40}/cv/1"),
        ("IncomingBucket", "incoming/elsewhere"),
        ("DeskBucket", f"desk/{'f' * 40}/cv/1/original"),
        ("DeskBucket", "desk/elsewhere"),
    ],
)
def test_a_document_of_nobodys_is_told_and_stays(
    house: House, capsys: pytest.CaptureFixture[str], bucket: str, key: str
) -> None:
    house.s3.put_object(Bucket=house.physical[bucket], Key=key, Body=b"whose?")
    whole(house)
    assert set(counted(capsys.readouterr().out, "Discrepancy")) == {"unknown_object"}
    assert house.keys(bucket, "") == [key]
    assert house.messages("EraseQueue") == []


def test_of_a_listing_nothing_is_left_out(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "_PAGE", 2)
    keys = [f"erased/{number}" for number in range(7)]
    for key in keys:
        house.s3.put_object(Bucket=house.physical["DeskBucket"], Key=key)
    marks = runtime.listing(house.physical["DeskBucket"], "erased/")
    listed, after = marks.page()
    found = [one.key for one in listed]
    while after:
        listed, after = marks.page(after)
        found += [one.key for one in listed]
    assert found == keys
    assert marks.among(keys) == set(keys)


class Marks(Listing):
    """Skips like S3, which begins after a marker that is no key as well; moto leaves out one more."""

    def __init__(self, keys: list[str]) -> None:
        self.keys, self.asked = sorted(keys), 0

    def page(self, after: str = "") -> tuple[list[Listed], str]:
        self.asked += 1
        keys = [key for key in self.keys if key > after]
        listed = [Listed(key, "v", "e", 0, NOW) for key in keys[:3]]
        return listed, keys[2] if len(keys) > 3 else ""


@pytest.mark.parametrize("wanted", [[], [5], [0, 17, 18, 59], [99], range(70)])
def test_keys_are_found_among_many_and_few_pages_are_asked_for(wanted: Sequence[int]) -> None:
    there, keys = ([f"{number:02}0" for number in numbers] for numbers in (range(60), wanted))
    marks = Marks(there)
    assert marks.among(keys) == set(keys) & set(there)
    assert marks.asked <= min(len(wanted) + 1, 20)


@pytest.fixture
def asked(house: House) -> list[str]:
    """What keep asks AWS, call by call."""
    calls: list[str] = []
    house.session.events.register(
        "before-call", lambda model, **_: calls.append(model.name) if house.acting == "KeepFunction" else None
    )
    runtime.forget()
    return calls


def test_a_quiet_round_asks_seven_times_and_nine_or_ten_while_everything_is_compared(
    house: House, asked: list[str]
) -> None:
    ApiClient(house).open({}, documents=HANDED_IN[2:])
    rounds = []
    for _ in range(5):
        house.keep(after=5 * MINUTES)
        rounds.append(len(asked))
        asked.clear()
    assert rounds == [9, 9, 10, 7, 7]


def test_however_many_were_erased_a_round_looks_for_the_marks_of_its_page_only(
    house: House, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_PAGE", 3)
    for number in range(60):
        house.s3.put_object(Bucket=house.physical["DeskBucket"], Key=f"erased/{number:02x}{'0' * 62}")
    for n in range(2):
        ApiClient(house, key=f"applicant-{n}-0123456789-abcdefgh").open({}, documents=HANDED_IN[2:])
    for _ in range(3):
        asked.clear()
        house.keep(after=5 * MINUTES)
    assert "Scan" in asked
    assert asked.count("ListObjectVersions") <= 3


class WorkerEndedError(BaseException):
    """Lambda ends a worker after its time."""


def test_the_quick_look_goes_on_though_the_whole_never_gets_through(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "_PAGE", 2)
    nino = ApiClient(house)
    nino.open({}, documents=HANDED_IN[2:])
    for number in range(3):
        house.store(f"incoming/{number:040x}/cv/1", b"whose?")

    def end(model: Any, **_: Any) -> None:
        if model.name == "Scan" and house.acting == "KeepFunction":
            raise WorkerEndedError

    house.session.events.register("before-call.dynamodb", end)
    runtime.forget()
    places = []
    for _ in range(6):
        with contextlib.suppress(WorkerEndedError):
            house.keep(after=5 * MINUTES)
        house.acting = None
        places.append(runtime.ledger(house.physical["Table"]).progress()["quick_after"])
    assert places[-1] != places[-2]


def test_keep_erases_again_whom_a_restore_brings_back_and_nobody_else(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    people = [ApiClient(house, key=f"applicant-{n}-0123456789-abcdefgh") for n in range(3)]
    for person in people:
        person.open({}, documents=HANDED_IN)
    then = [item(house, person) for person in people]
    for person in people[1:]:
        person.ask("DELETE")
    house.keep()
    house.settle()
    for row in then:
        write(house, row)
    house.clock += timedelta(days=1)
    whole(house)
    assert counted(capsys.readouterr().out, "Discrepancy")["brought_back"] == 2
    assert [person.ask("GET").status for person in people] == [200, 404, 404]
    house.keep()
    house.settle()
    assert ["applicant" in item(house, person) for person in people] == [True, False, False]


def test_mail_that_nobody_owes_any_more_is_owed_again(house: House) -> None:
    house.is_streaming = False
    nino = ApiClient(house)
    nino.apply(CV, documents=HANDED_IN)
    house.settle()
    write(house, item(house, nino), due_kind=None, due_at=None)
    house.clock += timedelta(hours=2)
    whole(house)
    house.keep(after=5 * MINUTES)
    house.settle()
    assert len(to(house.mails, EDITOR)) == 1
    assert nino.status()["status"] == "with_editors"


def test_an_application_that_was_told_to_nobody_is_found(
    house: House, nino: ApiClient, capsys: pytest.CaptureFixture[str]
) -> None:
    house.ses_says("Bounce", EDITOR)
    house.settle()
    house.clock += timedelta(hours=2)
    whole(house)
    output = capsys.readouterr().out
    assert counted(output, "Discrepancy") == {"nobody_told": 1}
    assert counted(output, "DiscrepancyTold") == {"": 1}


def test_every_application_has_its_place(house: House, nino: ApiClient, capsys: pytest.CaptureFixture[str]) -> None:
    others = [ApiClient(house, key=f"applicant-{n}-0123456789-abcdefgh") for n in range(3)]
    card = CARD | {"email": "levan@writers.example"}
    for other in others:
        other.open({}, documents=HANDED_IN, applicant=card)
    others[1].ask("DELETE")
    house.keep()
    house.settle()
    others[2].send_files(CV)
    others[2].submit()
    lose_events(house)
    whole(house)
    assert counted(capsys.readouterr().out, "Applications") == {
        "draft": 1, "waiting": 1, "with_editors": 1, "erased": 1, "unaccounted": 0
    }  # fmt: skip


def test_the_whole_is_compared_once_a_day(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        house.keep(after=5 * MINUTES)
    capsys.readouterr()
    for _ in range(3):
        house.keep(after=7 * 60 * MINUTES)
    assert counted(capsys.readouterr().out, "Applications") == {}
    for _ in range(4):
        house.keep(after=2 * 60 * MINUTES)
    assert set(counted(capsys.readouterr().out, "Applications")) > {"waiting", "unaccounted"}


def test_page_by_page_nothing_is_left_out(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "_PAGE", 3)
    monkeypatch.setattr(ledger, "_PAGE", 3)
    people = [ApiClient(house, key=f"applicant-{n}-0123456789-abcdefgh") for n in range(4)]
    for person in people:
        person.open({}, documents=HANDED_IN)
        person.send_files(CV)
    lose_events(house)
    house.clock += 11 * MINUTES
    asked: set[str] = set()
    for _ in range(12):
        house.keep()
        while messages := house.messages("InspectQueue"):
            asked |= {message["key"] for message in messages}
            house.drop("InspectQueue")
    assert asked == set(house.keys("IncomingBucket", "incoming/"))
    assert len(asked) == 8


def test_of_two_versions_the_first_one_is_inspected(house: House, nino: ApiClient) -> None:
    nino.renew("cv", "better.pdf", BETTER)
    key = nino.tickets["cv"]["fields"]["key"]
    first = house.store(key, BETTER)
    house.store(key, b"something else")
    lose_events(house)
    house.keep(after=11 * MINUTES)
    assert {message["version_id"] for message in house.messages("InspectQueue")} == {first}


def test_one_poisoned_application_among_ten_keeps_nobody_from_being_compared(house: House) -> None:
    people = [ApiClient(house, key=f"applicant-{n}-0123456789-abcdefgh") for n in range(10)]
    for person in people:
        person.open({}, documents=HANDED_IN)
        person.send_files(CV)
    lose_events(house)
    write(house, item(house, people[4]), call={"L": []})
    house.drop("InspectQueue")
    house.keep(after=11 * MINUTES)
    asked: set[str] = set()
    while messages := house.messages("InspectQueue"):
        asked |= {message["key"].split("/")[1] for message in messages}
        house.drop("InspectQueue")
    assert asked == {person.application_id for person in people if person is not people[4]}
