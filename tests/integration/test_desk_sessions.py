"""Sessions at the desk: how they end, and whose forms they obey."""

from datetime import timedelta

import pytest

from desk import BASE, EDITOR, Browser, newest_code, other_code, rows
from house import House
from intake import runtime
from intake.domain.editor import Editor
from intake.domain.session import SESSION_LIFETIME, hashed


@pytest.fixture
def browser(house: House) -> Browser:
    return Browser(house)


def editors(house: House) -> "runtime.Editors":
    return runtime.editors(house.physical["Table"], EDITOR)


def test_a_session_lasts_eight_hours_and_is_checked_although_its_row_is_still_there(
    browser: Browser, house: House
) -> None:
    browser.sign_in()
    house.clock += SESSION_LIFETIME - timedelta(seconds=1)
    assert browser.get("/desk").heading == "Bewerbungen"
    house.clock += timedelta(seconds=1)
    assert browser.get("/desk").heading == "Anmelden in der Redaktion"
    assert any(row["pk"]["S"].startswith("session#") for row in rows(house))


def test_signing_out_ends_the_session_on_the_server(browser: Browser, house: House) -> None:
    page = browser.sign_in()
    stolen = Browser(house, dict(browser.cookies))
    assert stolen.get("/desk").heading == "Bewerbungen"
    assert browser.follow(browser.submit(page, "/desk/sign-out")).heading == "Sie sind abgemeldet"
    assert set(browser.cookies) == {"__Host-desk-browser"}
    assert stolen.get("/desk").heading == "Anmelden in der Redaktion"


def test_signing_in_anew_ends_the_earlier_session(browser: Browser, house: House) -> None:
    browser.sign_in()
    earlier = Browser(house, dict(browser.cookies))
    form = Browser(house).get("/desk")
    answer = browser.submit(form, "/desk/sign-in", address=EDITOR)
    browser.submit(browser.follow(answer), "/desk/code", code=newest_code(house))
    assert browser.get("/desk").heading == "Bewerbungen"
    assert earlier.get("/desk").heading == "Anmelden in der Redaktion"


def test_a_removed_editor_is_out_at_once(browser: Browser, house: House) -> None:
    editors(house).put(Editor(address="anna@magazine.example"))
    assert browser.sign_in("anna@magazine.example").heading == "Bewerbungen"
    editors(house).remove("anna@magazine.example")
    assert browser.get("/desk").heading == "Anmelden in der Redaktion"


def test_an_editor_removed_while_the_code_is_on_its_way_is_not_let_in(browser: Browser, house: House) -> None:
    editors(house).put(Editor(address="anna@magazine.example"))
    form = browser.follow(browser.ask_for_code("anna@magazine.example"))
    editors(house).remove("anna@magazine.example")
    assert browser.submit(form, "/desk/code", code=newest_code(house)).status == 422


def test_nothing_that_opens_the_desk_is_stored_or_logged(
    browser: Browser, house: House, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    form = browser.follow(browser.ask_for_code())
    secret, code = browser.cookies["__Host-desk-code"], newest_code(house)
    browser.submit(form, "/desk/code", code=other_code(code))
    browser.submit(form, "/desk/code", code=code)
    session_id, mark = browser.cookies["__Host-desk"], browser.cookies["__Host-desk-browser"]
    logged = str([vars(record) for record in caplog.records]) + capsys.readouterr().out
    for capability in (secret, code, session_id, mark):
        assert capability not in logged
        assert capability not in str(rows(house))
    assert EDITOR not in logged
    assert f"session#{hashed(session_id)}" in str(rows(house))
    assert [record.message for record in caplog.records] == ["code_asked", "sign_in_failed", "signed_in"]


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example", "//elsewhere.example", "/desk/a/../../x", "/desk/a/" + "0" * 41, "/de/a/x"]
)
def test_signing_in_leads_nowhere_else(browser: Browser, house: House, target: str) -> None:
    answer = browser.submit(browser.get("/desk"), "/desk/sign-in", address=EDITOR, target=target)
    entered = browser.submit(browser.follow(answer), "/desk/code", code=newest_code(house))
    assert entered.headers["location"] == "/desk"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"origin": BASE, "sec-fetch-site": "cross-site"},
        {"origin": BASE + ".elsewhere.example"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_of_another_site_is_refused(browser: Browser, house: House, headers: dict[str, str]) -> None:
    signed_in = browser.sign_in()
    before = rows(house)
    for path, fields in (
        ("/desk/sign-in", {"address": EDITOR, "target": "/desk"}),
        ("/desk/code", {"code": "123456"}),
        ("/desk/sign-out", signed_in.forms["/desk/sign-out"]),
    ):
        assert browser.post(path, fields, headers).status == 403
    assert rows(house) == before


def test_sec_fetch_site_will_do_where_there_is_no_origin(browser: Browser) -> None:
    fields = {"address": EDITOR, "target": "/desk"}
    assert browser.post("/desk/sign-in", fields, {"sec-fetch-site": "same-origin"}).status == 303


@pytest.mark.parametrize("token", ["", "0" * 64, "ä"])
def test_a_form_needs_the_token_of_its_session(browser: Browser, token: str) -> None:
    page = browser.sign_in()
    assert browser.submit(page, "/desk/sign-out", token=token).status == 403
    assert browser.get("/desk").heading == "Bewerbungen"


def test_the_token_of_another_session_is_refused(browser: Browser, house: House) -> None:
    browser.sign_in()
    other = Browser(house)
    page = other.sign_in()
    assert browser.submit(page, "/desk/sign-out").status == 403
