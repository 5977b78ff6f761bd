"""An editor at a browser: signing in with the code from /dev/mail.json, reading, opening. No step needs JavaScript."""

import re
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from intake_ops.samples import ARTICLE_NAME, CV_NAME, a_word_cv, an_article_with_an_attachment
from intake_ops.visitor import Visitor

EDITOR = "editors@magazine.example"
STRANGER = "stranger@elsewhere.example"

_sessions: dict[str, list[Any]] = {}
_applications: dict[str, str] = {}
"""One session and one application for each running service: an address is sent five codes an hour and no more."""


class NoMailError(Exception):
    """The mail did not come in time."""


@dataclass
class DeskVisitor:
    page: Page
    base_url: str
    wait_seconds: float = field(default=60.0)

    def open(self, path: str = "/desk") -> None:
        self.page.goto(self.base_url + path)

    def press(self) -> None:
        """The page's main button."""
        with self.page.expect_navigation():
            self.page.locator("main form button.button").last.click()

    def ask_for_code(self, address: str = EDITOR, path: str = "/desk") -> None:
        self.open(path)
        self.page.fill("#address", address)
        self.press()

    def enter_code(self, code: str) -> None:
        self.page.fill("#code", code)
        self.press()

    def sign_in(self, path: str = "/desk") -> None:
        """The whole way, by mail; from then on the service's session is shared."""
        known = len(self._mails("code"))
        self.ask_for_code(path=path)
        self.enter_code(_code(self._wait_for("code", known)))
        _sessions[self.base_url] = self.page.context.cookies(self.base_url)

    def be_signed_in(self) -> None:
        """With the session that there is, or a new one."""
        if self.base_url in _sessions:
            self.page.context.add_cookies(_sessions[self.base_url])
        else:
            self.sign_in()

    def forget(self) -> None:
        """The service's shared session is over."""
        _sessions.pop(self.base_url, None)

    def read(self) -> None:
        """An application with an accepted file, a typed letter and a held sample; the first reader has it handed in."""
        if self.base_url not in _applications:
            _applications[self.base_url] = self._hand_in()
        self.be_signed_in()
        self.open(_applications[self.base_url])

    def _hand_in(self) -> str:
        """The path of its page at the desk, once every file was judged."""
        known = len(self._mails("summary"))
        page = self.page.context.browser.new_page()  # type: ignore[union-attr]
        applicant = Visitor(page, self.base_url, "de")
        applicant.introduce()
        applicant.send_file(CV_NAME, a_word_cv())
        applicant.go_on()
        applicant.type_text()
        applicant.send_file(ARTICLE_NAME, an_article_with_an_attachment())
        applicant.go_on()
        applicant.submit()
        page.close()
        found = re.search(r"/desk/a/[0-9a-f]{40}", self._wait_for("summary", known)["text"])
        return found[0] if found else "/desk"

    def _mails(self, event: str) -> list[dict[str, Any]]:
        mails = self.page.request.get(f"{self.base_url}/dev/mail.json").json()
        return [mail for mail in mails if ["X-Intake-Event", event] in mail["headers"]]

    def _wait_for(self, event: str, known: int) -> dict[str, Any]:
        for _ in range(int(self.wait_seconds * 5)):
            if len(mails := self._mails(event)) > known:
                return mails[-1]
            self.page.wait_for_timeout(200)
        raise NoMailError(event)


def _code(mail: dict[str, Any]) -> str:
    found = re.search(r"^ +(\d{3}) (\d{3})$", mail["text"], re.MULTILINE)
    if found is None:
        raise NoMailError("there is no code in it")
    return found[1] + found[2]
