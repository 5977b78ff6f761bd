"""The JSON API to the letter of its contract."""

import json
from datetime import timedelta
from typing import Any

import pytest

import documents
from house import House
from intake import runtime
from intake.domain.call import LANGUAGES
from intake_ops import openapi
from people import CARD, ApiClient, described
from tampering import attempts

FILES = {
    "cv": ("cv.pdf", documents.pdf()),
    "cover_letter": ("letter.docx", documents.docx()),
    "writing_sample": ("sample.odt", documents.odt()),
}


def test_the_call_says_what_a_client_needs(house: House) -> None:
    call = house.request("GET", "/api/calls/contributors").json()
    assert sorted(call) == ["closes_at", "contact", "documents", "id", "languages", "opens_at", "privacy_notice",
                            "proof", "regions", "state", "title", "topics"]  # fmt: skip
    assert (call["id"], call["state"], call["languages"], call["proof"]) == (
        "contributors",
        "open",
        list(LANGUAGES),
        None,
    )
    assert {d["kind"]: d["required"] for d in call["documents"]} == {
        "cv": True,
        "cover_letter": True,
        "writing_sample": True,
    }
    german = house.request("GET", "/api/calls/contributors?language=de").json()
    english = house.request("GET", "/api/calls/contributors?language=en").json()
    assert german["title"] != english["title"]
    assert [r["id"] for r in german["regions"]] == [r["id"] for r in english["regions"]]


def test_an_opened_application_has_a_ticket_for_each_file(house: House) -> None:
    nino = ApiClient(house)
    answer = nino.open(FILES)
    assert answer.status == 201
    opened = answer.json()
    assert sorted(opened) == ["application_id", "documents", "status", "token"]
    assert opened["status"] == "draft"
    for document in opened["documents"]:
        assert document["status"] == "expected"
        assert sorted(document["upload"]) == ["expires_at", "fields", "max_bytes", "url"]


