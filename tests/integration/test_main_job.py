"""The main job, in one process on the template's own wiring: from the API to the editor's inbox."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

import documents
from house import House
from intake.domain.application import FEW_CHANGES
from intake.domain.erasure import erasure_mark
from mails import summary_of, to
from people import CARD, ApiClient

FILES = {
    "cv": ("cv.pdf", documents.pdf("Curriculum vitae of Nino Beridze, reporter in Kutaisi. " * 40)),
    "cover_letter": ("letter.docx", documents.docx("Dear editors, I would like to write for your readers. " * 40)),
    "writing_sample": ("sample.odt", documents.odt("The river rose in the night, and nobody had been told. " * 60)),
}


def test_three_documents_reach_the_editors_and_the_applicant_has_a_receipt(house: House) -> None:
    nino = ApiClient(house)
    reference = nino.apply(FILES)
    house.settle()
    summary = to(house.mails, "editors@magazine.example")
    receipt = to(house.mails, "nino@writers.example")
    assert len(summary) == 1
    assert len(receipt) == 1
    assert reference in summary[0].subject
    assert summary[0].headers["reply-to"].endswith("<nino@writers.example>")
    for fact in (reference, "Nino Beridze", "PDF", "DOCX", "ODT"):
        assert fact in summary[0].text
        assert fact in summary[0].html
    assert nino.status()["status"] == "with_editors"
    assert {d["kind"]: d["verdict"] for d in nino.status()["documents"]} == dict.fromkeys(FILES, "accept")


def test_what_editors_may_open_is_byte_for_byte_what_was_inspected(house: House) -> None:
    nino = ApiClient(house)
    nino.apply(FILES)
    house.settle()
    for kind, (_, body) in FILES.items():
        key = f"desk/{nino.application_id}/{kind.replace('_', '-')}/1/original"
        versions = house.s3.list_object_versions(Bucket=house.physical["DeskBucket"], Prefix=key)["Versions"]
        assert [house.body("DeskBucket", key, v["VersionId"]) for v in versions] == [body]


def test_a_ticket_replayed_after_the_verdict_changes_nothing_that_anyone_reads(house: House) -> None:
    nino = ApiClient(house)
    nino.apply(FILES)
    house.settle()
    ticket = nino.tickets["cv"]
    assert house.upload(ticket, b"something else entirely").status == 201
    house.settle()
    assert nino.document("cv")["verdict"] == "accept"
    key = f"desk/{nino.application_id}/cv/1/original"
    assert house.body("DeskBucket", key) == FILES["cv"][1]
    assert len(to(house.mails, "editors@magazine.example")) == 1


def test_a_version_that_lies_there_by_now_is_neither_inspected_nor_copied_for_the_first(house: House) -> None:
    nino = ApiClient(house)
    nino.open(FILES)
    nino.send_files(FILES)
    key = nino.tickets["cv"]["fields"]["key"]
    house.s3.put_object(Bucket=house.physical["IncomingBucket"], Key=key, Body=documents.exe())
    house.settle()
    assert nino.document("cv")["verdict"] == "accept"
    assert house.body("DeskBucket", f"desk/{nino.application_id}/cv/1/original") == FILES["cv"][1]


BAD = {
    "javascript": ("cv.pdf", documents.pdf_with_javascript(), "active_content"),
    "macros": ("cv.docx", documents.docx_with_macros(), "macros"),
    "a program": ("cv.pdf", documents.exe(), "type_mismatch"),
    "a password": ("cv.pdf", documents.encrypted_pdf(), "password"),
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_file_is_rejected_with_its_reason_and_the_application_still_arrives(house: House, bad: str) -> None:
    filename, body, reason = BAD[bad]
    nino = ApiClient(house)
    nino.apply({**FILES, "cv": (filename, body)})
    house.settle()
    found = nino.document("cv")
    assert (found["status"], found["verdict"], found["reason"]) == ("checked", "reject", reason)
    assert found["message"].startswith(filename)
    assert nino.status()["status"] == "needs_attention"
    assert len(to(house.mails, "editors@magazine.example")) == 1
    assert house.keys("DeskBucket", f"desk/{nino.application_id}/cv/") == []


def test_an_empty_file_that_got_past_the_ticket_is_rejected_too(house: House) -> None:
    nino = ApiClient(house)
    assert nino.open(FILES).status == 201
    nino.send_files({kind: file for kind, file in FILES.items() if kind != "cv"})
    house.store(nino.tickets["cv"]["fields"]["key"], b"")
    assert nino.submit().status == 202
    house.settle()
    assert nino.document("cv")["reason"] == "file_empty"


def test_a_replaced_file_takes_its_place_and_the_editors_get_an_update(house: House) -> None:
    nino = ApiClient(house)
    reference = nino.apply({**FILES, "cv": ("cv.pdf", documents.exe())})
    house.settle()
    nino.renew("cv", "better.pdf", FILES["cv"][1])
    assert nino.document("cv")["verdict"] == "reject"
    nino.send_files({"cv": FILES["cv"]})
    house.settle()
    assert nino.document("cv")["verdict"] == "accept"
    summary, update = to(house.mails, "editors@magazine.example")
    assert update.subject == f"Re: {summary.subject}"
    assert reference in update.text
    assert len(to(house.mails, "nino@writers.example")) == 1


def test_a_file_that_arrives_otherwise_than_declared_is_rejected(house: House) -> None:
    nino = ApiClient(house)
    nino.open(FILES)
    nino.renew("cv", "cv.pdf", b"another file")
    nino.send_files(FILES)
    nino.submit()
    house.settle()
    assert nino.document("cv")["reason"] == "upload_damaged"


def test_send_right_after_the_upload_works_though_no_event_has_come(house: House) -> None:
    nino = ApiClient(house)
    nino.open(FILES)
    nino.send_files(FILES)
    assert nino.submit().status == 202
    assert to(house.mails, "editors@magazine.example") == []
    house.settle()
    assert len(to(house.mails, "editors@magazine.example")) == 1


def test_text_typed_into_the_form_and_a_link_are_documents_too(house: House) -> None:
    nino = ApiClient(house)
    documents_ = [
        {"kind": "cv", "text": "Nino Beridze, reporter. " * 30},
        {"kind": "cover_letter", "text": "Dear editors, let me write for you. " * 30},
        {"kind": "writing_sample", "link": "https://archive.example/piece"},
    ]
    assert nino.open({}, documents=documents_).status == 201
    assert nino.submit().status == 202
    house.settle()
    assert {d["kind"]: d.get("verdict") for d in nino.status()["documents"]} == {
        "cv": "accept",
        "cover_letter": "accept",
        "writing_sample": None,
    }
    assert "archive.example/piece" in to(house.mails, "editors@magazine.example")[0].text


def test_with_the_stream_off_keep_delivers(house: House) -> None:
    house.is_streaming = False
    nino = ApiClient(house)
    nino.apply(FILES)
    house.settle()
    assert house.mails == []
    house.keep(after=timedelta(minutes=5))
    house.settle()
    assert len(to(house.mails, "editors@magazine.example")) == 1
    assert len(to(house.mails, "nino@writers.example")) == 1
    house.keep(after=timedelta(days=1))
    house.settle()
    assert len(house.mails) == 2


def test_a_scan_that_never_comes_holds_the_document_after_half_an_hour(house: House) -> None:
    house.scan_result = None
    nino = ApiClient(house)
    nino.apply(FILES)
    house.settle()
    house.keep(after=timedelta(minutes=29))
    house.settle()
    assert house.mails == []
    house.keep(after=timedelta(minutes=12))
    house.settle()
    assert nino.document("cv")["reason"] == "scan_late"
    assert len(to(house.mails, "editors@magazine.example")) == 1


def test_changes_do_not_put_off_the_hold_of_a_file_that_is_never_scanned(house: House) -> None:
    nino = ApiClient(house)
    nino.apply(FILES)
    house.settle()
    for number in range(40):
        assert nino.ask("PATCH", body={"applicant": {"fee": f"{number} EUR"}}).status == 200
        house.settle(rounds=1)
    house.scan_result = None
    nino.renew("cv", *FILES["cv"])
    nino.send_files({"cv": FILES["cv"]})
    house.settle()
    house.keep(after=timedelta(minutes=29))
    assert nino.ask("PATCH", body={"applicant": {"fee": "41 EUR"}}).status == 200
    house.settle()
    assert nino.document("cv").get("verdict") is None
    house.keep(after=timedelta(minutes=2))
    house.settle()
    assert nino.document("cv")["reason"] == "scan_late"


def test_an_inspection_that_never_comes_holds_the_document_and_nobody_can_open_it(house: House) -> None:
    nino = ApiClient(house)
    nino.open(FILES)
    nino.send_files(FILES)
    house.sqs.purge_queue(QueueUrl=house.physical["InspectQueue"])
    nino.submit()
    house.settle()
    house.keep(after=timedelta(minutes=31))
    house.drop("InspectQueue")  # where keep has put them once more
    house.settle()
    assert nino.document("cv")["reason"] == "inspection_late"
    assert house.keys("DeskBucket", "desk/") == []
    assert len(to(house.mails, "editors@magazine.example")) == 1


def test_a_late_verdict_is_told_in_an_update(house: House) -> None:
    house.scan_result = None
    nino = ApiClient(house)
    nino.apply(FILES)
    house.settle()
    house.keep(after=timedelta(minutes=31))
    house.settle()
    house.scan_result = "THREATS_FOUND"
    house.rescan(nino.tickets["cv"]["fields"]["key"])
    house.settle()
    assert (nino.document("cv")["verdict"], nino.document("cv")["reason"]) == ("reject", "malware")
    assert len(to(house.mails, "editors@magazine.example")) == 2


@pytest.mark.parametrize("result", ["UNSUPPORTED", "ACCESS_DENIED", "FAILED", "SOMETHING_NEW"])
def test_a_scan_without_a_clean_result_is_hold_never_accept(house: House, result: str) -> None:
    house.scan_result = result
    nino = ApiClient(house)
    nino.apply(FILES)
    house.settle()
    assert {d["verdict"] for d in nino.status()["documents"]} == {"hold"}


def test_events_that_come_twice_and_in_another_order_change_nothing(house: House) -> None:
    nino = ApiClient(house)
    nino.apply(FILES)
    for kind in reversed(FILES):
        house.rescan(nino.tickets[kind]["fields"]["key"])
    house.settle()
    for kind in FILES:
        house.reannounce(nino.tickets[kind]["fields"]["key"])
    house.settle()
    assert {d["verdict"] for d in nino.status()["documents"]} == {"accept"}
    assert len(to(house.mails, "editors@magazine.example")) == 1


def test_ses_refusing_loses_nothing_and_keeps_the_other_mail_going(house: House) -> None:
    nino = ApiClient(house)
    nino.apply(FILES)
    with house.refusing_mail(to="editors@magazine.example", code="TooManyRequestsException"):
        house.settle()
    assert [mail.to for mail in map(summary_of, house.mails)] == ["nino@writers.example"]
    house.settle()
    assert len(to(house.mails, "editors@magazine.example")) == 1
    assert len(to(house.mails, "nino@writers.example")) == 1


def test_a_lost_answer_is_tried_again_only_after_the_claim_has_lapsed(house: House) -> None:
    nino = ApiClient(house)
    nino.apply(FILES)
    with house.losing_answers(to="editors@magazine.example"):
        house.settle()
    assert len(to(house.mails, "editors@magazine.example")) == 1
    house.clock += timedelta(seconds=61)
    house.settle()
    summaries = to(house.mails, "editors@magazine.example")
    assert len({mail.subject for mail in summaries}) == 1
    assert len(summaries) == 2


def test_no_mail_means_no_mail_and_a_neutral_subject_tells_nothing(house: House) -> None:
    silent = ApiClient(house)
    silent.apply(FILES, preferences={"no_mail": True})
    neutral = ApiClient(house)
    neutral.apply(FILES, preferences={"neutral_mail": True}, applicant=CARD | {"email": "quiet@writers.example"})
    house.settle()
    assert to(house.mails, "nino@writers.example") == []
    receipt = to(house.mails, "quiet@writers.example")[0]
    assert "application" not in receipt.subject.lower()


def test_a_mended_address_gets_its_receipt_and_the_editors_an_update(house: House) -> None:
    nino = ApiClient(house)
    nino.apply(FILES, applicant=CARD | {"email": "nimo@writers.example"})
    house.settle()
    assert nino.ask("PATCH", body={"applicant": {"email": "nino@writers.example"}}).status == 200
    house.settle()
    assert len(to(house.mails, "nino@writers.example")) == 1
    assert len(to(house.mails, "editors@magazine.example")) == 2


def test_however_often_an_application_is_changed_editors_get_few_mails_and_learn_all(house: House) -> None:
    nino = ApiClient(house)
    nino.apply(FILES)
    house.settle()
    told = len(to(house.mails, "editors@magazine.example"))
    for number in range(40):
        assert nino.ask("PATCH", body={"applicant": {"fee": f"{number} EUR"}}).status == 200
        house.settle(rounds=1)
    at_once = len(to(house.mails, "editors@magazine.example")) - told
    assert at_once < FEW_CHANGES
    for _ in range(2):
        house.keep(after=timedelta(hours=12, minutes=5))
        house.settle()
    mails = to(house.mails, "editors@magazine.example")
    assert len(mails) == told + at_once + 1
    assert "39 EUR" in mails[-1].text


def linked(house: House, address: str) -> str:
    """The token in the link of a receipt."""
    [receipt] = to(house.mails, address)
    [token] = set(re.findall(r"/en/a/([\w.-]+)", receipt.text))
    return token


def test_the_link_that_went_to_a_mistyped_address_opens_nothing_once_it_is_mended(house: House) -> None:
    nino = ApiClient(house)
    nino.apply(FILES, applicant=CARD | {"email": "nimo@writers.example"})
    house.settle()
    stranger = replace(nino, token=linked(house, "nimo@writers.example"))
    assert stranger.ask("GET").status == 200
    mended = {"email": "nino@writers.example", "alternative_contact": "a number"}
    assert nino.ask("PATCH", body={"applicant": mended}).status == 200
    house.settle()
    assert [stranger.ask(method).status for method in ("GET", "DELETE")] == [404, 404]
    assert replace(nino, token=linked(house, "nino@writers.example")).ask("GET").status == 200
    assert nino.ask("GET").status == 200
    assert nino.ask("PATCH", body={"applicant": {"email": "nimo@writers.example"}}).status == 200
    assert stranger.ask("GET").status == 200


def test_erasing_leaves_no_byte_and_answers_like_nothing_ever_was(house: House) -> None:
    nino = ApiClient(house)
    nino.apply(FILES)
    house.settle()
    assert nino.ask("DELETE").status == 202
    assert nino.ask("GET").status == 404
    house.keep()
    house.settle()
    assert house.keys("IncomingBucket", "") == []
    assert house.keys("DeskBucket", "") == [erasure_mark(nino.application_id)]
    assert house.body("DeskBucket", erasure_mark(nino.application_id)) == b""
    tombstone, limit = (row for row in house.rows() if row["pk"]["S"] != "reconciliation")
    assert (tombstone["sk"]["S"], limit["sk"]["S"]) == ("application", "receipts")
    # How many receipts a mailbox was sent today outlives it for a day, and names neither mailbox nor application.
    assert int(limit["expires_at"]["N"]) <= (house.clock + timedelta(days=1)).timestamp()
    assert all(part not in str(limit) for part in (nino.application_id, "nino", "writers.example"))
    assert "nino" not in str(house.rows()).lower()
    # An upload with a ticket from before is swept up by the second look.
    due = tombstone["due_kind"]["S"], datetime.fromisoformat(tombstone["due_at"]["S"])
    assert due == ("erasure", house.clock + timedelta(hours=1))
    house.store(nino.tickets["cv"]["fields"]["key"], b"late")
    house.settle()
    house.keep(after=timedelta(hours=1))
    house.settle()
    assert house.keys("IncomingBucket", "") == []
    assert [row for row in house.rows() if "due_at" in row and row["sk"] == tombstone["sk"]] == []
    assert len(house.mails) == 2


def test_drafts_expire_and_nothing_of_them_is_kept(house: House) -> None:
    nino = ApiClient(house)
    nino.open(FILES)
    nino.send_files(FILES)
    house.settle()
    house.keep(after=timedelta(days=29))
    assert nino.ask("GET").status == 200
    house.keep(after=timedelta(days=1))
    assert nino.ask("GET").status == 404
    house.settle()
    assert house.keys("IncomingBucket", "") == []
    assert house.keys("DeskBucket", "") == [erasure_mark(nino.application_id)]
    assert "nino" not in str(house.rows()).lower()
    assert house.mails == []


def test_messages_and_keys_carry_ids_only(house: House) -> None:
    nino = ApiClient(house)
    nino.open(FILES)
    nino.send_files(FILES)
    assert [sorted(m) for m in house.messages("InspectQueue")] == [["bucket", "etag", "key", "size", "version_id"]] * 3
    assert [sorted(m) for m in house.messages("ScanQueue")] == [["bucket", "etag", "key", "status", "version_id"]] * 3
    for key in house.keys("IncomingBucket", ""):
        assert key.startswith(f"incoming/{nino.application_id}/")
