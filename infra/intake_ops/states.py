"""Every state of every page: each has a picture (intake_ops.shots) and is tested for accessibility."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from intake import runtime
from intake.web.call_pages import start_page
from intake_ops.desk_states import DESK_STATES
from intake_ops.state import State
from intake_ops.visitor import LETTER, Visitor

MEGABYTE = 1_000_000


def _start(state: str) -> Callable[[Visitor], None]:
    """The start page of a call that is not open: drawn here, with the looks of the running service."""

    def reach(visitor: Visitor) -> None:
        now = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
        dates = {
            "upcoming": {"opens_at": now + timedelta(days=14)},
            "paused": {},
            "closed": {"closes_at": now - timedelta(days=1)},
        }
        call = runtime.calls()[visitor.call].model_copy(update=dates[state])
        shown = start_page(call, visitor.language, now, is_paused=state == "paused")
        visitor.page.route(
            visitor.start_url,
            lambda route: route.fulfill(body=str(shown.body), content_type="text/html; charset=utf-8"),
        )
        visitor.start()

    return reach


def _about_wrong(visitor: Visitor) -> None:
    visitor.begin()
    visitor.page.fill("#name", "Nino Beridze")
    visitor.page.fill("#email", "nino@")
    visitor.press()


def _about_more(visitor: Visitor) -> None:
    visitor.begin()
    visitor.fill_in()
    visitor.page.locator("details summary").first.click()
    visitor.page.locator("#notice summary").click()


def _sending(visitor: Visitor) -> None:
    visitor.introduce()
    visitor.page.route("**/*", lambda route: route.fallback() if _is_ours(route.request.url, visitor) else None)
    visitor.choose("Lebenslauf.pdf", b"%PDF-1.7" + bytes(2 * MEGABYTE))
    visitor.page.wait_for_selector("form.upload .sending:not([hidden])")


def _is_ours(url: str, visitor: Visitor) -> bool:
    return url.startswith(visitor.base_url)


def _too_large(visitor: Visitor) -> None:
    visitor.introduce()
    visitor.choose("Lebenslauf.pdf", bytes(12 * MEGABYTE))
    visitor.page.wait_for_selector("#file-error:not([hidden])")


def _too_large_without_script(visitor: Visitor) -> None:
    visitor.introduce()
    visitor.send_file("Lebenslauf.pdf", bytes(12 * MEGABYTE))


def _received(visitor: Visitor) -> None:
    visitor.introduce()
    visitor.send_file()


def _text_wrong(visitor: Visitor) -> None:
    visitor.introduce()
    visitor.type_text("")


def _sample_text(visitor: Visitor) -> None:
    _received(visitor)
    visitor.go_on()
    visitor.page.locator("details:has(#text) summary").click()
    visitor.page.fill("#text", LETTER)


def _link_wrong(visitor: Visitor) -> None:
    visitor.introduce()
    visitor.page.goto(f"{visitor.home}/writing_sample")
    visitor.give_link("example")


def _check_missing(visitor: Visitor) -> None:
    visitor.introduce()
    visitor.page.goto(f"{visitor.home}/check")
    visitor.submit()


def _sent(visitor: Visitor) -> None:
    visitor.hand_in()
    visitor.submit()


def _sent_and_checked(visitor: Visitor) -> None:
    _sent(visitor)
    _look_again(visitor)


def _look_again(visitor: Visitor) -> None:
    """Until every file was judged."""
    for _ in range(120):
        if not visitor.page.locator("[data-pending]").count():
            return
        visitor.page.wait_for_timeout(500)
        visitor.page.goto(visitor.home)
    raise TimeoutError("the files were not judged within a minute")


def _needs_attention(visitor: Visitor) -> None:
    visitor.introduce()
    visitor.send_file("Lebenslauf.pdf", b"MZ\x90\x00" + bytes(2000))
    visitor.go_on()
    visitor.type_text()
    visitor.give_link()
    visitor.submit()
    _look_again(visitor)


def _rejected(visitor: Visitor) -> None:
    _needs_attention(visitor)
    visitor.page.goto(f"{visitor.home}/cv")


def _replacing(visitor: Visitor) -> None:
    _sent(visitor)
    visitor.page.goto(f"{visitor.home}/cover_letter")
    visitor.page.click("#replace")


def _mending(visitor: Visitor) -> None:
    _sent(visitor)
    visitor.page.goto(f"{visitor.home}/about")


def _withdraw(visitor: Visitor) -> None:
    _sent(visitor)
    visitor.page.goto(f"{visitor.home}/withdraw")


def _withdrawn(visitor: Visitor) -> None:
    _withdraw(visitor)
    visitor.page.click("form[action$='/withdraw'] button")


def _not_found(visitor: Visitor) -> None:
    visitor.page.goto(f"{visitor.base_url}/{visitor.language}/a/unknown")


STATES = (
    State("start", "start", Visitor.start),
    State("start-upcoming", "start", _start("upcoming")),
    State("start-paused", "start", _start("paused")),
    State("start-closed", "start", _start("closed")),
    State("about", "about", Visitor.begin),
    State("about-more", "about", _about_more),
    State("about-wrong", "about", _about_wrong),
    State("document", "document", Visitor.introduce),
    State("document-without-script", "document", Visitor.introduce, has_script=False),
    State("document-sending", "document", _sending),
    State("document-too-large", "document", _too_large),
    State("document-too-large-without-script", "document", _too_large_without_script, has_script=False),
    State("document-received", "document", _received),
    State("document-received-without-script", "document", _received, has_script=False),
    State("document-text", "document", _sample_text),
    State("document-text-wrong", "document", _text_wrong),
    State("document-link-wrong", "document", _link_wrong),
    State("document-rejected", "document", _rejected),
    State("document-replacing", "document", _replacing),
    State("check", "check", Visitor.hand_in),
    State("check-missing", "check", _check_missing),
    State("received", "received", _sent),
    State("received-checked", "received", _sent_and_checked),
    State("received-needs-attention", "received", _needs_attention),
    State("received-mending", "about", _mending),
    State("withdraw", "withdraw", _withdraw),
    State("withdrawn", "withdrawn", _withdrawn),
    State("not-found", "problem", _not_found),
    *DESK_STATES,
)
