"""An editor in a real browser, on the running service: from the mail with the code to the bytes of an original."""

import re

import pytest
from docx import Document

from browser.conftest import Visit
from intake_ops.desk_visitor import DeskVisitor
from intake_ops.visitor import LETTER

pytestmark = pytest.mark.xdist_group("cloud")


@pytest.fixture
def desk(visit: Visit) -> DeskVisitor:
    """On a phone, without JavaScript."""
    visitor = visit("de", has_script=False, accept_downloads=True)
    return DeskVisitor(visitor.page, visitor.base_url)


def test_an_editor_signs_in_with_the_mailed_code_reads_and_downloads_the_cv(desk: DeskVisitor) -> None:
    desk.read()
    page = desk.page
    assert page.inner_text("h1") == "Nino Beridze"
    reference = page.inner_text(".kicker .code")
    assert "Wasserkraft und ihre Folgen" in page.inner_text(".documents")
    with page.expect_download() as downloading:
        page.locator("form[action$='/cv'] button").click()
    stripped = downloading.value
    assert stripped.suggested_filename == f"{reference}-cv.docx"
    word = Document(str(stripped.path()))
    assert (word.core_properties.author, list(word.comments)) == ("", [])
    assert "Wasserkraft und ihre Folgen" in [paragraph.text for paragraph in word.paragraphs]
    page.locator(".original summary").first.click()
    with page.expect_download() as downloading:
        page.locator("form[action$='/cv/original'] button").click()
    assert Document(str(downloading.value.path())).core_properties.author == "Nino Beridze"
    page.reload()
    history = page.inner_text(".history")
    assert "editors@magazine.example hat die bereinigte Fassung geöffnet: Lebenslauf" in history
    assert "editors@magazine.example hat geöffnet: Lebenslauf" in history


def test_a_held_sample_is_read_page_by_page_without_opening_it(desk: DeskVisitor) -> None:
    desk.read()
    page = desk.page
    with page.expect_navigation():
        page.locator("a[href$='/writing-sample/read']").click()
    assert page.locator(".picture img").count() == 3
    first = page.locator(".picture img").first
    assert first.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1000
    assert "The river rose in the night" in page.inner_text(".said >> nth=0")


def test_what_was_typed_is_read_on_the_page(desk: DeskVisitor) -> None:
    desk.read()
    with desk.page.expect_navigation():
        desk.page.locator("form[action$='/cover-letter'] button").click()
    assert desk.page.inner_text(".words").strip() == LETTER.strip()


def test_a_held_original_is_downloaded_after_its_reference_was_typed(desk: DeskVisitor) -> None:
    desk.read()
    page = desk.page
    reference = page.inner_text(".kicker .code")
    with page.expect_navigation():
        page.locator("a[href$='/writing-sample']").click()
    page.fill("#confirmation", reference)
    with page.expect_download() as downloading:
        page.locator("main form button.danger").click()
    assert downloading.value.suggested_filename == f"{reference}-writing-sample.pdf"
    assert downloading.value.path().read_bytes().startswith(b"%PDF-")


def test_a_deep_link_shows_nothing_to_whoever_is_not_signed_in(desk: DeskVisitor, visit: Visit) -> None:
    desk.read()
    stranger = visit("de").page
    answer = stranger.goto(desk.page.url)
    assert answer is not None
    assert answer.status == 200
    assert "Nino" not in stranger.content()
    assert stranger.locator("#address").count() == 1


def test_signing_out_is_final(desk: DeskVisitor) -> None:
    """Last: it ends the session that the others share."""
    desk.read()
    kept = desk.page.context.cookies(desk.base_url)
    assert sorted((c["name"], c["httpOnly"], c["secure"], c["sameSite"]) for c in kept) == [
        ("__Host-desk", True, True, "Lax"),
        ("__Host-desk-browser", True, True, "Strict"),
    ]
    with desk.page.expect_navigation():
        desk.page.locator("header button").click()
    assert re.fullmatch(f"{re.escape(desk.base_url)}/desk/signed-out", desk.page.url)
    desk.page.context.add_cookies(kept)  # type: ignore[arg-type]
    desk.open()
    assert desk.page.locator("#address").count() == 1
    desk.forget()
