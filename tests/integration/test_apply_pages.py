"""The applicant's pages without JavaScript, in one process on the template's wiring."""

import base64
import gzip
import html
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from pydantic import ValidationError

import documents
from forms import Page, PlainBrowser
from house import BASE, House
from intake import runtime
from intake.domain.application import MAX_UPLOADS
from intake.domain.call import LANGUAGES, Theme
from intake.rendering import formats
from intake.rendering.catalogues import say
from intake.web.call_pages import start_page
from mails import to
from people import ApiClient

START = "/en/apply/contributors"
CARD: dict[str, Any] = {
    "name": "Nino Beridze",
    "email": "nino@writers.example",
    "regions": ["georgia", "armenia"],
    "topics": ["politics"],
    "languages": ["ka", "en"],
    "has_read": "yes",
}
PDF = documents.pdf("Curriculum vitae of Nino Beridze, reporter in Kutaisi. " * 40)
LETTER = "Dear editors, I would like to write for your readers. " * 40
LINK = "https://example.org/articles/the-river"


@pytest.fixture
def nino(house: House) -> PlainBrowser:
    return PlainBrowser(house)


def begin(browser: PlainBrowser, language: str = "en", **changes: Any) -> Page:
    """From the start to the page of the CV."""
    browser.open(f"/{language}/apply/contributors/about")
    return browser.send("/about", **(CARD | changes))


def home(browser: PlainBrowser) -> str:
    return "/".join(browser.page.path.split("/")[:4])


def hand_in(browser: PlainBrowser, language: str = "en", **changes: Any) -> Page:
    """To the page where everything is checked and sent."""
    begin(browser, language, **changes)
    browser.upload("CV.pdf", PDF)
    browser.open(f"{home(browser)}/cover_letter")
    browser.send("/text", text=LETTER)
    return browser.send("/link", link=LINK)


def item(house: House) -> dict[str, Any]:
    """The one application there is."""
    [row] = [row for row in house.rows() if row["sk"]["S"] == "application"]
    return row


# ---------------------------------------------------------------- languages and the start


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de-AT,en;q=0.5", "de"),
        ("en-GB", "en"),
        ("fr,en;q=0.3,de;q=0.4", "de"),
        ("fr", "de"),
        ("", "de"),
        ("*;q=x", "de"),
    ],
)
@pytest.mark.parametrize("path", ["/", "/apply/contributors"])
def test_the_bare_address_answers_in_the_browsers_language(
    house: House, path: str, accepted: str, language: str
) -> None:
    answer = house.request("GET", path, accept_language=accepted)
    assert (answer.status, answer.headers["location"]) == (302, f"/{language}/apply/contributors")
    assert answer.headers["vary"] == "Accept-Language"


def test_the_start_page_says_what_is_needed_and_links_the_other_language(nino: PlainBrowser) -> None:
    page = nino.open(START)
    assert page.status == 200
    assert (
        page.title == "Looking for writers from Georgia, Armenia, Azerbaijan and the North Caucasus – Magazin Beispiel"
    )
    assert page.links["Start your application"] == f"{START}/about"
    assert page.links["Deutsch"] == "/de/apply/contributors"
    assert "English" not in page.links
    languages = "German, English, Russian, Georgian, Armenian or Azerbaijani"
    for said in ("About 10 minutes. No account needed.", languages, "Who is responsible", "within 28 days"):
        assert said in page.text


