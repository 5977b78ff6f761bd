"""The ledger: what applicants were told was received, against the mail that went out, over a line that fails.

Runs against the local cloud. Every reference that an applicant was given must be in the editors' mail and in the
applicant's; a mail that is there twice must have its cause, an answer of SES that was lost.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from email import message_from_bytes
from http.client import HTTPException
from typing import Any

import documents
from every import every
from faults.faulty_proxy import FaultyProxy
from faults.invariants import event_of
from http_service import HttpAnswer, HttpService
from intake_ops.local.cloud import LocalCloud
from people import CARD, ApiClient, Service, described

EDITOR = "editors@magazine.example"
CV = documents.pdf("Curriculum vitae of a reporter. " * 12)
LETTER = "Dear editors, I would like to write for you about rivers. " * 12
TRIES = 30
QUEUES = ("InspectQueue", "ScanQueue", "NotifyQueue")
MIXED_EVERY_SECONDS = 0.3
SHORT_VISIBILITY_SECONDS = 25
"""Far shorter than deployed, so that what failed comes again soon, and what is only slow comes twice."""


@dataclass
class Patient:
    """A client that asks again with the same key and the same ticket, as our form does. A part of the answers that
    reach it is lost on its own line, too."""

    service: Service
    rate: float
    chance: random.Random

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> HttpAnswer:
        return self._ask(lambda: self.service.request(method, path, body, **headers))

    def upload(self, ticket: dict[str, Any], body: bytes) -> HttpAnswer:
        return self._ask(lambda: self.service.upload(ticket, body))

    def _ask(self, ask: Callable[[], HttpAnswer]) -> HttpAnswer:
        for tried in range(TRIES):
            try:
                answer = ask()
            except (OSError, HTTPException):
                answer = None
            if answer and answer.status < 500 and answer.status != 429 and self.chance.random() >= self.rate:
                return answer
            time.sleep(min(0.1 * 2**tried, 2) * self.chance.random())
        raise AssertionError("the service does not answer any more")


@dataclass
class Mixer:
    """Queues deliver at least once and in any order."""

    cloud: LocalCloud
    repeated: int = 0

    def __post_init__(self) -> None:
        self._sqs = self.cloud.client("sqs")

    def mix(self) -> None:
        """Queues some of what waits once more, the last one first."""
        for name in QUEUES:
            url = self.cloud.stack.resources[name]
            found = self._sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=5, VisibilityTimeout=2)
            for message in reversed(found.get("Messages", [])):
                self._sqs.send_message(QueueUrl=url, MessageBody=message["Body"])
                self.repeated += 1


@dataclass
class Ledger:
    """`accepted` maps each reference that an applicant was given to their address."""

    accepted: dict[str, str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    """Applicants whom the service never told that it has their application."""
    missing: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    """Mails that went out again, because SES's answer was lost."""
    without_a_cause: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    """Mails about what nobody was told was received."""
    repeated: int = 0
    """How many messages were queued once more."""
    seconds: float = 0

    @property
    def broken(self) -> list[str]:
        return [
            f"{what}: {line}"
            for what in ("failed", "missing", "without_a_cause", "unknown")
            for line in getattr(self, what)
        ]

    def __str__(self) -> str:
        return (
            f"{len(self.accepted)} accepted, {len(self.missing)} missing, {len(self.twice)} mails twice after a lost "
            f"answer of SES, {len(self.without_a_cause)} twice without a cause, {self.seconds:.0f} s"
        )


def apply(service: Service, number: int) -> tuple[str, str]:
    """One application, the whole way; answers its reference and its applicant's address."""
    client = ApiClient(service)
    email = f"writer{number}@writers.example"
    handed_in = [
        described("cv", "cv.pdf", CV),
        {"kind": "cover_letter", "text": LETTER},
        {"kind": "writing_sample", "link": f"https://archive.example/{number}"},
    ]
    opened = client.open({}, documents=handed_in, applicant=CARD | {"email": email})
    assert opened.status == 201, opened.body
    assert client.service.upload(client.tickets["cv"], CV).status in {201, 204}
    answer = client.submit()
    assert answer.status == 202, answer.body
    return answer.json()["reference"], email


