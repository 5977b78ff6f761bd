"""Applying, in a real browser against the running service: with and without JavaScript, on good lines and bad ones."""

import html
import json
import re
import urllib.request
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

import documents
from browser.conftest import Visit
from cloud.waiting import eventually
from intake.domain.proof import new_challenge, solved
from intake.domain.token import TokenKeys
from intake_ops.local.cloud import LocalCloud
from intake_ops.visitor import Visitor

pytestmark = pytest.mark.xdist_group("cloud")

CV = ("CV ნინო ბერიძე “2026”.pdf", documents.pdf("Curriculum vitae of Nino Beridze, reporter in Kutaisi. " * 40))
LETTER = ("Brief.docx", documents.docx("Dear editors, I would like to write for your readers. " * 40))
SAMPLE = ("Probe.odt", documents.odt("The river rose in the night, and nobody had been told. " * 60))
SCRIPTS = pytest.mark.parametrize("has_script", [True, False], ids=["script", "no-script"])

HEARD = """() => {
    window.heard = []
    const region = document.querySelector('[role=status]')
    new MutationObserver(() => window.heard.push(region.textContent)).observe(region, { childList: true })
}"""


def id_of(visitor: Visitor) -> str:
    return visitor.home.rpartition("/")[2].partition(".")[0]


def mails_to(cloud: LocalCloud, address: str, reference: str) -> list[dict[str, Any]]:
    with urllib.request.urlopen(f"{cloud.base_url}/dev/mail.json") as answer:
        mails: list[dict[str, Any]] = json.load(answer)
    return [mail for mail in mails if address in mail["to"] and reference in mail["text"]]


def upload_address(page: Page) -> str:
    return page.locator("form.upload").get_attribute("action") or ""


@SCRIPTS
@pytest.mark.parametrize("language", ["de", "en"])
def test_three_files_go_all_the_way_to_the_mailboxes(
    cloud: LocalCloud, visit: Visit, language: str, has_script: bool
) -> None:
    visitor = visit(language, has_script=has_script)
    page = visitor.page
    visitor.introduce(email=f"nino-{language}-{has_script}@writers.example".lower())
    for name, body in (CV, LETTER, SAMPLE):
        visitor.send_file(name, body)
        expect(page.locator("#present")).to_contain_text(name)
        assert "bucket=" not in page.url
        visitor.go_on()
    for name, _ in (CV, LETTER, SAMPLE):
        expect(page.locator("main")).to_contain_text(name)
    visitor.submit()
    reference = visitor.reference
    [summary] = eventually(lambda: mails_to(cloud, "editors@magazine.example", reference))
    [receipt] = eventually(lambda: mails_to(cloud, f"nino-{language}-{has_script}@writers.example".lower(), reference))
    assert reference in summary["subject"]
    for name, _ in (CV, LETTER, SAMPLE):
        assert name in summary["text"]
    [mailed] = set(re.findall(rf"{cloud.base_url}/{language}/a/[\w.-]+", receipt["text"]))
    if not has_script:  # with it the page looks by itself
        page.goto(visitor.home)
    checked = {"de": "Eingegangen und geprüft", "en": "Received and checked"}[language]
    expect(page.locator(".documents .state")).to_have_text([checked] * 3, timeout=300_000)
    page.goto(mailed)
    expect(page.locator(".documents .state")).to_have_text([checked] * 3)


@SCRIPTS
def test_clicking_twice_makes_one_application_and_one_summary(
    cloud: LocalCloud, visit: Visit, has_script: bool
) -> None:
    visitor = visit(has_script=has_script)
    page = visitor.page
    visitor.begin()
    visitor.fill_in()
    page.check("#has_read")
    page.locator("main .actions .button").last.dblclick()
    page.wait_for_url("**/cv")
    visitor.send_file()
    visitor.go_on()
    visitor.type_text()
    visitor.give_link()
    page.locator("form[action$='/send'] button").dblclick()
    reference = visitor.reference
    eventually(lambda: mails_to(cloud, "editors@magazine.example", reference))
    page.go_back()
    page.goto(visitor.home)
    assert visitor.reference == reference
    application = {"pk": {"S": f"application#{id_of(visitor)}"}, "sk": {"S": "application"}}

    def owes_nothing() -> bool:
        item = cloud.client("dynamodb").get_item(TableName=cloud.outputs["TableName"], Key=application)["Item"]
        return bool(item["due_kind"]["S"] == "retention")

    eventually(owes_nothing)
    assert len(mails_to(cloud, "editors@magazine.example", reference)) == 1