def test_a_call_that_is_not_open_says_why_and_has_no_way_in(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
    call = runtime.calls()["contributors"]
    for changes, is_paused, sentence in (
        ({"opens_at": now + timedelta(days=1)}, False, "Applications open on 2 December 2026, 11:00 (Berlin)."),
        ({}, True, "We are taking no new applications at the moment"),
        ({"closes_at": now - timedelta(days=1)}, False, "This call closed on 30 November 2026, 11:00 (Berlin)."),
    ):
        body = start_page(call.model_copy(update=changes), "en", now, is_paused=is_paused).body
        assert sentence in str(body)
        assert f"{START}/about" not in str(body)
        if changes:
            changed = {call.id: call.model_copy(update=changes)}
            monkeypatch.setattr(runtime, "calls", lambda changed=changed: changed)
            assert ApiClient(house).open({}).json()["code"] == "call_not_open"
            assert house.rows() == []


def test_no_page_is_like_an_unknown_application(house: House, nino: PlainBrowser) -> None:
    begin(nino)
    token = home(nino).rpartition("/")[2]
    wrong = token[:-1] + ("A" if token[-1] != "A" else "B")
    unknown = house.request("GET", f"/en/a/{'0' * 40}.k1.{'A' * 32}")
    assert unknown.status == 404
    assert "There is no page here" in unknown.body
    for path in (f"/en/a/{wrong}", f"/en/a/{wrong}/cv", f"/en/a/{token}/passport", f"/fr/a/{token}", "/en/nowhere"):
        answer = house.request("GET", path)
        assert (answer.status, answer.body) == (404, unknown.body if path.startswith("/en") else answer.body)
    assert house.request("POST", f"/en/a/{wrong}/send").status == 404


# ---------------------------------------------------------------- the whole way


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_application_without_javascript_reaches_the_editors(house: House, nino: PlainBrowser, language: str) -> None:
    check = hand_in(nino, language)
    assert check.path.endswith("/check")
    for fact in ("Nino Beridze", "nino@writers.example", "CV.pdf", LINK):
        assert fact in check.text
    received = nino.send("/send")
    reference = item(house)["reference"]["S"]
    assert received.path == home(nino)
    assert reference in received.text
    until = formats.day((house.clock + timedelta(days=270)).date(), language)
    deleted = say(
        language, "Unless the editors decide before, everything you sent is deleted on %(until)s.", until=until
    )
    assert deleted in received.text
    house.settle()
    [summary] = to(house.mails, "editors@magazine.example")
    [receipt] = to(house.mails, "nino@writers.example")
    assert reference in summary.subject
    assert "CV.pdf" in summary.text
    [link] = set(re.findall(rf"{BASE}(/{language}/a/[\w.-]+)", receipt.text))
    for path in (received.path, link):
        assert say(language, "Received and checked") in nino.open(path).text


def test_the_form_sent_twice_opens_one_application(house: House, nino: PlainBrowser) -> None:
    form = nino.open(f"{START}/about")
    first = nino.send("/about", **CARD).path
    nino.page = form
    assert nino.send("/about", **CARD).path == first
    assert len(house.rows()) == 1


def test_the_form_sent_again_with_another_name_mends_the_same_application(house: House, nino: PlainBrowser) -> None:
    form = nino.open(f"{START}/about")
    first = nino.send("/about", **CARD).path
    nino.page = form
    assert nino.send("/about", **(CARD | {"name": "Nino Beridse"})).path == first
    assert item(house)["applicant"]["M"]["name"]["S"] == "Nino Beridse"


def test_send_pressed_twice_sends_once(house: House, nino: PlainBrowser) -> None:
    check = hand_in(nino)
    nino.send("/send")
    nino.page = check
    assert nino.send("/send").path == home(nino)
    house.settle()
    assert len(to(house.mails, "editors@magazine.example")) == 1


def test_looking_at_pages_changes_nothing(house: House, nino: PlainBrowser) -> None:
    hand_in(nino)
    before = house.rows()
    for page in ("", "/about", "/cv", "/cover_letter", "/writing_sample", "/check", "/withdraw", "/data"):
        assert house.request("GET", home(nino) + page).status in {200, 303}
    assert house.rows() == before


def test_nothing_is_submitted_while_a_document_is_missing(house: House, nino: PlainBrowser) -> None:
    begin(nino)
    nino.open(f"{home(nino)}/check")
    page = nino.send("/send")
    assert page.status == 409
    assert page.title == "Error: Check and send – Magazin Beispiel"
    assert page.problems == [
        "Your CV is still missing.",
        "Your cover letter is still missing.",
        "Your writing sample is still missing.",
    ]
    assert page.links["Your CV is still missing."] == f"{home(nino)}/cv"
    assert item(house)["status"]["S"] == "draft"


# ---------------------------------------------------------------- about you


def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(house: House, nino: PlainBrowser) -> None:
    nino.open(f"{START}/about")
    key = dict(nino.page.form("/about").fields)["key"]
    page = nino.send(
        "/about", name="Nino", email="nino@", topics=["politics"], note="Hello", links="example.org", fee="x" * 201
    )
    assert page.status == 422
    assert page.title == "Error: About you – Magazin Beispiel"
    assert page.problems == [
        "Enter an e-mail address, such as name@example.org.",
        "Choose at least one region.",
        "Choose between one and twelve languages that you write in.",
        "Shorten this to 200 characters.",
        "Enter up to ten links, each in full and on a line of its own, such as https://example.org/article.",
        "Read how we treat your data, then tick the box.",
    ]
    fields = page.form("/about").fields
    for kept in (("name", "Nino"), ("email", "nino@"), ("topics", "politics"), ("note", "Hello"), ("key", key)):
        assert kept in fields
    assert house.rows() == []


def test_a_notice_that_changed_meanwhile_is_to_be_read_again(house: House, nino: PlainBrowser) -> None:
    nino.open(f"{START}/about")
    page = nino.send("/about", **(CARD | {"privacy_notice": "2020-01-01"}))
    assert page.problems == ["Read how we treat your data, then tick the box."]
    assert house.rows() == []


def test_every_field_of_the_card_can_be_given_and_changed(house: House, nino: PlainBrowser) -> None:
    begin(
        nino,
        address_as="Nino",
        byline="N. B.",
        availability="Two texts\r\na month",
        fee="200 EUR",
        links="https://example.org/a\r\n\r\nhttps://example.org/b",
        note="თბილისი",
        alternative_contact="Signal",
        pool="yes",
        no_mail="yes",
    )
    nino.open(f"{home(nino)}/about")
    assert ("availability", "Two texts\na month") in nino.page.form("/about").fields
    assert ("links", "https://example.org/a\nhttps://example.org/b") in nino.page.form("/about").fields
    assert nino.send("/about", byline="", fee="250 EUR").path.endswith("/check")
    card = item(house)["applicant"]["M"]
    assert card["fee"]["S"] == "250 EUR"
    assert "byline" not in card
    assert [link["S"] for link in card["links"]["L"]] == ["https://example.org/a", "https://example.org/b"]
    assert item(house)["preferences"]["M"] == {
        "pool": {"BOOL": True},
        "neutral_mail": {"BOOL": False},
        "no_mail": {"BOOL": True},
    }


def test_who_comes_by_a_receipt_and_mends_the_address_goes_on_with_a_link_to_the_new_one(
    house: House, nino: PlainBrowser
) -> None:
    hand_in(nino, email="nimo@writers.example")
    first = home(nino)
    nino.send("/send")
    house.settle()
    [receipt] = to(house.mails, "nimo@writers.example")
    [mailed] = set(re.findall(r"/en/a/[\w.-]+", receipt.text))
    nino.open(f"{mailed}/about")
    page = nino.send("/about", email="nino@writers.example")
    assert page.status == 200
    assert page.path not in {mailed, first}
    house.settle()
    [receipt] = to(house.mails, "nino@writers.example")
    assert page.path in receipt.text
    assert [nino.open(path).status for path in (mailed, first)] == [404, 200]


def test_what_people_wrote_stays_text(house: House, nino: PlainBrowser) -> None:
    name = '<img src=x onerror=alert(1)> "გიორგი"'
    hand_in(nino, name=name)
    nino.open(f"{home(nino)}/cv")
    nino.send("/file")
    page = nino.upload('</b><b>"CV" გიორგი.pdf', PDF)
    assert 'b><b>"CV" გიორგი.pdf' in page.text
    assert "<b>" not in page.html
    page = nino.open(f"{home(nino)}/check")
    assert html.escape(name, quote=False) in page.html.replace("&#34;", '"')
    assert "<img src=x" not in page.html
    # The browser's file name had a slash: what stands before it was never part of the name.
    assert 'b><b>"CV" გიორგი.pdf' in page.text
    assert "<b>" not in page.html


# ---------------------------------------------------------------- documents


def test_the_upload_form_and_its_policy_say_the_same(nino: PlainBrowser) -> None:
    form = begin(nino).upload
    fields = dict(form.fields)
    policy = json.loads(base64.b64decode(fields["policy"]))
    conditions = policy["conditions"]
    covered = {name for c in conditions if isinstance(c, dict) for name in c} | {
        c[1].removeprefix("$") for c in conditions if isinstance(c, list) and str(c[1]).startswith("$")
    }
    assert set(fields) - {"policy", "x-amz-signature"} == covered - {"bucket"}
    assert form.names[-1] == "file"
    assert "accept" not in nino.page.html
    assert form.action == "https://intake-incomingbucket.s3.eu-central-1.amazonaws.com"
    assert fields["success_action_redirect"] == f"{BASE}{home(nino)}/cv/return/1"
    assert fields["x-amz-meta-filename"] == "${filename}"
    assert ["content-length-range", 0, 30_000_000] in conditions
    assert sum(len(name) + len(value) + 200 for name, value in fields.items()) < 8000


def test_the_return_page_drops_what_s3_put_into_the_address(nino: PlainBrowser) -> None:
    begin(nino)
    page = nino.upload("CV.pdf", PDF)
    assert page.path == f"{home(nino)}/cv"
    assert "Received, being checked" in page.text
    assert "CV.pdf" in page.text


def test_a_file_name_in_any_script_is_shown_as_it_is(house: House, nino: PlainBrowser) -> None:
    begin(nino)
    page = nino.upload("რეზიუმე %22გიორგი%22.pdf", PDF)
    assert 'რეზიუმე "გიორგი".pdf' in page.text
    nino.open(f"{home(nino)}/cover_letter")
    nino.send("/text", text=LETTER)
    nino.send("/link", link=LINK)
    nino.send("/send")
    house.settle()
    [summary] = to(house.mails, "editors@magazine.example")
    assert 'რეზიუმე "გიორგი".pdf' in summary.text


@pytest.mark.parametrize("name", ["=?unknown-8bit?Q?CV?=.pdf", "=?utf-8?b?a?=.pdf"])
def test_a_file_whose_name_looks_encoded_is_a_document_like_any_other(
    house: House, nino: PlainBrowser, name: str
) -> None:
    begin(nino)
    assert name in nino.upload(name, PDF).text
    house.settle()
    page = nino.open(f"{home(nino)}/cv")
    assert (page.status, name in page.text) == (200, True)
    assert "Received, being checked" not in page.text
    assert [house.messages(queue) for queue in ("InspectQueue", "ScanQueue")] == [[], []]


@pytest.mark.parametrize(
    ("name", "body", "sentence"),
    [
        ("Große.pdf", bytes(10_000_001), "Große.pdf is larger than 10 MB. Make it smaller and upload it again."),
        ("Leere.pdf", b"", "Leere.pdf is empty. Choose another file and upload it."),
    ],
)
def test_a_size_that_s3_had_to_take_is_refused_on_our_page_at_once(
    house: House, nino: PlainBrowser, name: str, body: bytes, sentence: str
) -> None:
    begin(nino)
    page = nino.upload(name, body)
    assert page.path == f"{home(nino)}/cv"
    assert page.problems == [sentence]
    assert page.title.startswith("Error: ")
    better = nino.upload("CV.pdf", PDF)
    assert better.problems == []
    assert "CV.pdf" in better.text
    house.settle()
    assert "Received and checked" in nino.open(f"{home(nino)}/cv").text


def test_the_event_may_come_before_the_browser_does(house: House, nino: PlainBrowser) -> None:
    begin(nino)
    back = urlsplit(nino.put(nino.page.upload, "CV.pdf", PDF)).path
    house.settle()
    page = nino.open(back)
    assert "CV.pdf" in page.text
    assert "Received and checked" in page.text


def test_a_file_that_inspection_refused_first_has_a_new_form_all_the_same(house: House, nino: PlainBrowser) -> None:
    begin(nino)
    back = urlsplit(nino.put(nino.page.upload, "Leere.pdf", b"")).path
    house.settle()
    assert nino.open(back).problems == ["Leere.pdf is empty. Choose another file and upload it."]
    assert nino.upload("CV.pdf", PDF).problems == []


def test_a_form_that_was_used_before_does_not_replace_silently(nino: PlainBrowser) -> None:
    form = begin(nino)
    nino.upload("CV.pdf", PDF)
    nino.page = form
    page = nino.upload("Newer.pdf", PDF + b"\n")
    assert page.status == 409
    assert page.problems == [
        "Newer.pdf was not taken: this page had been used before. Choose “Replace” and send it again."
    ]
    assert "CV.pdf" in nino.open(f"{home(nino)}/cv").text
    nino.send("/file")
    assert "Newer.pdf" in nino.upload("Newer.pdf", PDF).text


def test_a_return_that_nothing_preceded_changes_nothing(house: House, nino: PlainBrowser) -> None:
    begin(nino)
    before = house.rows()
    for attempt in ("1", "2", "99", "0", "-1", "x"):
        assert nino.open(f"{home(nino)}/cv/return/{attempt}").path == f"{home(nino)}/cv"
    assert house.rows() == before


def test_a_bad_file_is_named_and_can_be_replaced_after_sending(house: House, nino: PlainBrowser) -> None:
    begin(nino)
    nino.upload("CV.pdf", documents.exe())
    nino.open(f"{home(nino)}/cover_letter")
    nino.send("/text", text=LETTER)
    nino.send("/link", link=LINK)
    nino.send("/send")
    house.settle()
    page = nino.open(home(nino))
    assert "one file cannot be used" in page.text
    assert nino.open(page.links["Replace: CV"]).problems[0].startswith("CV.pdf is")
    nino.send("/file")
    nino.upload("Better.pdf", PDF)
    house.settle()
    page = nino.open(home(nino))
    assert "one file cannot be used" not in page.text
    assert "Better.pdf" in page.text


def test_text_that_cannot_be_taken_stays_in_the_form(house: House, nino: PlainBrowser) -> None:
    begin(nino)
    assert nino.send("/text", text="  ").problems == ["Write or paste the text, or choose a file."]
    page = nino.send("/text", text="გ" * 60_001)
    assert page.problems == ["The text is too long. Shorten it to 60,000 characters, or send it as a file."]
    assert ("text", "გ" * 60_001) in page.form("/text").fields
    assert nino.send("/text", text="გ" * 60_000).path == f"{home(nino)}/cover_letter"


def test_a_link_that_is_none_stays_in_the_form(nino: PlainBrowser) -> None:
    begin(nino)
    nino.open(f"{home(nino)}/writing_sample")
    page = nino.send("/link", link="example")
    assert page.problems == ["Enter the link in full, such as https://example.org/article."]
    assert ("link", "example") in page.form("/link").fields
    assert not any(form.action.endswith("/link") for form in nino.open(f"{home(nino)}/cv").forms)


def test_a_document_can_be_removed_and_handed_in_again(nino: PlainBrowser) -> None:
    begin(nino)
    nino.upload("CV.pdf", PDF)
    page = nino.send("/remove")
    assert "CV.pdf" not in page.text
    assert "Another.pdf" in nino.upload("Another.pdf", PDF).text


def test_too_many_tries_end_on_a_page_of_ours(nino: PlainBrowser) -> None:
    page = begin(nino)
    for _ in range(MAX_UPLOADS):
        page = nino.open(f"{home(nino)}/cover_letter")
        is_offered = any(form.action.endswith("/text") for form in page.forms)
        page = nino.send("/text", text=LETTER) if is_offered else nino.send("/file")
    assert page.status == 429
    assert "That was one file too many" in page.text


# ---------------------------------------------------------------- afterwards


def test_everything_held_can_be_downloaded(house: House, nino: PlainBrowser) -> None:
    hand_in(nino)
    nino.send("/send")
    answer = house.request("GET", f"{home(nino)}/data")
    assert answer.headers["content-disposition"].startswith('attachment; filename="application-')
    assert answer.json()["applicant"]["email"] == "nino@writers.example"


def test_withdrawing_takes_a_page_and_a_button_and_leaves_nothing(house: House, nino: PlainBrowser) -> None:
    hand_in(nino)
    page = nino.send("/send")
    address = page.path
    assert item(house)["status"]["S"] == "submitted"
    nino.follow("Withdraw your application and have it deleted")
    assert item(house)["status"]["S"] == "submitted"
    assert "Your application is withdrawn" in nino.send("/withdraw").text
    assert nino.open(address).status == 404


def test_a_form_that_is_far_too_long_ends_on_a_page_of_ours(house: House, nino: PlainBrowser) -> None:
    begin(nino)
    answer = house.request("POST", f"{home(nino)}/cv/text", "text=" + "a" * 900_000)
    assert answer.status == 413
    assert "That was too much text" in answer.body


# ---------------------------------------------------------------- looks and weight


def test_a_static_file_may_be_kept_for_ever_at_its_own_address_only(house: House) -> None:
    page = house.request("GET", START).body
    address = page.partition('href="/static/')[2].partition('"')[0]
    answer = house.request("GET", f"/static/{address}")
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert house.request("GET", "/static/older/intake.css").headers["cache-control"] == "no-store"
    assert house.request("GET", "/static/x/unknown.css").status == 404
    assert house.request("GET", "/static/x/contributors.svg").headers["content-type"] == "image/svg+xml; charset=utf-8"


def test_a_colour_that_cannot_be_read_is_refused() -> None:
    Theme(accent="#7a1f1f", accent_dark="#f0b8b8")
    with pytest.raises(ValidationError, match=r"its contrast is 1\.8, and must be 4\.5"):
        Theme(accent="#aab8c2")


MAX_PAGE_BYTES = 30_000
MAX_SCRIPT_BYTES = 12_288
"""Before compression: what a phone has to read before a file can be chosen."""


def test_no_page_weighs_much(house: House, nino: PlainBrowser, capsys: pytest.CaptureFixture[str]) -> None:
    hand_in(nino)
    weights = {}
    for path in (START, f"{START}/about", *(f"{home(nino)}/{page}" for page in ("cover_letter", "about", "check"))):
        page = house.request("GET", path).body
        files = {part.partition('"')[0] for part in page.split('"/static/')[1:]}
        parts = [page, *(house.request("GET", f"/static/{file}").body for file in files)]
        weights[path.rpartition("/")[2]] = sum(len(gzip.compress(part.encode())) for part in parts)
    with capsys.disabled():
        listed = ", ".join(f"{name} {size / 1000:.1f} kB" for name, size in weights.items())
        print(f"\nPages with their style and script, compressed: {listed}")  # noqa: T201 - the suite tells them
    assert max(weights.values()) < MAX_PAGE_BYTES
    script = house.request("GET", "/static/x/form.js").body
    assert len(script.encode()) <= MAX_SCRIPT_BYTES
