"""Who may see what at the desk, and that looking changes nothing."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from desk import EDITOR, FROM_OUR_PAGE, Browser, Held, download, path_of, received, rows
from house import House, http_event
from intake import runtime
from intake.domain.application import Application
from intake.domain.document import DocumentKind
from intake.domain.editor import Editor
from intake.domain.status import ApplicationStatus
from intake.domain.verdict import Reason, Verdict

CV = b"%PDF-1.7 the curriculum of a life"
PDF = Held(CV)
HELD = Held(CV, Verdict.HOLD, Reason.ATTACHMENTS)


def test_an_editor_of_another_call_finds_nothing_by_its_id(house: House, caplog: pytest.LogCaptureFixture) -> None:
    """One editor, one call: neither the page nor the confirmation nor the original of another's (IDOR)."""
    application = received(house, {DocumentKind.CV: PDF, DocumentKind.COVER_LETTER: HELD}, name="Tamar Kiknadze")
    editors = runtime.editors(house.physical["Table"], EDITOR)
    editors.put(Editor(address="anna@magazine.example", routes=("contributors",)))
    anna = Browser(house)
    page = anna.sign_in("anna@magazine.example", path_of(application))
    assert page.heading == "Tamar Kiknadze"
    editors.put(Editor(address="anna@magazine.example", routes=("another-call",)))
    answers = [
        anna.get(path_of(application)),
        anna.get(f"{path_of(application)}/cover-letter"),
        anna.submit(page, f"{path_of(application)}/cv"),
        anna.get("/desk"),
    ]
    assert [answer.status for answer in answers] == [404] * 4
    denied = [vars(record)["application"] for record in caplog.records if record.message == "access_denied"]
    assert denied == [application.id] * 3
    assert not any("Tamar" in answer.body or "location" in answer.headers for answer in answers)


def as_draft(application: Application) -> Application:
    return application.model_copy(update={"status": ApplicationStatus.DRAFT})


@pytest.mark.parametrize(
    "change",
    [as_draft, lambda a: a.erased(a.created_at), lambda a: as_draft(a).expired(a.created_at)],
    ids=["draft", "erased", "expired"],
)
def test_what_was_not_sent_or_is_gone_answers_like_what_never_was(
    browser: Browser, house: House, change: Callable[[Application], Application]
) -> None:
    application = received(house, {DocumentKind.CV: PDF}, name="Tamar Kiknadze")
    token = browser.get(path_of(application)).forms["/desk/sign-out"]["token"]
    runtime.applications(house.physical["Table"]).change(application.id, change)
    never = browser.get("/desk/a/" + "0" * 40)
    answer = browser.get(path_of(application))
    assert (answer.status, answer.body) == (never.status, never.body) == (404, never.body)
    assert browser.post(f"{path_of(application)}/cv", {"token": token}).status == 404


@pytest.mark.parametrize("application_id", ["x", "0" * 39, "0" * 3000, "%00", "A" * 40, "a#b"])
def test_what_is_no_id_is_not_looked_up(browser: Browser, application_id: str) -> None:
    assert browser.get(f"/desk/a/{application_id}").status == 404


def test_nobody_opens_an_original_without_a_session(browser: Browser, house: House) -> None:
    application = received(house, {DocumentKind.CV: PDF})
    page = browser.get(path_of(application))
    fields = page.forms[f"{path_of(application)}/cv"]
    before = rows(house)
    stranger = Browser(house)
    assert stranger.post(f"{path_of(application)}/cv", fields).status == 403
    assert browser.post(f"{path_of(application)}/cv", {}).status == 403
    assert browser.post(f"{path_of(application)}/cv", fields, {"origin": "https://elsewhere.example"}).status == 403
    assert rows(house) == before


def test_a_form_sent_after_the_sessions_end_leads_back_to_the_application(browser: Browser, house: House) -> None:
    application = received(house, {DocumentKind.CV: PDF}, name="Tamar Kiknadze")
    page = browser.get(path_of(application))
    house.clock += timedelta(hours=9)
    answer = browser.submit(page, f"{path_of(application)}/cv")
    assert answer.forms["/desk/sign-in"]["target"] == path_of(application)
    assert "Tamar" not in answer.body


def test_get_and_head_change_nothing(browser: Browser, house: House) -> None:
    application = received(house, {DocumentKind.CV: PDF, DocumentKind.COVER_LETTER: HELD})
    paths = [
        "/desk", "/desk?call=contributors&order=waiting", "/desk/code", "/desk/signed-out", "/desk/sign-in",
        "/desk/sign-out", "/desk/nowhere", path_of(application), f"{path_of(application)}/cv",
        f"{path_of(application)}/cover-letter", "/desk/a/" + "0" * 40,
    ]  # fmt: skip
    before = rows(house)
    for who in (browser, Browser(house), Browser(house, {"__Host-desk-code": "x", "__Host-desk": "y"})):
        for path in paths * 2:
            got, head = who.get(path), who.head(path)
            assert (head.status, head.body) == (got.status, "")
            assert got.cookies == head.cookies == []
    assert rows(house) == before


def test_a_body_that_no_form_sends_is_refused(browser: Browser, house: House) -> None:
    assert browser.post("/desk/sign-in", {f"f{n}": "x" for n in range(250)}).status == 403


def test_a_body_that_is_too_long_is_a_counted_page(browser: Browser, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    answer = browser.post("/desk/sign-in", {"address": "x" * 5000})
    assert answer.status == 413
    assert 'data-page="desk/foreign"' in answer.body
    said = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["reason"] for line in said if '"RequestRefused"' in line] == ["body_too_large"]


@pytest.mark.parametrize(
    ("body", "is_base64"), [(base64.b64encode(b"code=\xff").decode(), True), ("%%%=", True), ("code=\udcff", False)]
)
def test_a_body_that_is_no_text_is_refused(browser: Browser, house: House, body: str, is_base64: bool) -> None:
    application = received(house, {DocumentKind.CV: PDF})
    headers = FROM_OUR_PAGE | {"cookie": "; ".join(f"{name}={value}" for name, value in browser.cookies.items())}
    for path in ("/desk/sign-in", "/desk/code", "/desk/sign-out", f"{path_of(application)}/cv"):
        event = http_event("POST", path, body, headers, is_base64=is_base64)
        assert house.answer(event, "DeskFunction").status == 403, path
    assert browser.get(path_of(application)).status == 200


def test_an_error_of_ours_tells_nothing(browser: Browser, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("tamar@writers.example")

    monkeypatch.setattr("intake.adapters.reviews.Reviews.submitted", fail)
    page = browser.get("/desk")
    assert page.status == 500
    assert "tamar" not in page.body


def test_the_log_names_ids_only(browser: Browser, house: House, caplog: pytest.LogCaptureFixture) -> None:
    application = received(house, {DocumentKind.CV: PDF}, name="Tamar Kiknadze", email="tamar@writers.example")
    browser.get(path_of(application))
    link = download(browser, application).headers["location"]
    logged = str([vars(record) for record in caplog.records])
    assert application.id in logged
    for secret in (EDITOR, "Tamar", "tamar@", urlsplit(link).query, browser.cookies["__Host-desk"], "cv.pdf"):
        assert secret not in logged
