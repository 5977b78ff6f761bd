"""At the desk: the list, one application, and who may open which original."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from desk import EDITOR, Browser, Held, Page, on_desk, received, rows
from house import House
from intake import runtime
from intake.domain.application import Application, ApplicationStatus
from intake.domain.desk_list import PAGE_SIZE
from intake.domain.document import DocumentKind
from intake.domain.editor import Editor
from intake.domain.event import EVENT_LIFETIME
from intake.domain.verdict import Reason, Verdict
from intake.services import sign_in

CV = b"%PDF-1.7 the curriculum of a life"
PDF = Held(CV)
HELD = Held(CV, Verdict.HOLD, Reason.ATTACHMENTS)
REJECTED = Held(CV, Verdict.REJECT, Reason.MALWARE)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "ANSWER_AFTER_SECONDS", 0.0)


@pytest.fixture
def browser(house: House) -> Browser:
    """Signed in as the first editor."""
    browser = Browser(house)
    browser.sign_in()
    return browser


def path_of(application: Application) -> str:
    return f"/desk/a/{application.id}"


def download(browser: Browser, application: Application, kind: str = "cv") -> Page:
    return browser.submit(browser.get(path_of(application)), f"{path_of(application)}/{kind}")


def fetched(house: House, link: str) -> bytes:
    """What S3 gives for a presigned link, by the version that it names."""
    query = parse_qs(urlsplit(link).query)
    key = urlsplit(link).path.removeprefix("/")
    found = house.s3.get_object(Bucket=house.physical["DeskBucket"], Key=key, VersionId=query["versionId"][0])
    return found["Body"].read()  # type: ignore[no-any-return]


# ---------------------------------------------------------------------- the list


def test_the_list_tells_what_one_needs_to_choose(browser: Browser, house: House) -> None:
    application = received(house, {DocumentKind.CV: PDF, DocumentKind.COVER_LETTER: HELD}, name="Tamar Kiknadze")
    house.clock += timedelta(days=3)
    page = browser.sign_in()
    for told in (
        "Tamar Kiknadze", application.reference, "zu lesen", "1. Dezember 2026", "wartet seit 3 Tagen", "Georgien",
        "Politik", "Georgisch, Englisch", "Lebenslauf geprüft, ohne Befund", "Anschreiben mit Vorsicht öffnen",
        "Arbeitsprobe nicht eingereicht",
    ):  # fmt: skip
        assert told in page.text


def test_newest_first_and_longest_waiting_first(browser: Browser, house: House) -> None:
    for number, status in enumerate(
        [ApplicationStatus.DECLINED, ApplicationStatus.NOTIFIED, ApplicationStatus.SUBMITTED, ApplicationStatus.SHORTLISTED]
    ):  # fmt: skip
        received(house, number=number, status=status, name=f"Person {number}",
                 submitted_at=house.clock + timedelta(minutes=number))  # fmt: skip

    def order(path: str) -> list[str]:
        text = browser.get(path).text
        return sorted((f"Person {n}" for n in range(4) if f"Person {n}" in text), key=text.index)

    assert order("/desk") == ["Person 3", "Person 2", "Person 1", "Person 0"]
    assert order("/desk?call=contributors&order=waiting") == ["Person 1", "Person 2", "Person 3"]


@pytest.mark.parametrize("order", ["newest", "waiting"])
def test_the_list_is_read_page_by_page_and_nobody_is_lost(browser: Browser, house: House, order: str) -> None:
    total = 2 * PAGE_SIZE + 3
    for number in range(total):
        # Four in each second: the index does not order these, so pages must not depend on it.
        received(
            house, number=number, name=f"Person <{number}>", submitted_at=house.clock + timedelta(seconds=number // 4)
        )
    seen: list[str] = []
    page = browser.get(f"/desk?call=contributors&order={order}")
    sizes = []
    while True:
        names = [name for name in (f"Person <{n}>" for n in range(total)) if name in page.text]
        seen += names
        sizes.append(len(names))
        if 'rel="next"' not in page.body:
            break
        following = page.body.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        page = browser.get(following)
    assert sizes == [25, 25, 3]
    assert sorted(seen) == sorted(f"Person <{n}>" for n in range(total))


def test_drafts_and_erased_applications_are_not_on_the_list(browser: Browser, house: House) -> None:
    received(house, number=1, status=ApplicationStatus.ERASED, name="Gone")
    assert browser.get("/desk").heading == "Bewerbungen"
    assert "Gone" not in browser.get("/desk").body


@pytest.mark.parametrize(
    "query", ["after=x", "after=99999999999-" + "0" * 40, "order=x", "call=x", "order=waiting&after="]
)
def test_a_list_that_is_asked_for_oddly_begins_at_its_beginning(browser: Browser, house: House, query: str) -> None:
    received(house, name="Tamar Kiknadze")
    page = browser.get(f"/desk?{query}")
    assert page.status == 200
    assert "Tamar Kiknadze" in page.text


# ---------------------------------------------------------------------- one application


def test_an_application_is_shown_as_text_and_nothing_in_it_is_a_link(browser: Browser, house: House) -> None:
    application = received(
        house,
        {DocumentKind.CV: Held(CV, filename='<img src=x onerror=alert(1)>"რეზიუმე".pdf')},
        name="<b>Tamar</b>",
        note="See https://elsewhere.example/x\n<script>alert(1)</script>",
        links=("https://аpple.com/a?b=c", "https://tamar.example/work"),
        availability="Mornings",
        fee="=1+1",
    )
    page = browser.get(path_of(application))
    assert page.heading == "<b>Tamar</b>"
    for shown in ("<script>alert(1)</script>", '<img src=x onerror=alert(1)>"რეზიუმე".pdf', "Mornings", "=1+1"):
        assert shown in page.text
    assert "<script" not in page.body
    assert "<img" not in page.body.partition("<main")[2]
    assert 'href="http' not in page.body
    assert "xn--pple-43d.com" in page.text
    assert "<strong>tamar.example</strong>" in page.body


def test_a_link_for_a_writing_sample_is_text_with_its_host(browser: Browser, house: House) -> None:
    application = received(house)
    runtime.applications(house.physical["Table"]).change(
        application.id,
        lambda current: current.with_link(DocumentKind.WRITING_SAMPLE, "https://x.example/text", house.clock),
    )
    page = browser.get(path_of(application))
    assert "<strong>x.example</strong>" in page.body
    assert 'href="https://x.example' not in page.body
    assert f"{path_of(application)}/writing-sample" not in page.body


def test_headers_let_nobody_frame_script_or_keep_the_desk(browser: Browser, house: House) -> None:
    headers = browser.get("/desk").headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self' "
        "https://intake-deskbucket.s3.eu-central-1.amazonaws.com; frame-ancestors 'none'; base-uri 'none'"
    )
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "same-origin"


# ---------------------------------------------------------------------- originals


def test_an_accepted_original_is_downloaded_for_a_minute_as_an_attachment(browser: Browser, house: House) -> None:
    application = received(house, {DocumentKind.CV: PDF}, name="Tamar Kiknadze")
    answer = download(browser, application)
    link = answer.headers["location"]
    query = {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}
    assert answer.status == 303
    assert urlsplit(link).netloc == "intake-deskbucket.s3.eu-central-1.amazonaws.com"
    assert query["X-Amz-Expires"] == "60"
    name = f"{application.reference}-cv.pdf"
    assert query["response-content-disposition"] == f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
    assert query["response-content-type"] == "application/octet-stream"
    assert query["versionId"] == application.document(DocumentKind.CV).desk_version
    assert fetched(house, link) == CV
    assert "Tamar" not in unquote(link)


def test_the_version_that_was_judged_is_served_though_a_newer_one_lies_at_the_key(
    browser: Browser, house: House
) -> None:
    application = received(house, {DocumentKind.CV: PDF})
    newer = on_desk(house, application.id, DocumentKind.CV, b"something else")
    link = download(browser, application).headers["location"]
    assert parse_qs(urlsplit(link).query)["versionId"] != [newer]
    assert fetched(house, link) == CV


def test_every_opening_is_in_the_history_for_ninety_days(browser: Browser, house: House) -> None:
    application = received(house, {DocumentKind.CV: PDF})
    download(browser, application)
    version = application.document(DocumentKind.CV).desk_version
    (event,) = [row for row in rows(house) if row["sk"]["S"].startswith("event#")]
    assert event["pk"]["S"] == f"application#{application.id}"
    assert event["sk"]["S"].startswith("event#2026-12-01T10:00:00Z#")
    assert {name: next(iter(value.values())) for name, value in event.items() if name not in ("pk", "sk")} == {
        "who": EDITOR,
        "act": "opened",
        "kind": "cv",
        "attempt": "1",
        "version": version,
        "expires_at": str(int((house.clock + EVENT_LIFETIME).timestamp())),
    }
    assert f"{EDITOR} hat geöffnet: Lebenslauf" in browser.get(path_of(application)).text
    house.clock += EVENT_LIFETIME
    browser.sign_in()
    assert "hat geöffnet" not in browser.get(path_of(application)).text


def test_a_link_that_could_not_be_written_down_is_not_given(
    browser: Browser, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = received(house, {DocumentKind.CV: PDF})
    page = browser.get(path_of(application))

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("intake.adapters.reviews.Reviews.record", fail)
    answer = browser.submit(page, f"{path_of(application)}/cv")
    assert answer.status == 500
    assert "location" not in answer.headers


def test_what_was_typed_is_shown_as_text(browser: Browser, house: House) -> None:
    letter = "Dear editors,\n<script>alert(1)</script> გამარჯობა"
    typed = Held(letter.encode(), type="txt", is_typed=True)
    application = received(house, {DocumentKind.COVER_LETTER: typed})
    answer = download(browser, application, "cover-letter")
    assert answer.status == 200
    assert answer.heading == "Anschreiben"
    assert "Dear editors,\n&lt;script&gt;alert(1)&lt;/script&gt; გამარჯობა" in answer.body
    assert "hat geöffnet: Anschreiben" in browser.get(path_of(application)).text


def test_a_held_original_asks_for_its_reference_first(
    browser: Browser, house: House, caplog: pytest.LogCaptureFixture
) -> None:
    application = received(house, {DocumentKind.CV: HELD})
    path = f"{path_of(application)}/cv"
    page = browser.get(path_of(application))
    assert path not in page.forms
    assert f'href="{path}"' in page.body
    confirmation = browser.get(path)
    assert "Die Datei enthält weitere Dateien, die nicht geprüft wurden." in confirmation.text
    for typed in ("", "K7QM-2XDP", application.reference[:-1]):
        refused = browser.submit(confirmation, path, confirmation=typed)
        assert refused.status == 422
        assert "Geben Sie die Referenz so ein, wie sie hier steht." in refused.text
    assert not any(row["sk"]["S"].startswith("event#") for row in rows(house))
    opened = browser.submit(confirmation, path, confirmation=application.reference.lower().replace("-", " "))
    assert opened.status == 303
    assert fetched(house, opened.headers["location"]) == CV
    assert "hat trotz des Vorbehalts geöffnet: Lebenslauf" in browser.get(path_of(application)).text
    messages = [record.message for record in caplog.records if "document" in record.message]
    assert messages == ["held_document_not_confirmed"] * 3 + ["document_opened"]


def test_an_accepted_original_asks_for_nothing(browser: Browser, house: House) -> None:
    application = received(house, {DocumentKind.CV: PDF})
    answer = browser.get(f"{path_of(application)}/cv")
    assert (answer.status, answer.headers["location"]) == (303, path_of(application))


@pytest.mark.parametrize(
    "held",
    [
        REJECTED,
        Held(None, Verdict.HOLD, Reason.INSPECTION_LATE),
        Held(None),
    ],
    ids=["rejected, though something lies there", "held, never inspected", "accepted, nothing lies there"],
)
def test_what_must_not_be_opened_is_not(browser: Browser, house: House, held: Held) -> None:
    application = received(house, {DocumentKind.CV: held})
    page = browser.get(path_of(application))
    path = f"{path_of(application)}/cv"
    assert path not in page.body
    token = page.forms["/desk/sign-out"]["token"]
    before = rows(house)
    assert browser.get(path).status == 404
    assert browser.post(path, {"token": token, "confirmation": application.reference}).status == 404
    assert rows(house) == before


@pytest.mark.parametrize("kind", ["cv", "cover-letter", "writing-sample", "passport", "original"])
def test_what_was_never_sent_cannot_be_opened(browser: Browser, house: House, kind: str) -> None:
    application = received(house)
    token = browser.get("/desk").forms["/desk/sign-out"]["token"]
    assert browser.post(f"{path_of(application)}/{kind}", {"token": token}).status == 404


# ---------------------------------------------------------------------- who may


def test_an_editor_of_another_call_finds_nothing_by_its_id(house: House) -> None:
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
    assert not any("Tamar" in answer.body or "location" in answer.headers for answer in answers)


def as_draft(application: Application) -> Application:
    return application.model_copy(update={"status": ApplicationStatus.DRAFT})


@pytest.mark.parametrize(
    "change",
    [as_draft, lambda a: a.erased(a.created_at), lambda a: as_draft(a).expired()],
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
    assert browser.post("/desk/sign-in", {"address": "x" * 5000}).status == 413
    assert browser.post("/desk/sign-in", {f"field{n}": "x" for n in range(20)}).status == 403


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
