"""The one address that people type: pages and the API on loopback, and the mail that went out."""

import json
from typing import Self

from intake_ops.local import mail_page
from intake_ops.local.mail_view import as_json
from intake_ops.local.mailbox import Mailbox
from intake_ops.local.upstream import Answer, Handler, Server, Upstream

JSON = "application/json; charset=utf-8"
# The emulator answers 502 with the exception's text where AWS answers this.
FAILED = Answer(500, [("Content-Type", "application/json")], b'{"message":"Internal Server Error"}')


class FrontDoor:
    """Holds its port from the start, so that links can name it; answers once it is opened."""

    def __init__(self, port: int, mailbox: Mailbox) -> None:
        """Raises PortTakenError. Port 0 takes any free one."""
        door = self
        self._mailbox = mailbox
        self._upstream: Upstream | None = None
        self._api_host = ""

        class FrontDoorHandler(Handler):
            def answer(self, body: bytes) -> Answer | None:
                return door._answer(self, body)

        self._server = Server(port, FrontDoorHandler)

    @property
    def url(self) -> str:
        return self._server.url

    def open(self, upstream: Upstream, api_id: str) -> None:
        """From now on, whatever is not /dev/... is the HTTP API's."""
        self._api_host = f"{api_id}.execute-api.localhost:{upstream.port}"
        self._upstream = upstream

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.__exit__()

    def _answer(self, request: Handler, body: bytes) -> Answer:
        path = request.path.partition("?")[0]
        if path.startswith("/dev/"):
            return self._mail(path) if request.command in ("GET", "HEAD") else _missing()
        if self._upstream is None:
            return Answer(503, [("Content-Type", "text/plain"), ("Retry-After", "1")], b"starting\n")
        headers = [("Host", self._api_host), *((n, v) for n, v in request.headers.items() if n.lower() != "host")]
        answer = self._upstream.forward(request.command, request.path, headers, body)
        return FAILED if answer.status == 502 else answer

    def _mail(self, path: str) -> Answer:
        mails = [as_json(mail) for mail in self._mailbox.mails]
        if path == "/dev/mail.json":
            return _dynamic(JSON, json.dumps(mails, ensure_ascii=False))
        if path == "/dev/mail":
            return _page(mail_page.list_page(mails))
        number = path.removeprefix("/dev/mail/")
        if number.isascii() and number.isdigit() and int(number) < len(mails):
            return _page(mail_page.mail_page(mails[int(number)]))
        return _missing()


def _page(html: str) -> Answer:
    return _dynamic("text/html; charset=utf-8", html, ("Content-Security-Policy", mail_page.POLICY))


def _dynamic(content_type: str, body: str, *headers: tuple[str, str]) -> Answer:
    return Answer(200, [("Content-Type", content_type), ("Cache-Control", "no-store"), *headers], body.encode())


def _missing() -> Answer:
    return Answer(404, [("Content-Type", "text/plain")], b"not found\n")
