"""A browser that has signed in before: nobody else takes its codes, and its mark is good for nothing more."""

from collections.abc import Callable

import pytest

from desk import EDITOR, Browser, calls_to_aws, codes, newest_code, rows
from house import House
from intake import runtime
from intake.domain.editor import Editor
from intake.domain.known_browser import KNOWN_FOR
from intake.domain.session import CODE_TRIES, CODE_WINDOW, CODES_OF_KNOWN_BROWSERS, CODES_PER_WINDOW, SESSION_LIFETIME
from intake.services import sign_in

ANNA = "anna@magazine.example"
MARK = "__Host-desk-browser"


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "ANSWER_AFTER_SECONDS", 0.0)


def editors(house: House) -> "runtime.Editors":
    return runtime.editors(house.physical["Table"], EDITOR)


def known_browser(house: House, address: str = EDITOR) -> Browser:
    """One that signed in, signed out, and stayed away for more than an hour."""
    browser = Browser(house)
    browser.submit(browser.sign_in(address), "/desk/sign-out")
    house.clock += SESSION_LIFETIME
    return browser


def flood(house: House, address: str = EDITOR) -> None:
    """Strangers ask for codes with this address until none is left."""
    while Browser(house).ask_for_code(address).status == 303:
        pass


def test_whoever_asks_in_an_editors_name_keeps_only_unknown_browsers_out(house: House) -> None:
    browser = known_browser(house)
    for _ in range(3):
        flood(house)
        assert Browser(house).ask_for_code().status == 429
        desk = browser.sign_in()
        assert desk.heading == "Bewerbungen"
        browser.submit(desk, "/desk/sign-out")
        house.clock += CODE_WINDOW


def test_a_known_browser_has_five_codes_an_hour_and_takes_none_from_others(house: House) -> None:
    first, second = known_browser(house), known_browser(house)
    assert [first.ask_for_code().status for _ in range(CODES_PER_WINDOW + 1)] == [303] * 5 + [429]
    assert second.ask_for_code().status == 303
    assert Browser(house).ask_for_code().status == 303
    house.clock += CODE_WINDOW
    assert first.ask_for_code().status == 303


def test_all_known_browsers_of_an_address_have_twenty_codes_an_hour(house: House) -> None:
    browsers = [known_browser(house) for _ in range(CODES_OF_KNOWN_BROWSERS // CODES_PER_WINDOW + 1)]
    asked = [browser.ask_for_code().status for browser in browsers for _ in range(CODES_PER_WINDOW)]
    assert asked == [303] * CODES_OF_KNOWN_BROWSERS + [429] * CODES_PER_WINDOW
    assert Browser(house).ask_for_code().status == 303


@pytest.mark.parametrize(
    "forged",
    [
        lambda mark: "",
        lambda mark: "x",
        lambda mark: "ä.ö.ü",
        lambda mark: mark[:-1] + ("A" if mark[-1] != "A" else "B"),
        lambda mark: f"{int(mark.partition('.')[0]) + 1}.{mark.partition('.')[2]}",
        lambda mark: mark.replace(".k1.", ".k2."),
    ],
)
def test_a_forged_mark_is_counted_like_none(house: House, forged: Callable[[str], str]) -> None:
    mark = forged(known_browser(house).cookies[MARK])
    flood(house)
    assert Browser(house, {MARK: mark}).ask_for_code().status == 429


def test_a_mark_written_in_another_way_is_the_same_browser(house: House) -> None:
    browser = known_browser(house)
    assert [browser.ask_for_code().status for _ in range(CODES_PER_WINDOW)] == [303] * 5
    assert Browser(house, {MARK: "0" + browser.cookies[MARK]}).ask_for_code().status == 429


def test_a_mark_of_another_address_is_counted_like_none(house: House) -> None:
    editors(house).put(Editor(address=ANNA))
    annas = known_browser(house, ANNA)
    flood(house)
    assert annas.ask_for_code(EDITOR).status == 429
    assert annas.ask_for_code(ANNA).status == 303


def test_a_mark_runs_out_although_the_browser_kept_it(house: House) -> None:
    browser = known_browser(house)
    house.clock += KNOWN_FOR
    flood(house)
    assert browser.ask_for_code().status == 429


def test_a_removed_editors_mark_gets_the_same_answer_with_the_same_calls_and_no_mail(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    editors(house).put(Editor(address=ANNA))
    browsers = {address: known_browser(house, address) for address in (ANNA, EDITOR)}
    editors(house).remove(ANNA)
    asked = calls_to_aws(monkeypatch)
    mails, answers, calls = len(house.mails), [], []
    for address, browser in browsers.items():
        asked.clear()
        answer = browser.ask_for_code(address)
        answers.append((answer.status, answer.headers, answer.body))
        calls.append(asked.copy())
        assert [cookie.partition("=")[0] for cookie in answer.cookies] == ["__Host-desk-code"]
    assert answers[0] == answers[1]
    assert calls[0] == ["GetItem", "PutItem", "GetItem", "PutItem", "GetItem", "PutItem"]
    assert calls[1] == [*calls[0], "SendEmail"]
    assert len(house.mails) == mails + 1
    assert codes(house)[-1][0] == EDITOR
    guesses = [browsers[ANNA].post("/desk/code", {"code": newest_code(house)}).status for _ in range(CODE_TRIES)]
    assert guesses == [422] * CODE_TRIES


def test_a_mark_opens_nothing(house: House) -> None:
    mark = known_browser(house).cookies[MARK]
    before = rows(house)
    pages = [Browser(house, {name: mark}).get("/desk") for name in (MARK, "__Host-desk", "__Host-desk-code")]
    assert [page.heading for page in pages] == ["Anmelden in der Redaktion"] * 3
    assert Browser(house, {"__Host-desk-code": mark}).post("/desk/code", {"code": "123456"}).status == 422
    assert rows(house) == before