def keep_books(
    cloud: LocalCloud,
    proxy: FaultyProxy,
    size: int,
    *,
    threads: int = 6,
    say: Callable[[str], None] = lambda _: None,
) -> Ledger:
    """`size` applications over this line, and the mail of each, once all is quiet. `say` is told how it goes on."""
    began = time.monotonic()
    ledger = Ledger()
    hurry(cloud)

    def one(number: int) -> None:
        try:
            chance = random.Random(f"{proxy.seed} applicant {number}")
            reference, email = apply(Patient(HttpService(cloud.base_url), proxy.rate, chance), number)
        except AssertionError as error:
            ledger.failed.append(f"applicant {number}: {error}")
        else:
            ledger.accepted[reference] = email
            say(f"{len(ledger.accepted)} of {size} accepted")

    mixer = Mixer(cloud)
    with every(MIXED_EVERY_SECONDS, mixer.mix), ThreadPoolExecutor(threads) as pool:
        list(pool.map(one, range(size)))
    ledger.repeated = mixer.repeated
    say("waiting until all is quiet")
    wait_until_quiet(cloud)
    balance(ledger, cloud, proxy)
    ledger.seconds = time.monotonic() - began
    return ledger


def hurry(cloud: LocalCloud) -> None:
    """What failed comes again after seconds, not minutes."""
    for name in QUEUES:
        cloud.client("sqs").set_queue_attributes(
            QueueUrl=cloud.stack.resources[name], Attributes={"VisibilityTimeout": str(SHORT_VISIBILITY_SECONDS)}
        )


def wait_until_quiet(cloud: LocalCloud, seconds: float = 900) -> None:
    """Until no queue holds anything and no mail is owed; keep looks every ten seconds, not every five minutes."""
    deadline = time.monotonic() + seconds
    while not _is_quiet(cloud):
        if time.monotonic() > deadline:
            return  # what is missing, the ledger says
        # As its schedule does, nobody waits for it: with much to do it takes minutes.
        cloud.client("lambda").invoke(
            FunctionName=cloud.outputs["KeepFunctionName"], InvocationType="Event", Payload=b"{}"
        )
        time.sleep(10)


def _is_quiet(cloud: LocalCloud) -> bool:
    counted = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    for name in QUEUES:
        found = cloud.client("sqs").get_queue_attributes(QueueUrl=cloud.stack.resources[name], AttributeNames=counted)[
            "Attributes"
        ]
        if any(int(found[one]) for one in counted):
            return False
    pages = cloud.client("dynamodb").get_paginator("scan").paginate(TableName=cloud.outputs["TableName"])
    return not any(item.get("due_kind", {}).get("S") == "mail" for page in pages for item in page["Items"])


def balance(ledger: Ledger, cloud: LocalCloud, proxy: FaultyProxy) -> None:
    """Compares what was accepted with what was mailed. Copies of one mail beyond the first need a lost answer each."""
    sent: Counter[tuple[str, str, str]] = Counter()
    unheard: Counter[tuple[str, str, str]] = Counter()
    for mail in cloud.mailbox.mails:
        message = message_from_bytes(mail.raw)
        key = (str(message["X-Intake-Application"]), mail.to[0], event_of(message))
        sent[key] += 1
        unheard[key] += mail.id in proxy.lost_sends
    wanted = {
        key
        for reference, email in ledger.accepted.items()
        for key in ((reference, EDITOR, "summary"), (reference, email, "receipt"))
    }
    ledger.missing = [f"{event} of {reference}" for reference, _, event in sorted(wanted - set(sent))]
    ledger.unknown = [f"{event} of {reference}" for reference, _, event in sorted(set(sent) - wanted)]
    for key, times in sorted(sent.items()):
        reference, _, event = key
        explained = min(times - 1, unheard[key])
        ledger.twice += [f"{event} of {reference}"] * explained
        ledger.without_a_cause += [f"{event} of {reference}"] * (times - 1 - explained)
