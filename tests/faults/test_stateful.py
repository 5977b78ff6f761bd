"""Whatever happens in whatever order: once all has settled, nothing is lost, and nothing is left of what was erased.

A few fixed runs here; many random ones in `make faults`.
"""

import contextlib
import io
import logging
import os
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import boto3
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from faults.crash_points import stage_for
from faults.invariants import Applicant, broken_books, broken_delivery, left_after_erasure, left_in_queues, mails_twice
from faults.scenarios import BETTER_CV, CV, EDITORS, applicant
from faults.stage import Killed
from intake import runtime
from intake.observability import logger

RUNS = int(os.environ.get("RUNS", "40"))
NAMES = ("nino", "levan")
QUEUES = ("InspectQueue", "ScanQueue", "NotifyQueue", "DeliveryQueue", "EraseQueue")
SCANS = ("NO_THREATS_FOUND", "THREATS_FOUND", "UNSUPPORTED", "ACCESS_DENIED", "FAILED", "SOMETHING_NEW", None)

SES = ("takes", "refuses", "loses")
MAIL = ("Delivery", "DeliveryDelay", "Bounce", "Complaint", "Reject")

who = st.sampled_from(NAMES)


class Intake(RuleBasedStateMachine):
    happened: ClassVar[Counter[str]] = Counter()
    """Over all runs: what is never put to the test proves nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.closing = contextlib.ExitStack()
        self.people: dict[str, Applicant] = {}
        self.withdrawn: set[str] = set()
        self.ses = "takes"
        self.calls_to_live: int | None = None
        self.losses = 0
        self.logs = io.StringIO()

    @initialize(ses=st.sampled_from(SES), calls=st.none() | st.integers(0, 25))
    def build(self, ses: str, calls: int | None) -> None:
        scratch = self.closing.enter_context(tempfile.TemporaryDirectory(prefix="faults-"))
        self.stage = self.closing.enter_context(stage_for(Path(scratch), None)).stage
        events = boto3.DEFAULT_SESSION.events
        events.register("before-call", self._live)
        events.register("before-call.sesv2.SendEmail", self._refuse)
        events.register("after-call.sesv2.SendEmail", self._lose)
        runtime.forget()  # clients that are there hear of no new hook
        handler = logging.StreamHandler(self.logs)
        handler.setFormatter(logger.registered_formatter)
        logger.addHandler(handler)
        self.closing.callback(logger.removeHandler, handler)
        self.people = {name: applicant(self.stage, name) for name in NAMES}
        for name in NAMES:
            self.apply(name)
        self.work(ses, calls)

    def _live(self, model: Any, **_: Any) -> None:
        if self.calls_to_live is not None:
            self.calls_to_live -= 1
            if self.calls_to_live < 0:
                self.calls_to_live = None
                self.losses += 1
                self.happened[f"workers killed at {model.service_model.service_name}"] += 1
                raise Killed

    def _refuse(self, params: Any, **_: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
        if self.ses != "refuses":
            return None
        error = {"Code": "TooManyRequestsException", "Message": "later"}
        said = {"Error": error, "ResponseMetadata": {"HTTPStatusCode": 429}}
        return AWSResponse(params["url"], 429, {}, None), said

    def _lose(self, http_response: Any, **_: Any) -> None:
        if self.ses == "loses" and http_response.status_code == 200:
            self.losses += 1
            self.happened["answers of SES lost"] += 1
            raise ConnectionClosedError(endpoint_url="https://email.example")

    # ------------------------------------------------------------------ people

    @rule(name=who)
    def apply(self, name: str) -> None:
        self.upload(name, CV)
        self.submit(name)

    @rule(name=who, body=st.sampled_from([CV, BETTER_CV, b"no document at all", b""]))
    def upload(self, name: str, body: bytes) -> None:
        """The first time, or once more with the same ticket."""
        if ticket := self.people[name].client.tickets.get("cv"):
            self.stage.upload(ticket, body)

    @rule(name=who, body=st.sampled_from([CV, BETTER_CV]))
    def replace(self, name: str, body: bytes) -> None:
        if name not in self.withdrawn:
            self.people[name].client.renew("cv", "better.pdf", BETTER_CV)
            self.upload(name, body)

    @rule(name=who)
    def submit(self, name: str) -> None:
        self.people[name].submit()

    @rule(name=who, byline=st.sampled_from(["N. B.", "Nobody"]))
    def mend(self, name: str, byline: str) -> None:
        self.people[name].client.ask("PATCH", body={"applicant": {"byline": byline}})

    @rule(name=who, is_sure=st.booleans())
    def withdraw(self, name: str, is_sure: bool) -> None:
        if is_sure:
            self.people[name].client.ask("DELETE")
            self.withdrawn.add(name)

    # ------------------------------------------------------------------ events

    @rule(queue=st.sampled_from(QUEUES), is_lost=st.booleans())
    def disturb(self, queue: str, is_lost: bool) -> None:
        """Every message once more and the last one first; or what comes next is lost."""
        for message in reversed(self.stage.messages(queue)):
            self.stage.send(queue, message)
        if is_lost:
            self.stage.drop(queue)

    @rule(name=who, result=st.sampled_from(SCANS))
    def scan_again(self, name: str, result: str | None) -> None:
        """The scanner says something else from now on, of what lies there too."""
        self.stage.scan_result = result
        for key in self.stage.uploaded(self.people[name].client.application_id) if result else ():
            self.stage.reannounce(key)
            self.stage.rescan(key)

    @rule(who=st.sampled_from([*EDITORS, *(f"{name}@writers.example" for name in NAMES)]), what=st.sampled_from(MAIL))
    def mail(self, who: str, what: str) -> None:
        """SES says this of all that it took for somebody."""
        self.stage.ses_says(what, who)

    @rule(is_streaming=st.booleans())
    def stream(self, is_streaming: bool) -> None:
        self.stage.is_streaming = is_streaming

    # ------------------------------------------------------------------ work, trouble and time

    @rule(queue=st.sampled_from(QUEUES))
    def deliver(self, queue: str) -> None:
        self.stage.deliver(queue)

    @rule(ses=st.sampled_from(SES), calls=st.none() | st.integers(0, 25))
    def work(self, ses: str, calls: int | None) -> None:
        """What waits is delivered, twice at most. The worker that makes the call after so many dies instead."""
        self.ses, self.calls_to_live = ses, calls
        self.stage.settle(rounds=2)
        self.calls_to_live = None

    @rule(minutes=st.sampled_from([0, 3, 20, 45]))
    def keep(self, minutes: int) -> None:
        self.stage.keep(after=timedelta(minutes=minutes))

    # ------------------------------------------------------------------ the end

    @invariant()
    def whoever_was_told_received_is_delivered_waiting_or_erased(self) -> None:
        assert [line for person in self.people.values() for line in broken_books(self.stage, person, EDITORS)] == []

    def teardown(self) -> None:
        with self.closing:
            if hasattr(self, "stage"):
                self._check()

    def _check(self) -> None:
        self.ses, self.calls_to_live = "takes", None
        self.stage.scan_result = None
        for minutes in (2, 31, 11, 61, 11):
            self.stage.settle()
            self.stage.keep(after=timedelta(minutes=minutes))
        self.stage.settle()
        assert left_in_queues(self.stage) == []
        twice = mails_twice(self.stage)
        assert len(twice) <= self.losses
        self.happened["runs"] += 1
        self.happened["applications"] += sum(bool(person.references) for person in self.people.values())
        self.happened["withdrawn"] += len(self.withdrawn)
        self.happened["mails"] += len(self.stage.mails)
        self.happened["mails twice, with their cause"] += len(twice)
        logs = self.logs.getvalue().lower()
        assert [word for person in self.people.values() for word in person.personal if word.lower() in logs] == []
        for name, person in self.people.items():
            if name in self.withdrawn:
                assert left_after_erasure(self.stage, person) == []
            elif person.references:
                assert broken_delivery(self.stage, person, EDITORS) == []
            else:
                assert not [mail for mail in self.stage.mails if mail["To"] == person.email]


_PACE = settings(deadline=None, suppress_health_check=list(HealthCheck))
FEW = settings(_PACE, max_examples=6, stateful_step_count=30, derandomize=True)
MANY = settings(_PACE, max_examples=RUNS, stateful_step_count=40, database=None)


def test_whatever_happens_nothing_is_lost_and_nothing_is_left_of_what_was_erased() -> None:
    Intake.happened.clear()
    run_state_machine_as_test(Intake, settings=FEW)
    happened = Intake.happened
    wanted = ("applications", "withdrawn", "workers killed at dynamodb", "workers killed at s3", "answers of SES lost")
    assert min(happened[what] for what in wanted) > 0
