"""Originals at the desk: which version, by whom, with whose word, and what is written down."""

from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from desk import EDITOR, Browser, Held, download, on_desk, path_of, received, rows
from house import House
from intake.domain.document import DocumentKind
from intake.domain.event import EVENT_LIFETIME
from intake.domain.verdict import Reason, Verdict

CV = b"%PDF-1.7 the curriculum of a life"
PDF = Held(CV)
HELD = Held(CV, Verdict.HOLD, Reason.ATTACHMENTS)
REJECTED = Held(CV, Verdict.REJECT, Reason.MALWARE)


def fetched(house: House, link: str) -> bytes:
    """What S3 gives for a presigned link, by the version that it names."""
    query = parse_qs(urlsplit(link).query)
    key = urlsplit(link).path.removeprefix("/")
    found = house.s3.get_object(Bucket=house.physical["DeskBucket"], Key=key, VersionId=query["versionId"][0])
    return found["Body"].read()  # type: ignore[no-any-return]


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
