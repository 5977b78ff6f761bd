"""A recording proxy before the emulator's SES: every check stays SES's, the raw MIME that it would lose is kept.

Functions reach it by AWS_ENDPOINT_URL_SESV2. It can also fail as SES does, for the tests.
"""

import base64
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Self

from intake_ops.local.upstream import Answer, Handler, Server, Upstream

SEND_PATH = "/v2/email/outbound-emails"


@dataclass(frozen=True)
class RecordedMail:
    """One mail that SES took."""

    id: str
    at: datetime
    to: list[str]
    tags: dict[str, str]
    configuration_set: str | None
    raw: bytes


@dataclass(frozen=True)
class Refusal:
    """SES answers this and takes nothing."""

    code: str
    status: int


@dataclass
class Mailbox:
    """What was sent, and how the next sends shall fail. A context manager: it listens inside the `with`."""

    mails: list[RecordedMail] = field(default_factory=list)
    tell: Callable[[RecordedMail], None] | None = None
    """Told of every mail that SES took, once it is kept."""
    _faults: deque[Refusal | None] = field(default_factory=deque)
    _upstream: Upstream | None = None

    def __post_init__(self) -> None:
        mailbox = self

        class MailHandler(Handler):
            def answer(self, body: bytes) -> Answer | None:
                return mailbox._answer(self, body)

        self._server = Server(0, MailHandler)

    @property
    def url(self) -> str:
        return self._server.url

    def stand_before(self, upstream: Upstream) -> None:
        self._upstream = upstream

    def refuse(self, code: str, *, status: int = 400) -> None:
        """The next send is refused with this code, such as TooManyRequestsException (429) or MessageRejected."""
        self._faults.append(Refusal(code, status))

    def lose_answer(self) -> None:
        """The next send is taken, but nobody hears of it."""
        self._faults.append(None)

    def mend(self) -> None:
        """Forgets the faults that did not happen yet."""
        self._faults.clear()

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.__exit__()

    def _answer(self, request: Handler, body: bytes) -> Answer | None:
        if self._upstream is None:
            return _refused(Refusal("ServiceUnavailableException", 503))
        is_send = request.command == "POST" and request.path == SEND_PATH
        is_faulty = is_send and bool(self._faults)
        fault = self._faults.popleft() if is_faulty else None
        if fault is not None:
            return _refused(fault)
        answer = self._upstream.forward(request.command, request.path, request.headers.items(), body)
        if is_send and answer.status == 200:
            mail = _recorded(json.loads(body), json.loads(answer.body)["MessageId"])
            self.mails.append(mail)
            if self.tell:
                self.tell(mail)
            if is_faulty:
                return None
        return answer


def _refused(refusal: Refusal) -> Answer:
    headers = [("Content-Type", "application/json"), ("x-amzn-ErrorType", refusal.code)]
    return Answer(refusal.status, headers, json.dumps({"message": refusal.code}).encode())


def _recorded(request: dict[str, object], message_id: str) -> RecordedMail:
    """Only raw content: everything we send is built by us."""
    match request:
        case {"Destination": {"ToAddresses": [*to]}, "Content": {"Raw": {"Data": str(data)}}}:
            tags = request.get("EmailTags") or []
            configuration_set = request.get("ConfigurationSetName")
            return RecordedMail(
                id=message_id,
                at=datetime.now(UTC),
                to=[str(address) for address in to],
                tags={tag["Name"]: tag["Value"] for tag in tags} if isinstance(tags, list) else {},
                configuration_set=str(configuration_set) if configuration_set else None,
                raw=base64.b64decode(data),
            )
    raise ValueError("the mailbox records raw mail to named recipients only")
