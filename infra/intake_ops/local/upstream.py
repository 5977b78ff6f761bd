"""Passes HTTP requests on to the emulator. The front door and the mailbox both stand before it."""

import http.client
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import urlsplit

from intake_ops.local.emulator import HOST

# What belongs to one connection and must not be passed on.
HOP_BY_HOP = {"connection", "content-length", "keep-alive", "transfer-encoding", "upgrade"}
TIMEOUT_SECONDS = 40


class PortTakenError(Exception):
    """Somebody else listens on the port that was asked for."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes


@dataclass
class Upstream:
    """The emulator, as a proxy sees it."""

    url: str
    tls: ssl.SSLContext | None = None

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 0

    def forward(self, method: str, path: str, headers: Iterable[tuple[str, str]], body: bytes) -> Answer:
        """Sends the request as it is, its Host header included: a signature may cover it."""
        connection = (
            http.client.HTTPSConnection(HOST, self.port, timeout=TIMEOUT_SECONDS, context=self.tls)
            if self.tls
            else http.client.HTTPConnection(HOST, self.port, timeout=TIMEOUT_SECONDS)
        )
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers:
                if name.lower() not in HOP_BY_HOP:
                    connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            # An answer to HEAD has no body to measure: its length is what one asked for.
            dropped = HOP_BY_HOP - {"content-length"} if method == "HEAD" else HOP_BY_HOP
            kept = [(name, value) for name, value in answer.getheaders() if name.lower() not in dropped]
            return Answer(answer.status, kept, answer.read())
        finally:
            connection.close()


class Handler(BaseHTTPRequestHandler):
    """One request, one connection, one call of `answer`; nothing is written to the terminal."""

    def answer(self, body: bytes) -> Answer | None:
        """What to reply; None drops the connection without a word."""
        raise NotImplementedError

    def _handle(self) -> None:
        answer = self.answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        if answer is None:
            self.close_connection = True
            return
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if self.command != "HEAD":
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _handle  # noqa: N815 - the base class looks for these

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the overridden method
        pass


class Server:
    """A small HTTP server on loopback. It holds its port from the start and answers inside its `with`."""

    def __init__(self, port: int, handler: type[Handler]) -> None:
        try:
            self._server = _QuietServer((HOST, port), handler)
        except OSError as error:
            raise PortTakenError(
                f"port {port} of {HOST} is taken; end what listens there, or choose another"
            ) from error
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that goes away in the middle is no news."""
