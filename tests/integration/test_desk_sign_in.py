"""Signing in to the desk: codes, tries, limits, and what a stranger learns."""

import json
from datetime import timedelta

import pytest
from botocore.exceptions import EndpointConnectionError

from desk import EDITOR, Browser, calls_to_aws, codes, newest_code, other_code, received, rows
from house import House
from intake import runtime
from intake.domain.session import CODE_LIFETIME, CODE_TRIES, CODE_WINDOW, CODES_PER_WINDOW
from intake.services import sign_in

STRANGER = "stranger@elsewhere.example"


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "ANSWER_AFTER_SECONDS", 0.0)


@pytest.fixture
def browser(house: House) -> Browser:
    return Browser(house)


def editors(house: House) -> "runtime.Editors":
    return runtime.editors(house.physical["Table"], EDITOR)


def reasons(output: str) -> list[str]:
    """Of what was refused, as counted."""
    return [json.loads(line)["reason"] for line in output.splitlines() if '"RequestRefused"' in line]


def test_the_first_editor_signs_in_with_the_code_from_the_mail(browser: Browser, house: House) -> None:
    page = browser.sign_in()
    assert page.status == 200
    assert page.heading == "Bewerbungen"
    assert EDITOR in page.text
    assert [address for address, _ in codes(house)] == [EDITOR]
    assert set(browser.cookies) == {"__Host-desk", "__Host-desk-browser"}


def test_a_link_from_a_mail_shows_nothing_before_and_the_application_after_signing_in(
    browser: Browser, house: House
) -> None:
    application = received(house, name="Tamar Kiknadze")
    before = browser.get(f"/desk/a/{application.id}")
    assert before.status == 200
    assert "Tamar" not in before.body
    assert application.reference not in before.body
    assert before.body == browser.get("/desk/a/" + "0" * 40).body.replace("0" * 40, application.id)
    after = browser.sign_in(path=f"/desk/a/{application.id}")
    assert after.heading == "Tamar Kiknadze"


def test_cookies_are_bound_to_host_path_and_https(browser: Browser) -> None:
    asked = browser.ask_for_code()
    (code_cookie,) = asked.cookies
    assert code_cookie.startswith("__Host-desk-code=")
    assert code_cookie.endswith("; Path=/; Max-Age=600; HttpOnly; Secure; SameSite=Strict")
    entered = browser.submit(browser.follow(asked), "/desk/code", code=newest_code(browser.house))
    session, mark, gone = entered.cookies
    assert session.startswith("__Host-desk=")
    assert session.endswith("; Path=/; Max-Age=28800; HttpOnly; Secure; SameSite=Lax")
    assert mark.startswith("__Host-desk-browser=")
    assert mark.endswith("; Path=/; Max-Age=34560000; HttpOnly; Secure; SameSite=Strict")
    assert gone == "__Host-desk-code=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Strict"


def test_cookies_are_also_read_from_the_header(house: House) -> None:
    browser = Browser(house, passes_cookies_as="header")
    assert browser.sign_in().heading == "Bewerbungen"


def test_the_code_is_taken_as_people_type_it(browser: Browser, house: House) -> None:
    form = browser.follow(browser.ask_for_code())
    code = newest_code(house)
    entered = browser.submit(form, "/desk/code", code=f" {code[:3]} {code[3:]}\n")
    assert (entered.status, entered.headers["location"]) == (303, "/desk")


def test_an_address_is_taken_as_people_type_it(browser: Browser, house: House) -> None:
    browser.ask_for_code("  Editors@Magazine.EXAMPLE ")
    assert [address for address, _ in codes(house)] == [EDITOR]


def test_what_is_no_address_is_said_so(browser: Browser, house: House) -> None:
    before = rows(house)
    page = browser.ask_for_code('"><script>@example')
    assert page.status == 422
    assert "Geben Sie Ihre E-Mail-Adresse ein" in page.text
    assert "<script>" not in page.body
    assert rows(house) == before


def test_five_wrong_tries_are_enough(browser: Browser, house: House) -> None:
    form = browser.follow(browser.ask_for_code())
    code = newest_code(house)
    answers = [browser.submit(form, "/desk/code", code=other_code(code)) for _ in range(CODE_TRIES)]
    assert [answer.status for answer in answers] == [422] * 5
    assert [answer.heading for answer in answers] == ["Geben Sie den Code aus der Mail ein"] * 4 + [
        "Dieser Code gilt nicht mehr"
    ]
    browser.cookies["__Host-desk-code"] = "kept"
    assert browser.submit(form, "/desk/code", code=code).heading == "Dieser Code gilt nicht mehr"


