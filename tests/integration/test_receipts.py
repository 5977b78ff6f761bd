"""Receipts go to addresses that nobody has verified: few a day, and every word in them is ours."""

from datetime import timedelta
from email.message import Message
from typing import Any

import pytest

from house import House
from intake.domain.receipts import mailbox_key
from intake.domain.token import TokenKeys
from mails import to
from people import CARD, ApiClient

FILES = dict.fromkeys(("cv", "cover_letter", "writing_sample"), ("a.txt", b"Once upon a time in Kutaisi. " * 40))
VICTIM = "victim@elsewhere.example"


def apply(house: House, email: str = VICTIM, **card: Any) -> ApiClient:
    client = ApiClient(house)
    client.apply(FILES, applicant=CARD | {"email": email, **card})
    house.settle()
    return client


def receipts(house: House) -> list[Message]:
    return [mail for mail in house.mails if mail["X-Intake-Event"] == "receipt"]


def mail_due(house: House, client: ApiClient) -> str:
    [row] = [r for r in house.rows() if r["pk"]["S"].endswith(client.application_id) and r["sk"]["S"] == "application"]
    return row["due_at"]["S"] if row["due_kind"]["S"] == "mail" else ""


def test_a_fourth_receipt_within_a_day_waits_and_the_application_does_not(house: House) -> None:
    clients = [apply(house) for _ in range(5)]
    assert len(receipts(house)) == 3
    assert {client.status()["status"] for client in clients} == {"with_editors"}
    assert len(to(house.mails, "editors@magazine.example")) == 5
    assert [mail_due(house, client) for client in clients] == [
        "",
        "",
        "",
        "2026-12-02T10:00:00Z",
        "2026-12-02T10:00:00Z",
    ]
    house.keep(after=timedelta(hours=23))
    house.settle()
    assert len(receipts(house)) == 3
    house.keep(after=timedelta(hours=1))
    house.settle()
    assert len({mail["X-Intake-Application"] for mail in receipts(house)}) == len(receipts(house)) == 5
    assert [mail_due(house, client) for client in clients] == [""] * 5
    assert len(to(house.mails, "editors@magazine.example")) == 5


def test_what_is_over_the_limit_again_waits_another_day(house: House) -> None:
    for _ in range(7):
        apply(house)
    for day in (1, 2):
        house.keep(after=timedelta(days=1))
        house.settle()
        assert len(receipts(house)) == min(3 * (day + 1), 7)


def test_tags_and_capitals_make_no_new_mailbox(house: House) -> None:
    for address in ("a@b.example", "A@b.example", "a+1@b.example", "a+2@B.example", "a+3@b.example"):
        apply(house, address)
    assert len(receipts(house)) == 3
    apply(house, "b@b.example")
    assert len(receipts(house)) == 4


def test_dots_make_no_new_mailbox_where_they_lead_to_the_same() -> None:
    keys = TokenKeys(current="k1", keys={"k1": b"key"})
    same = ("nino@gmail.com", "n.ino@gmail.com", "ni.n.o+1@googlemail.com", "NINO@Gmail.com")
    assert len({mailbox_key(keys, address) for address in same}) == 1
    others = ("nino@writers.example", "n.ino@writers.example")
    assert len({mailbox_key(keys, address) for address in others}) == 2


def test_a_receipt_that_ses_refuses_counts_once(house: House) -> None:
    for _ in range(2):
        apply(house)
    with house.refusing_mail(VICTIM, "TooManyRequestsException"):
        apply(house)
        for _ in range(5):
            house.keep(after=timedelta(minutes=10))
            house.settle(rounds=2)
    house.keep(after=timedelta(minutes=10))
    house.settle()
    assert len(receipts(house)) == 3


def test_an_address_mended_to_a_strangers_is_limited_too(house: House) -> None:
    for _ in range(3):
        apply(house)
    nino = apply(house, "nino@writers.example")
    assert nino.ask("PATCH", body={"applicant": {"email": VICTIM}}).status == 200
    house.settle()
    assert len(to(house.mails, VICTIM)) == 3


def test_nothing_that_is_answered_tells_how_often_an_address_was_written_to(house: House) -> None:
    first = ApiClient(house)
    opened = [first.open(FILES, applicant=CARD | {"email": VICTIM})]
    for _ in range(4):
        apply(house)
    last = ApiClient(house)
    opened.append(last.open(FILES, applicant=CARD | {"email": VICTIM}))
    for client in (first, last):
        client.send_files(FILES)
    sent = [first.submit(), last.submit()]
    house.settle()
    shown = [first.ask("GET"), last.ask("GET")]
    for answers in (opened, sent, shown):
        assert len({(a.status, tuple(sorted(a.headers)), len(a.body)) for a in answers}) == 1
    assert [answer.json()["status"] for answer in shown] == ["with_editors"] * 2


def test_a_receipt_holds_nothing_that_the_applicant_typed(house: House) -> None:
    typed = {
        "name": "Xq-name",
        "address_as": "Xq-address",
        "byline": "Xq-byline",
        "availability": "Xq-availability",
        "fee": "Xq-fee",
        "links": ["https://xq-link.example/"],
        "note": "Xq-note",
        "alternative_contact": "Xq-contact",
    }
    client = ApiClient(house)
    files = {"cv": ("Xq-file.pdf", b"Xq-body is no PDF"), "cover_letter": ("Xq-letter.txt", b"Xq-letter " * 9)}
    assert client.open(files, applicant=CARD | typed).status == 201
    client.send_files(files)
    sample = {"kind": "writing_sample", "text": "Xq-text " * 40}
    page = f"/en/a/{client.token}/writing_sample/text"
    house.request("POST", page, f"text={sample['text']}", content_type="application/x-www-form-urlencoded")
    assert client.submit().status == 202
    house.settle()
    [receipt] = to(house.mails, CARD["email"])
    [summary] = to(house.mails, "editors@magazine.example")
    everything = [receipt.subject, receipt.text, receipt.html, *receipt.headers.values()]
    assert not any("xq-" in part.lower() for part in everything)
    assert "Xq-name" in summary.text
    assert "Xq-file.pdf" in summary.text


@pytest.mark.parametrize("is_neutral", [True, False])
def test_the_subject_and_the_name_of_the_sender_are_ours(house: House, is_neutral: bool) -> None:
    client = ApiClient(house)
    reference = client.apply(FILES, preferences={"neutral_mail": is_neutral})
    house.settle()
    [receipt] = to(house.mails, CARD["email"])
    subject = f"Your message {reference}" if is_neutral else f"We have received your application ({reference})"
    assert receipt.subject == subject
    assert receipt.headers["to"] == CARD["email"]
