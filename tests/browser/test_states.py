"""Every state of every page: WCAG 2.2 A and AA, narrow screens, and that none is without a picture."""

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from browser.conftest import Visit
from intake.domain.call import LANGUAGES
from intake_ops.state import State
from intake_ops.states import STATES

pytestmark = pytest.mark.xdist_group("cloud")

TEMPLATES = Path(__file__).parents[2] / "templates" / "web"
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Page) -> list[str]:
    """What axe-core finds, a line each: the rule, and where."""
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(
        "levels => axe.run(document, { runOnly: { type: 'tag', values: levels }, resultTypes: ['violations'] })", LEVELS
    )
    return [f"{rule['id']}: {node['html']}" for rule in found["violations"] for node in rule["nodes"]]


def test_every_page_has_a_state() -> None:
    frames = {"page", "form", "desk/layout", "desk/notice"}
    pages = {
        name
        for path in TEMPLATES.rglob("*.html.j2")
        if (name := path.relative_to(TEMPLATES).as_posix().removesuffix(".html.j2")) not in frames
        and "{% extends" in path.read_text(encoding="utf-8")
    }
    assert {state.template for state in STATES} == pages
    assert len({state.name for state in STATES}) == len(STATES)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_a_state_is_accessible_and_fits(visit: Visit, state: State) -> None:
    visitor = visit("de")
    page = visitor.page
    if not state.has_script:  # axe needs scripts to run, so only ours stays away
        visitor.has_script = False
        page.route("**/form.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    state.reach(visitor)
    page.wait_for_load_state("load")  # with its looks
    assert page.locator("body").get_attribute("data-page") == state.template
    assert page.locator("html").get_attribute("lang") == "de"
    assert page.locator("h1").count() == 1
    has_problem = page.locator("[role=alert], .field.wrong").count() > 0
    assert page.title().startswith("Fehler: ") == has_problem
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        assert violations(page) == []
    assert does_not_fit(page) == []


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "de"])
def test_an_application_is_accessible_and_fits_in_every_language(visit: Visit, language: str) -> None:
    visitor = visit(language)
    page = visitor.page

    def check() -> None:
        page.wait_for_load_state("load")
        page.emulate_media(reduced_motion="reduce")
        assert page.locator("html").get_attribute("lang") == language
        assert violations(page) == []
        assert does_not_fit(page) == []

    visitor.start()
    check()
    visitor.begin()
    check()
    visitor.fill_in()
    page.check("#has_read")
    visitor.press()
    page.wait_for_url("**/a/**")
    check()
    visitor.send_file()
    check()
    visitor.go_on()
    visitor.type_text()
    visitor.give_link()
    check()
    visitor.submit()
    assert visitor.reference
    check()
    page.click(f"a[href='{visitor.home.removeprefix(visitor.base_url)}/withdraw']")
    check()


def does_not_fit(page: Page) -> list[str]:
    """What is wider than the narrowest screen, and what is too small for a finger."""
    page.set_viewport_size({"width": 320, "height": 640})
    if (width := page.evaluate("document.documentElement.scrollWidth")) > 320:
        return [f"the page is {width} wide"]
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('a, button, summary, .choice, .tick, input[type=file]')]
            .filter(target => target.checkVisibility() && !target.closest('p:not([class])') && !target.matches('.skip'))
            .filter(target => !target.closest('.alert') && target.getBoundingClientRect().height < 44)
            .map(target => target.outerHTML)"""
    )
    return found
