"""A line to AWS that fails: an HTTP proxy between the functions (and the uploading browser) and the emulator.

Nothing in the code knows of it: functions reach it as their endpoint. Requests are passed on as they are, Host
included, so signatures hold. The fate of the n-th call of an operation follows from the seed alone.
"""

import json
import random
import socket
import struct
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from threading import Lock
from urllib.parse import urlsplit

from intake_ops.local.cloud import LocalCloud
from intake_ops.local.mailbox import SEND_PATH
from intake_ops.local.upstream import Answer, Handler, Server, Upstream

SEND = "SendEmail"
_DROP_AT_ONCE = struct.pack("ii", 1, 0)


class Fault(StrEnum):
    """What happens to a call; only in the last was it done."""

    REFUSED = "503"
    THROTTLED = "throttled"
    RESET = "connection reset"
    LOST = "answer lost"


@dataclass
class FaultyProxy:
    """A share of `rate` of all calls fails. A context manager: it listens inside the `with`."""

    aws: Upstream
    ses: Upstream
    rate: float
    seed: int
    calls: Counter[str] = field(default_factory=Counter)
    """How often each operation was asked for."""
    faults: Counter[tuple[str, Fault]] = field(default_factory=Counter)
    lost_sends: set[str] = field(default_factory=set)
    """SES's ids of the mails that it took while its answer was lost."""

    def __post_init__(self) -> None:
        proxy = self
        self._lock = Lock()

        class FaultyHandler(Handler):
            protocol_version = "HTTP/1.1"  # connections are kept, and S3's `Expect: 100-continue` is answered

            def answer(self, body: bytes) -> Answer | None:
                return proxy._answer(self, body)

        self._server = Server(0, FaultyHandler)

    @property
    def url(self) -> str:
        return self._server.url

    def __enter__(self) -> "FaultyProxy":
        self._server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.__exit__()

    def _answer(self, request: Handler, body: bytes) -> Answer | None:
        operation = _operation(request)
        fault = self._fate(operation)
        if fault is Fault.REFUSED:
            return Answer(503, [], b"")
        if fault is Fault.THROTTLED:
            return _throttled(operation)
        if fault is Fault.RESET:
            request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _DROP_AT_ONCE)
            return None
        upstream = self.ses if operation == SEND else self.aws
        answer = upstream.forward(request.command, request.path, request.headers.items(), body)
        if fault is Fault.LOST:
            if operation == SEND and answer.status == 200:
                self.lost_sends.add(json.loads(answer.body)["MessageId"])
            return None
        return answer

    def _fate(self, operation: str) -> Fault | None:
        with self._lock:
            self.calls[operation] += 1
            chance = random.Random(f"{self.seed} {operation} {self.calls[operation]}")
            if chance.random() >= self.rate:
                return None
            fault = chance.choice(list(Fault))
            self.faults[operation, fault] += 1
            return fault


def _operation(request: Handler) -> str:
    """The name of the API's operation; of S3's the method and what marks it."""
    if target := request.headers.get("X-Amz-Target"):
        return target.rpartition(".")[2]
    path = urlsplit(request.path).path
    if path == SEND_PATH:
        return SEND
    return "S3 COPY" if request.headers.get("x-amz-copy-source") else f"S3 {request.command}"


def _throttled(operation: str) -> Answer:
    """Each protocol has its own way to say it."""
    if operation.startswith("S3 "):
        xml = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
        return Answer(503, [("Content-Type", "application/xml")], xml.encode())
    code, status = ("TooManyRequestsException", 429) if operation == SEND else ("ThrottlingException", 400)
    headers = [("Content-Type", "application/x-amz-json-1.0"), ("x-amzn-ErrorType", code)]
    return Answer(status, headers, json.dumps({"__type": code, "message": "slow down"}).encode())


@contextmanager
def faulty_line(cloud: LocalCloud, rate: float, seed: int) -> Iterator[FaultyProxy]:
    """Every function of this cloud, and whoever uploads, reaches AWS over a line that fails."""
    aws = Upstream(cloud.emulator.url, cloud.emulator.ssl_context())
    functions = cloud.client("lambda")
    with FaultyProxy(aws, Upstream(cloud.mailbox.url), rate, seed) as proxy:
        for name in cloud.stack.of_type("AWS::Serverless::Function"):
            function = cloud.stack.resources[name]
            variables = functions.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
            endpoints = dict.fromkeys(("AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SESV2"), proxy.url)
            functions.update_function_configuration(
                FunctionName=function, Environment={"Variables": {**variables, **endpoints}}
            )
        yield proxy