def test_what_was_begun_in_time_may_be_sent_for_an_hour_after_the_call_closed(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_time, late = ApiClient(house), ApiClient(house)
    for draft in (in_time, late):
        draft.open(FILES)
        draft.send_files(FILES)
    closed = {"contributors": runtime.calls()["contributors"].model_copy(update={"closes_at": house.clock})}
    monkeypatch.setattr(runtime, "calls", lambda: closed)
    house.clock += timedelta(minutes=59, seconds=59)
    assert in_time.submit().json()["status"] == "received"
    house.clock += timedelta(seconds=1)
    assert late.submit().json()["code"] == "call_not_open"
    assert late.status()["status"] == "draft"
    assert in_time.submit().json()["status"] == "received"  # asked again, it is the answer of before


def test_the_same_key_again_is_the_same_application_with_fresh_tickets(house: House) -> None:
    nino = ApiClient(house)
    first = nino.open(FILES).json()
    house.clock += timedelta(minutes=11)
    again = nino.open(FILES).json()
    assert (again["application_id"], again["token"]) == (first["application_id"], first["token"])
    assert house.upload(first["documents"][0]["upload"], FILES["cv"][1]).code == "AccessDenied"
    assert house.upload(again["documents"][0]["upload"], FILES["cv"][1]).is_stored
    assert len([row for row in house.rows() if row["sk"]["S"] == "application"]) == 1


def test_the_same_key_opens_nothing_that_was_withdrawn(house: House) -> None:
    nino = ApiClient(house)
    nino.open(FILES)
    assert nino.ask("DELETE").status == 202
    assert nino.open(FILES).status == 404
    house.keep()
    house.settle()
    assert nino.open(FILES).status == 404


def test_the_same_key_again_puts_no_old_text_in_a_newer_files_place(house: House) -> None:
    nino = ApiClient(house)
    typed = [{"kind": "cv", "text": "Reporter in Kutaisi since 2014, on rivers and dams. " * 20}]
    assert nino.open({}, documents=typed).status == 201
    nino.renew("cv", *FILES["cv"])
    ticket = nino.tickets["cv"]
    assert nino.open({}, documents=typed).status == 201
    house.upload(ticket, FILES["cv"][1])
    house.settle()
    assert nino.document("cv")["verdict"] == "accept"


def test_the_same_key_with_another_body_is_a_conflict_and_changes_nothing(house: House) -> None:
    nino = ApiClient(house)
    nino.open(FILES)
    before = house.rows()
    answer = nino.open(FILES, applicant=CARD | {"name": "Somebody Else"})
    assert (answer.status, answer.json()["code"]) == (409, "idempotency_conflict")
    assert house.rows() == before


@pytest.mark.parametrize("key", ["", "short", "a" * 40, "x" * 65, "with spaces and umläuts 1234"])
def test_a_key_that_cannot_be_random_is_refused(house: House, key: str) -> None:
    answer = ApiClient(house, key=key).open(FILES)
    assert (answer.status, answer.json()["errors"]) == (422, [{"field": "idempotency-key", "code": "key_too_weak"}])


def linking_to(link: str) -> dict[str, Any]:
    return {"applicant": CARD | {"links": [link]}}


def with_cv(**fields: Any) -> dict[str, Any]:
    return {"documents": [{"kind": "cv", **fields}]}


REFUSED = {
    "unknown field": ({"extra": 1}, "extra", "extra_forbidden"),
    "unknown field in the card": ({"applicant": CARD | {"photo": "x"}}, "applicant.photo", "extra_forbidden"),
    "no name": ({"applicant": CARD | {"name": " "}}, "applicant.name", "too_short"),
    "long name": ({"applicant": CARD | {"name": "x" * 201}}, "applicant.name", "too_long"),
    "no address": ({"applicant": CARD | {"email": "nino"}}, "applicant.email", "value_error"),
    "no region": ({"applicant": CARD | {"regions": []}}, "applicant.regions", "too_short"),
    "unknown region": ({"applicant": CARD | {"regions": ["atlantis"]}}, "applicant.regions", "unknown_choice"),
    "unknown topic": ({"applicant": CARD | {"topics": ["astrology"]}}, "applicant.topics", "unknown_choice"),
    "script link": (linking_to("javascript:alert(1)"), "applicant.links.0", "string_pattern_mismatch"),
    "slashed link": (linking_to("https://evil.example\\.a.example/"), "applicant.links.0", "string_pattern_mismatch"),
    "disguised link": (linking_to("https://a.example@evil.example/"), "applicant.links.0", "string_pattern_mismatch"),
    "wrong type": ({"applicant": CARD | {"name": 7}}, "applicant.name", "string_type"),
    "old notice": ({"privacy_notice": "2020-01-01"}, "privacy_notice", "notice_outdated"),
    "unknown language": ({"language": "fr"}, "language", "unknown_language"),
    "unknown kind": ({"documents": [described("photo", "p.png", b"x")]}, "documents.0.kind", "enum"),
    "named twice": ({"documents": [described("cv", "a.pdf", b"x")] * 2}, "documents", "named_twice"),
    "too large": (with_cv(filename="a.pdf", size=10**9), "cv", "file_too_large"),
    "less than nothing": (with_cv(filename="a.pdf", size=-1), "documents.0.size", "greater_than_equal"),
    "neither": (with_cv(), "documents.0", "value_error"),
    "both": (with_cv(filename="a.pdf", size=1, text="x"), "documents.0", "value_error"),
    "a link for a cv": (with_cv(link="https://a.example/cv"), "cv", "link_not_allowed"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_breaks_a_rule_is_named_by_field_and_code_and_never_repeated(house: House, case: str) -> None:
    changes, field, code = REFUSED[case]
    answer = ApiClient(house).open(FILES, **changes)
    assert (answer.status, answer.headers["content-type"]) == (422, "application/problem+json")
    problem = answer.json()
    assert (problem["code"], problem["errors"]) == ("invalid_request", [{"field": field, "code": code}])
    assert "evil" not in answer.body
    assert house.rows() == []


@pytest.mark.parametrize("body", ["", "{", "[]", "7", '"x"', "{" * 1000, '{"call": "contributors"}'])
def test_a_body_that_is_no_application_is_a_422_never_a_500(house: House, body: str) -> None:
    answer = house.request("POST", "/api/applications", body, idempotency_key="dGVzdC1rZXktMTIzNDU2Nzg5MA")
    assert (answer.status, answer.json()["code"]) == (422, "invalid_request")


def test_a_body_over_the_limit_is_refused_before_it_is_read(house: House) -> None:
    answer = house.request("POST", "/api/applications", " " * 600_001)
    assert (answer.status, answer.json()["code"]) == (413, "body_too_large")


def test_a_wrong_token_answers_like_an_unknown_id(house: House) -> None:
    nino, rashad = ApiClient(house), ApiClient(house)
    nino.open(FILES)
    rashad.open(FILES)
    unknown = ApiClient(house, application_id="f" * 40, token=nino.token).ask("GET")
    answers = [unknown]
    for token in ("", "x", rashad.token, nino.token[:-1], nino.application_id):
        intruder = ApiClient(house, application_id=nino.application_id, token=token)
        answers += [
            intruder.ask("GET"),
            intruder.ask("GET", "/data"),
            intruder.ask("PATCH", body={"applicant": {"fee": "0"}}),
            intruder.ask("POST", "/submission"),
            intruder.ask("POST", "/documents/cv/upload", {"filename": "x.pdf", "size": 1}),
            intruder.ask("DELETE"),
        ]
    assert {(a.status, a.body) for a in answers} == {(404, unknown.body)}


def test_submission_names_what_was_never_uploaded_and_repeating_it_answers_the_same(house: House) -> None:
    nino = ApiClient(house)
    nino.open(FILES)
    nino.send_files({"cv": FILES["cv"]})
    refused = nino.submit()
    assert (refused.status, refused.json()["code"]) == (409, "documents_missing")
    assert refused.json()["kinds"] == ["cover_letter", "writing_sample"]
    nino.send_files(FILES)
    first, again = nino.submit(), nino.submit()
    assert (first.status, again.status) == (202, 202)
    assert first.json() == again.json()
    assert sorted(first.json()) == ["reference", "status"]


def found_in(kind: str, client: ApiClient) -> set[str]:
    """What the applicant's own data say of a document's verdict."""
    held = client.ask("GET", "/data").json()["documents"][kind]
    return {"inspection", "scan", "finding", "copies"} & held.keys()


def test_a_verdict_is_shown_only_when_it_is_final(house: House) -> None:
    nino = ApiClient(house)
    nino.open(FILES)
    assert nino.document("cv") == {"kind": "cv", "status": "expected"} | dict.fromkeys(
        ("verdict", "reason", "message", "pages", "words", "language", "notes", "same_file_as")
    )
    nino.send_files(FILES)
    assert (nino.document("cv")["status"], nino.document("cv")["verdict"]) == ("uploaded", None)
    house.deliver("InspectQueue")
    assert nino.document("cv")["verdict"] is None
    assert found_in("cv", nino) == set()
    house.settle()
    assert found_in("cv", nino) == {"inspection", "scan", "finding", "copies"}
    checked = nino.document("cv")
    assert (checked["status"], checked["verdict"], checked["pages"], checked["language"]) == (
        "checked",
        "accept",
        1,
        checked["language"],
    )


def test_mending_changes_what_is_named_and_null_removes(house: House) -> None:
    nino = ApiClient(house)
    nino.open(FILES, applicant=CARD | {"fee": "200 EUR", "byline": "N. B."})
    assert nino.ask("PATCH", body={"applicant": {"fee": "300 EUR", "byline": None}}).status == 200
    held = nino.ask("GET", "/data").json()
    assert (held["applicant"]["fee"], "byline" in held["applicant"]) == ("300 EUR", False)
    for wrong, field in (
        ({"email": "x"}, "email"),
        ({"name": None}, "name"),
        ({"regions": ["atlantis"]}, "applicant.regions"),
        ({"photo": 1}, "photo"),
    ):
        answer = nino.ask("PATCH", body={"applicant": wrong})
        assert (answer.status, answer.json()["errors"][0]["field"]) == (422, field)


def test_everything_held_is_there_without_our_bookkeeping(house: House) -> None:
    nino = ApiClient(house)
    card = CARD | {
        "address_as": "Nino", "byline": "N. B.", "availability": "Mornings", "fee": "200 EUR", "note": "Hello",
        "links": ["https://example.org/a"], "alternative_contact": "Signal",
    }  # fmt: skip
    nino.apply(FILES, applicant=card, preferences={"pool": True})
    house.settle()
    held = nino.ask("GET", "/data").json()
    assert held["applicant"] == card
    assert held["preferences"] == {"pool": True, "neutral_mail": False, "no_mail": False}
    assert {mail["kind"] for mail in held["mails"]} == {"summary", "receipt"}
    assert held["documents"]["cv"]["upload"]["filename"] == "cv.pdf"
    assert not {"fingerprint", "token_counter", "revision"} & set(held)
    assert "editors@magazine.example" not in json.dumps(held)


def test_every_answer_has_the_headers_and_unknown_paths_are_problems(house: House) -> None:
    for answer in (
        house.request("GET", "/api/calls/contributors"),
        house.request("GET", "/api/calls/nothing"),
        house.request("POST", "/api/nothing"),
        house.request("POST", "/api/applications", " " * 600_001),
    ):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; ")
    assert house.request("GET", "/api/calls/nothing").json()["code"] == "not_found"


@pytest.mark.parametrize("path", ["/api/calls/contributors", "/api/calls/nothing", "/de/apply/contributors"])
def test_head_answers_like_get_without_a_body(house: House, path: str) -> None:
    get, head = house.request("GET", path), house.request("HEAD", path)
    assert (head.status, head.headers, head.body) == (get.status, get.headers, "")


def test_a_ticket_is_good_for_one_key_one_size_range_and_ten_minutes(house: House) -> None:
    nino = ApiClient(house)
    nino.open(FILES)
    ticket = nino.tickets["cv"]
    fields, body = ticket["fields"], FILES["cv"][1]

    def code(body: bytes = body, **changes: str) -> str | None:
        changed = {**fields, **{name.replace("_", "-"): value for name, value in changes.items()}}
        return house.upload({**ticket, "fields": changed}, body).code

    assert code() == ""
    assert code(key=fields["key"] + "0") == "AccessDenied"
    assert code(Content_Type="text/html") == "AccessDenied"
    assert code(success_action_status="200") == "AccessDenied"
    assert code(acl="public-read") == "AccessDenied"
    assert code(tagging="<Tagging/>") == "AccessDenied"
    assert code(x_amz_meta_name="x") == "AccessDenied"
    assert code(x_amz_signature="0" * 64) == "SignatureDoesNotMatch"
    assert code(b"") == "EntityTooSmall"
    assert code(b"x" * (ticket["max_bytes"] + 1)) == "EntityTooLarge"
    house.clock += timedelta(minutes=10, seconds=1)
    assert code() == "AccessDenied"
    assert ticket["url"] == "https://intake-incomingbucket.s3.eu-central-1.amazonaws.com"


def test_a_ticket_is_good_for_nothing_else(house: House) -> None:
    nino, rashad = ApiClient(house), ApiClient(house)
    nino.open(FILES)
    rashad.open(FILES)
    ticket, body = nino.tickets["cv"], FILES["cv"][1]
    taken = [
        what
        for what, fields, content in attempts(ticket, rashad.tickets["cv"], body)
        if house.upload({**ticket, "fields": fields}, content).is_stored
    ]
    assert taken == []
    assert house.keys("IncomingBucket", "") == []
    assert house.upload(ticket, body).is_stored


def test_tickets_run_out_and_the_application_goes_on(house: House) -> None:
    nino = ApiClient(house)
    nino.open(FILES)
    answers = [nino.renew("cv", "cv.pdf", b"x").status for _ in range(30)]
    assert answers == [200] * 29 + [429]


def test_the_description_that_is_committed_is_the_code_s() -> None:
    assert openapi.PATH.read_text(encoding="utf-8") == openapi.description()


def test_the_same_file_in_two_places_is_told(house: House) -> None:
    cv = ("cv.pdf", documents.pdf("Curriculum vitae of Nino Beridze, reporter in Kutaisi. " * 12))
    nino = ApiClient(house)
    nino.apply(FILES | {"cv": cv, "writing_sample": ("sample.pdf", cv[1])})
    assert [document["same_file_as"] for document in nino.status()["documents"]] == [
        None
    ] * 3  # no verdict is final yet
    house.settle()
    told = {document["kind"]: document["same_file_as"] for document in nino.status()["documents"]}
    assert told == {"cv": "writing_sample", "cover_letter": None, "writing_sample": "cv"}
