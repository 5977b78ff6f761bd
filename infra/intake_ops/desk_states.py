"""Every state of the desk's pages, for the same pictures and tests as the applicant's."""

from collections.abc import Callable

from intake_ops.desk_visitor import EDITOR, STRANGER, DeskVisitor
from intake_ops.state import State
from intake_ops.visitor import Visitor


def _at_desk(reach: Callable[[DeskVisitor], None]) -> Callable[[Visitor], None]:
    return lambda visitor: reach(DeskVisitor(visitor.page, visitor.base_url))


def _sign_in_wrong(desk: DeskVisitor) -> None:
    desk.ask_for_code("editors")


def _code(desk: DeskVisitor) -> None:
    desk.ask_for_code(STRANGER)


def _code_wrong(desk: DeskVisitor) -> None:
    desk.ask_for_code(f"second-{STRANGER}")
    desk.enter_code("000000")


def _code_over(desk: DeskVisitor) -> None:
    desk.ask_for_code(f"third-{STRANGER}")
    for _ in range(5):
        desk.enter_code("000000")


def _too_many(desk: DeskVisitor) -> None:
    for _ in range(6):
        desk.ask_for_code(f"busy-{STRANGER}")


def _signed_out(desk: DeskVisitor) -> None:
    desk.open("/desk/signed-out")


def _list(desk: DeskVisitor) -> None:
    desk.read()
    desk.open()


def _waiting(desk: DeskVisitor) -> None:
    desk.read()
    desk.open("/desk?order=waiting")


def _beyond_the_last(desk: DeskVisitor) -> None:
    desk.be_signed_in()
    desk.open(f"/desk?after=0-{'0' * 40}")


def _typed(desk: DeskVisitor) -> None:
    desk.read()
    with desk.page.expect_navigation():
        desk.page.locator("form[action$='/cover-letter'] button").click()


def _reading(desk: DeskVisitor) -> None:
    desk.read()
    desk.page.locator(".sheet .rest summary").first.click()


def _page_by_page(desk: DeskVisitor) -> None:
    desk.read()
    with desk.page.expect_navigation():
        desk.page.locator("a[href$='/writing-sample/read']").click()
    for picture in desk.page.locator(".picture img").all():
        picture.scroll_into_view_if_needed()
        picture.evaluate("image => image.decode()")
    desk.page.evaluate("scrollTo(0, 0)")


def _history(desk: DeskVisitor) -> None:
    _typed(desk)
    desk.read()


def _confirm(desk: DeskVisitor) -> None:
    desk.read()
    with desk.page.expect_navigation():
        desk.page.locator("a[href$='/writing-sample']").click()


def _confirm_wrong(desk: DeskVisitor) -> None:
    _confirm(desk)
    desk.page.fill("#confirmation", EDITOR)
    desk.press()


def _missing(desk: DeskVisitor) -> None:
    desk.be_signed_in()
    desk.open(f"/desk/a/{'0' * 40}")


def _foreign(desk: DeskVisitor) -> None:
    desk.be_signed_in()
    desk.open()
    desk.page.evaluate("document.querySelector('input[name=token]').value = ''")
    with desk.page.expect_navigation():
        desk.page.locator("header button").click()


def _failed(desk: DeskVisitor) -> None:
    """Drawn here: nothing that we know of makes the running service fail."""
    from intake import runtime
    from intake.web.desk_frame import page

    body = str(page("failed", next(iter(runtime.calls().values())), status=500).body)
    desk.page.route(
        f"{desk.base_url}/desk", lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8")
    )
    desk.open()


DESK_STATES = (
    State("desk-sign-in", "desk/sign_in", _at_desk(DeskVisitor.open)),
    State("desk-sign-in-wrong", "desk/sign_in", _at_desk(_sign_in_wrong)),
    State("desk-code", "desk/code", _at_desk(_code)),
    State("desk-code-wrong", "desk/code", _at_desk(_code_wrong)),
    State("desk-code-over", "desk/code_over", _at_desk(_code_over)),
    State("desk-too-many", "desk/too_many", _at_desk(_too_many)),
    State("desk-signed-out", "desk/signed_out", _at_desk(_signed_out)),
    State("desk-list", "desk/list", _at_desk(_list)),
    State("desk-list-waiting", "desk/list", _at_desk(_waiting)),
    State("desk-list-beyond", "desk/list", _at_desk(_beyond_the_last)),
    State("desk-application", "desk/application", _at_desk(DeskVisitor.read)),
    State("desk-application-history", "desk/application", _at_desk(_history)),
    State("desk-application-reading", "desk/application", _at_desk(_reading)),
    State("desk-reading", "desk/reading", _at_desk(_page_by_page)),
    State("desk-text", "desk/text", _at_desk(_typed)),
    State("desk-confirm", "desk/confirm", _at_desk(_confirm)),
    State("desk-confirm-wrong", "desk/confirm", _at_desk(_confirm_wrong)),
    State("desk-missing", "desk/missing", _at_desk(_missing)),
    State("desk-foreign", "desk/foreign", _at_desk(_foreign)),
    State("desk-failed", "desk/failed", _at_desk(_failed)),
)