def test_every_guess_of_an_attack_within_the_limits_is_counted_as_wrong(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(CODES_PER_WINDOW):
        browser = Browser(house)
        form = browser.follow(browser.ask_for_code())
        code = newest_code(house)
        for _ in range(CODE_TRIES):
            browser.submit(form, "/desk/code", code=other_code(code))
    assert reasons(capsys.readouterr().out) == ["code_wrong"] * CODES_PER_WINDOW * CODE_TRIES


def test_a_right_code_after_five_wrong_ones_opens_nothing(browser: Browser, house: House) -> None:
    form = browser.follow(browser.ask_for_code())
    secret, code = browser.cookies["__Host-desk-code"], newest_code(house)
    for _ in range(CODE_TRIES):
        browser.cookies["__Host-desk-code"] = secret
        browser.submit(form, "/desk/code", code=other_code(code))
    browser.cookies["__Host-desk-code"] = secret
    assert browser.submit(form, "/desk/code", code=code).status == 422
    assert browser.get("/desk").heading == "Anmelden in der Redaktion"


def test_the_fifth_try_may_be_the_right_one(browser: Browser, house: House) -> None:
    form = browser.follow(browser.ask_for_code())
    code = newest_code(house)
    for _ in range(CODE_TRIES - 1):
        browser.submit(form, "/desk/code", code=other_code(code))
    assert browser.submit(form, "/desk/code", code=code).status == 303


@pytest.mark.parametrize(("late", "status"), [(timedelta(seconds=-1), 303), (timedelta(), 422)])
def test_a_code_is_good_for_ten_minutes(browser: Browser, house: House, late: timedelta, status: int) -> None:
    form = browser.follow(browser.ask_for_code())
    house.clock += CODE_LIFETIME + late
    assert browser.submit(form, "/desk/code", code=newest_code(house)).status == status


def test_a_code_is_used_once(browser: Browser, house: House) -> None:
    form = browser.follow(browser.ask_for_code())
    secret, code = browser.cookies["__Host-desk-code"], newest_code(house)
    assert browser.submit(form, "/desk/code", code=code).status == 303
    again = Browser(house, {"__Host-desk-code": secret})
    assert again.submit(form, "/desk/code", code=code).status == 422


def test_a_code_opens_nothing_in_another_browser(browser: Browser, house: House) -> None:
    form = browser.follow(browser.ask_for_code())
    other = Browser(house)
    other.ask_for_code()
    first_code = codes(house)[0][1]
    if first_code != newest_code(house):  # one in a million
        assert other.submit(form, "/desk/code", code=first_code).status == 422
    assert Browser(house).submit(form, "/desk/code", code=first_code).status == 422
    assert browser.submit(form, "/desk/code", code=first_code).status == 303


def test_an_unknown_address_gets_the_same_answer_and_no_mail(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    known, unknown = Browser(house), Browser(house)
    unknown.ask_for_code("first@elsewhere.example")  # so that the secret is known to both
    asked = calls_to_aws(monkeypatch)
    known_answer = known.ask_for_code()
    calls_for_known = asked.copy()
    asked.clear()
    unknown_answer = unknown.ask_for_code(STRANGER)
    assert asked == ["GetItem", "PutItem", "GetItem", "PutItem"]
    assert calls_for_known == [*asked, "SendEmail"]
    assert (known_answer.status, known_answer.headers, known_answer.body) == (
        unknown_answer.status, unknown_answer.headers, unknown_answer.body,
    )  # fmt: skip
    assert known.follow(known_answer).body == unknown.follow(unknown_answer).body
    assert [address for address, _ in codes(house)] == [EDITOR]


def test_a_wrong_code_is_answered_alike_and_with_the_same_calls(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.domain.session.new_code", lambda: "123456")
    asked = calls_to_aws(monkeypatch)
    seen = []
    for address in (EDITOR, STRANGER):
        browser = Browser(house)
        form = browser.follow(browser.ask_for_code(address))
        asked.clear()
        answers = [browser.submit(form, "/desk/code", code="654321") for _ in range(CODE_TRIES + 1)]
        seen.append((answers, asked.copy()))
    assert seen[0] == seen[1]
    assert asked == ["UpdateItem"] * (CODE_TRIES + 1)


def test_no_code_ever_lets_an_unknown_address_in(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.domain.session.new_code", lambda: "123456")
    browser = Browser(house)
    form = browser.follow(browser.ask_for_code(STRANGER))
    answers = [browser.submit(form, "/desk/code", code="123456") for _ in range(CODE_TRIES)]
    assert [answer.heading for answer in answers] == ["Geben Sie den Code aus der Mail ein"] * 4 + [
        "Dieser Code gilt nicht mehr"
    ]
    assert not any(row["pk"]["S"].startswith("session#") for row in rows(house))


@pytest.mark.parametrize("address", [EDITOR, STRANGER])
def test_an_address_is_sent_five_codes_an_hour_known_or_not(house: House, address: str) -> None:
    statuses = [Browser(house).ask_for_code(address).status for _ in range(CODES_PER_WINDOW + 1)]
    assert statuses == [303] * 5 + [429]
    assert len(codes(house)) == (CODES_PER_WINDOW if address == EDITOR else 0)
    house.clock += CODE_WINDOW
    assert Browser(house).ask_for_code(address).status == 303


def test_answers_come_no_sooner_for_a_stranger(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(sign_in, "ANSWER_AFTER_SECONDS", 100.0)
    monkeypatch.setattr("time.sleep", slept.append)
    Browser(house).ask_for_code(STRANGER)
    Browser(house).ask_for_code(EDITOR)
    assert [seconds > 90 for seconds in slept] == [True, True]


def test_a_mail_that_ses_refuses_changes_nothing_in_the_answer(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    fine = Browser(house).ask_for_code()

    asked: list[object] = []

    def refuse(**mail: object) -> None:
        asked.append(mail["Destination"])
        raise EndpointConnectionError(endpoint_url="https://email.example")

    client = runtime.mail(house.physical["MailConfiguration"], runtime.CODE_READ_SECONDS)._client
    monkeypatch.setattr(client, "send_email", refuse)
    refused = Browser(house).ask_for_code()
    assert asked == [{"ToAddresses": [EDITOR]}]
    assert (refused.status, refused.headers, refused.body) == (fine.status, fine.headers, fine.body)
