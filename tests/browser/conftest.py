from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from intake_ops.browser import PHONE, chromium
from intake_ops.local.cloud import LocalCloud
from intake_ops.visitor import Visitor

expect.set_options(timeout=60_000)  # machines are shared

type Visit = Callable[..., Visitor]

# A page that says no is one of ours, and the browser notes its status; a broken line is what some tests make.
_EXPECTED = ("the server responded with a status of 4", "net::ERR_CONNECTION_RESET", "net::ERR_INTERNET_DISCONNECTED")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def visit(cloud: LocalCloud, browser: Browser) -> Iterator[Visit]:
    """Makes visitors, on a phone unless told otherwise. Afterwards no page may have complained or broken its policy."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(known in message.text for known in _EXPECTED):
            complaints.append(message.text)

    with ExitStack() as contexts:

        def visit(language: str = "en", *, has_script: bool = True, **options: object) -> Visitor:
            context = browser.new_context(
                **{"viewport": PHONE, "java_script_enabled": has_script, "locale": language, **options}
            )
            contexts.callback(context.close)
            context.set_default_timeout(60_000)
            page: Page = context.new_page()
            page.on("console", hear)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            return Visitor(page, cloud.base_url, language, has_script=has_script)

        yield visit
    assert complaints == []