def test_an_upload_that_breaks_twice_recovers_by_itself(cloud: LocalCloud, visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    visitor.introduce()
    broken = 0

    def breaking(route: Route) -> None:
        nonlocal broken
        if route.request.method == "POST" and broken < 2:
            broken += 1
            route.abort("connectionreset")
        else:
            route.fallback()

    page.route(f"{upload_address(page)}**", breaking)
    page.evaluate(HEARD)
    visitor.send_file(*CV)
    assert broken == 2
    heard = page.evaluate("window.heard")
    assert heard == [f"{CV[0]}, 3 kB, is being sent.", f"{CV[0]} was received."] or len(set(heard)) == len(heard) <= 4
    assert [line for line in heard if line.endswith("was received.")] == [f"{CV[0]} was received."]
    application_id = id_of(visitor)
    stored = cloud.client("s3").list_object_versions(
        Bucket=cloud.outputs["IncomingBucket"], Prefix=f"incoming/{application_id}/cv/"
    )
    assert len(stored["Versions"]) == 1


def test_a_ticket_that_ran_out_is_renewed_without_asking(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    visitor.introduce()
    refused = iter([True])

    def expired(route: Route) -> None:
        if route.request.method == "POST" and next(refused, False):
            route.fulfill(status=403, headers={"Access-Control-Allow-Origin": "*"}, body="<Error/>")
        else:
            route.fallback()

    page.route(f"{upload_address(page)}**", expired)
    visitor.send_file(*CV)
    assert next(refused, None) is None


def test_without_a_connection_it_waits_and_goes_on(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    visitor.introduce()
    page.context.set_offline(True)
    visitor.choose(*CV)
    expect(page.locator(".sending [data-line]")).to_contain_text("Waiting for a connection.")
    page.context.set_offline(False)
    expect(page.locator("#present [data-name]")).to_have_text(CV[0])


def test_a_file_chosen_before_the_script_arrived_is_sent(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    visitor.introduce()
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    page.route("**/form.js", hold)
    with page.expect_request("**/form.js"):
        page.goto(page.url, wait_until="commit")
    visitor.choose(*CV)
    late[0].continue_()
    expect(page.locator("#present [data-name]")).to_have_text(CV[0])


def test_sending_can_be_stopped_and_begun_again(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    visitor.introduce()
    page.route(f"{upload_address(page)}**", lambda route: None)
    visitor.choose(*CV)
    page.click("[data-stop]")
    expect(page.locator("#file-error")).to_have_text("Stopped. Try again, choose another file, or type the text.")
    assert page.title().startswith("Error: ")
    page.unroute_all()
    page.click("[data-retry]")
    expect(page.locator("#present [data-name]")).to_have_text(CV[0])
    expect(page.locator("#file-error")).to_be_hidden()


@pytest.mark.parametrize(
    ("name", "size", "with_script", "without_script"),
    [
        (
            "Große.pdf",
            12_000_000,
            "Große.pdf is 12 MB. Choose a file smaller than 10 MB, or type the text.",
            "Große.pdf is larger than 10 MB. Make it smaller and upload it again.",
        ),
        (
            "Leere.pdf",
            0,
            "Leere.pdf is empty. Choose another file.",
            "Leere.pdf is empty. Choose another file and upload it.",
        ),
    ],
    ids=["too-large", "empty"],
)
@SCRIPTS
def test_a_file_of_the_wrong_size_ends_on_our_page(
    visit: Visit, name: str, size: int, with_script: str, without_script: str, has_script: bool
) -> None:
    visitor = visit(has_script=has_script)
    page = visitor.page
    visitor.introduce()
    address = page.url
    if has_script:
        visitor.choose(name, bytes(size))
        expect(page.locator("#file-error")).to_have_text(with_script)
    else:
        visitor.send_file(name, bytes(size))
        expect(page.locator(".alert li")).to_have_text(without_script)
    assert page.url == address
    assert page.title().startswith("Error: ")
    visitor.send_file(*CV)
    expect(page.locator("#present")).to_contain_text(CV[0])


def test_nothing_chosen_is_told_by_the_browser_before_it_is_sent(visit: Visit) -> None:
    visitor = visit(has_script=False)
    visitor.introduce()
    address = visitor.page.url
    visitor.page.click("form.upload button:not([type=button])")
    assert visitor.page.url == address


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until this has the focus, which has to be visible."""
    for _ in range(80):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            break
        page.keyboard.press("Tab")
    assert page.evaluate("wanted => document.activeElement.matches(wanted)", selector), selector
    assert page.evaluate(
        """() => { const at = document.activeElement; const box = at.closest('.choice') || at
            return [at, box].some(one => getComputedStyle(one).outlineStyle !== 'none') }"""
    ), selector


def test_the_keyboard_alone_is_enough(visit: Visit) -> None:
    visitor: Visitor = visit()
    page = visitor.page
    visitor.start()
    tab_to(page, ".actions a.button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/about")
    tab_to(page, ".actions button")
    page.keyboard.press("Enter")
    expect(page.locator("#problems")).to_be_focused()
    tab_to(page, ".alert a[href='#regions']")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "regions"
    tab_to(page, "input[name=regions][value=georgia]")
    page.keyboard.press("Space")
    tab_to(page, "input[name=topics][value=politics]")
    page.keyboard.press("Space")
    tab_to(page, "input[name=languages][value=ka]")
    page.keyboard.press("Space")
    tab_to(page, "#has_read")
    page.keyboard.press("Space")
    page.keyboard.press("Home")
    tab_to(page, ".skip")
    page.keyboard.press("Enter")
    tab_to(page, "#name")
    page.keyboard.type("Nino Beridze")
    tab_to(page, "#email")
    page.keyboard.type("nino@writers.example")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cv")
    tab_to(page, "#file")
    visitor.send_file()
    tab_to(page, "[data-continue]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/cover_letter")
    tab_to(page, "details:has(#text) summary")
    page.keyboard.press("Enter")
    tab_to(page, "#text")
    page.keyboard.type("Dear editors, ")
    tab_to(page, "details:has(#text) button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/writing_sample")
    tab_to(page, "details:has(#link) summary")
    page.keyboard.press("Enter")
    tab_to(page, "#link")
    page.keyboard.type("https://example.org/article")
    page.keyboard.press("Enter")
    page.wait_for_url("**/check")
    tab_to(page, "form[action$='/send'] button")
    page.keyboard.press("Enter")
    expect(page.locator(".reference")).to_be_visible()


def test_the_page_does_the_work_that_is_asked_for(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    keys = TokenKeys(current="k1", keys={"k1": b"a key"})
    given = new_challenge(keys, datetime.now(UTC))
    asked = html.escape(json.dumps(given))

    def ask(route: Route) -> None:
        answer = route.fetch()
        body = answer.text().replace("data-wait=", f'data-challenge="{asked}" data-wait=')
        route.fulfill(response=answer, body=body.replace("</form>", '<input type="hidden" name="proof"></form>', 1))

    page.route("**/about", ask)
    visitor.begin()
    expect(page.locator("[name=proof]")).to_have_value(re.compile(".+"))
    proof = solved(keys, page.input_value("[name=proof]"), datetime.now(UTC))
    assert proof is not None
    assert proof.id == given["challenge"]
