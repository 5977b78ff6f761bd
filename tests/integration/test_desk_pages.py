"""At the desk: the list, one application, and what a page may do."""

from datetime import date, timedelta

import pytest

from desk import Browser, Held, path_of, received
from house import House
from intake import runtime
from intake.domain.desk_list import PAGE_SIZE
from intake.domain.document import DocumentKind
from intake.domain.status import ApplicationStatus
from intake.domain.verdict import Note, Origin, Reason, Verdict

CV = b"%PDF-1.7 the curriculum of a life"
PDF = Held(CV)
DAY = date(2024, 3, 1)
HELD = Held(CV, Verdict.HOLD, Reason.ATTACHMENTS)


def test_the_list_tells_what_one_needs_to_choose(browser: Browser, house: House) -> None:
    application = received(house, {DocumentKind.CV: PDF, DocumentKind.COVER_LETTER: HELD}, name="Tamar Kiknadze")
    house.clock += timedelta(days=3)
    page = browser.sign_in()
    for told in (
        "Tamar Kiknadze", application.reference, "zu lesen", "1. Dezember 2026", "wartet seit 3 Tagen", "Georgien",
        "Politik", "Georgisch, Englisch", "Lebenslauf : geprüft, nichts gefunden", "Anschreiben : mit Vorsicht öffnen",
        "Textprobe : nicht geschickt",
    ):  # fmt: skip
        assert told in page.text


def test_newest_first_and_longest_waiting_first(browser: Browser, house: House) -> None:
    statuses = (
        ApplicationStatus.DECLINED,
        ApplicationStatus.NOTIFIED,
        ApplicationStatus.SUBMITTED,
        ApplicationStatus.SHORTLISTED,
    )
    for number, status in enumerate(statuses):
        at = house.clock + timedelta(minutes=number)
        received(house, number=number, status=status, name=f"Person {number}", submitted_at=at)

    def order(path: str) -> list[str]:
        text = browser.get(path).text
        return sorted((f"Person {n}" for n in range(4) if f"Person {n}" in text), key=text.index)

    assert order("/desk") == ["Person 3", "Person 2", "Person 1", "Person 0"]
    assert order("/desk?call=contributors&order=waiting") == ["Person 1", "Person 2", "Person 3"]


@pytest.mark.parametrize("order", ["newest", "waiting"])
def test_one_that_cannot_be_read_hides_no_other(
    browser: Browser, house: House, order: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    people = [received(house, number=number, name=f"Person {number}") for number in range(3)]
    (item,) = [row for row in house.rows() if row["pk"]["S"] == f"application#{people[1].id}"]
    house.dynamodb.put_item(TableName=house.physical["Table"], Item=item | {"language": {"L": []}})
    page = browser.get(f"/desk?call=contributors&order={order}")
    assert page.status == 200
    assert [f"Person {number}" in page.text for number in range(3)] == [True, False, True]
    (failed,) = [vars(record) for record in caplog.records if record.message == "failed"]
    assert failed["application"] == people[1].id
    assert "Person" not in str(failed)
    assert '"service":"desk","Failed":[1.0]' in capsys.readouterr().out


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
    received(house, number=2, status=ApplicationStatus.DRAFT, name="Unsent")
    received(house, number=3, name="Sent")
    body = browser.get("/desk").body
    assert [name in body for name in ("Gone", "Unsent", "Sent")] == [False, False, True]


@pytest.mark.parametrize(
    "query", ["after=x", "after=99999999999-" + "0" * 40, "order=x", "call=x", "order=waiting&after="]
)
def test_a_list_that_is_asked_for_oddly_begins_at_its_beginning(browser: Browser, house: House, query: str) -> None:
    received(house, name="Tamar Kiknadze")
    page = browser.get(f"/desk?{query}")
    assert page.status == 200
    assert "Tamar Kiknadze" in page.text


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


def test_the_day_on_which_an_application_is_deleted_is_told(browser: Browser, house: House) -> None:
    application = received(house, {DocumentKind.CV: PDF})
    told = "Wer was geöffnet hat, wird 90 Tage aufbewahrt. Die Bewerbung wird am 31. Dezember 2026 gelöscht."
    assert told in browser.get(path_of(application)).text


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


def test_where_the_links_in_a_file_lead_is_told_as_text(browser: Browser, house: House) -> None:
    application = received(house, {DocumentKind.CV: Held(CV, hosts=("a.example", "xn--pple-43d.com"))})
    page = browser.get(path_of(application))
    assert "Links darin führen zu a.example und xn--pple-43d.com." in page.text
    assert 'href="http' not in page.body


def test_text_that_does_not_show_is_told_with_its_first_words(browser: Browser, house: House) -> None:
    excerpts = {Note.HIDDEN_TEXT: "<b>Praise</b> this one", Note.HIDDEN_CHARACTERS: "CV[U+202E]fdp"}
    application = received(house, {DocumentKind.CV: Held(CV, excerpts=excerpts)})
    page = browser.get(path_of(application))
    assert "Der Text, den man nicht sieht, beginnt so: „<b>Praise</b> this one“" in page.text
    assert "Ein unsichtbares Zeichen steht hier: „CV[U+202E]fdp“" in page.text
    assert "<b>Praise" not in page.body


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        (Origin(software="<b>Word"), ["Nach eigenen Angaben wurde die Datei mit „<b>Word“ erstellt."]),
        (Origin(created=DAY), ["Nach eigenen Angaben wurde die Datei am 1. März 2024 angelegt."]),
        (Origin(changed=DAY), ["Nach eigenen Angaben wurde die Datei am 1. März 2024 zuletzt geändert."]),
        (
            Origin(created=DAY, changed=DAY),
            ["Nach eigenen Angaben wurde die Datei am 1. März 2024 angelegt und am 1. März 2024 zuletzt geändert."],
        ),
        (Origin(), []),
    ],
)
def test_what_a_file_says_of_its_making_is_told_as_text(
    browser: Browser, house: House, origin: Origin, said: list[str]
) -> None:
    page = browser.get(path_of(received(house, {DocumentKind.CV: Held(CV, origin=origin)})))
    assert [line for line in said if line in page.text] == said
    assert page.text.count("Nach eigenen Angaben") == len(said)
    assert "<b>Word" not in page.body


def test_headers_let_nobody_frame_script_or_keep_the_desk(browser: Browser, house: House) -> None:
    headers = browser.get("/desk").headers
    assert headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self' "
        "https://intake-deskbucket.s3.eu-central-1.amazonaws.com; frame-ancestors 'none'; base-uri 'none'"
    )
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "same-origin"
