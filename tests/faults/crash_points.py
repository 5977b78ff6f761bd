"""The crash-point sweep: every worker dies once before and once after each call it makes to AWS.

At each call the process forks. In the child the worker is killed right there, what AWS would deliver again is
delivered again, the scenario goes on to its end, and the invariants are checked. The parent never notices, and goes on
to the next call: every death starts from exactly the state that the call found.
"""

import contextlib
import json
import os
import signal
import tempfile
import traceback
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError

from faults.invariants import mails_twice
from faults.scenarios import Scenario, prepare
from faults.stage import Killed, Stage
from intake.services import sign_in

SECONDS_FOR_ONE = 120
"""A universe that takes longer hangs, and counts as lost."""


@dataclass(frozen=True)
class Point:
    """One death: before or after the call with this number that a function made in its scenario."""

    function: str
    number: int
    operation: str
    moment: str
    previous: str | None

    def __str__(self) -> str:
        return f"{self.function}, {self.moment} its call {self.number}, {self.operation}"

    @property
    def may_mail_twice(self) -> bool:
        """Whether SES had taken a mail and nobody knows; or an editor's answer was lost, who asks for another code."""
        after_send = self.operation == "SendEmail" and self.moment == "after"
        before_record = self.operation == "UpdateItem" and self.moment == "before" and self.previous == "SendEmail"
        return after_send or before_record or self.function == "desk"


@dataclass
class Report:
    """Of one scenario. `calls` were recorded, `points` were run, `lost` says at which point what was broken."""

    calls: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    duplicates: Counter[str] = field(default_factory=Counter)

    def wanted(self, stride: int) -> Counter[str]:
        """How many points these calls must lead to."""
        return Counter({function: -(-2 * calls // stride) for function, calls in self.calls.items()})


class Sweep:
    """Watches every call that functions make; kills at every `stride`-th point of a function, or only records."""

    def __init__(self, stage: Stage, stride: int | None) -> None:
        self.stage = stage
        self.stride = stride
        self.report = Report()
        self.killed_at: Point | None = None
        self._is_watching = False
        self._results = -1
        self._previous: dict[str, str] = {}

    def begin(self) -> None:
        self._is_watching = True

    def before_call(self, model: Any, params: Any, **_: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
        function = os.environ["POWERTOOLS_SERVICE_NAME"]
        if self._is_watching:
            self.report.calls[function] += 1
            self._reach(function, model.name, "before")
        return self._refuse_second_copy(model.name, params)

    def after_call(self, model: Any, **_: Any) -> None:
        if self._is_watching:
            function = os.environ["POWERTOOLS_SERVICE_NAME"]
            self._reach(function, model.name, "after")
            self._previous[function] = model.name

    def _refuse_second_copy(self, operation: str, params: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
        """S3's 412 for a copy to where something lies; moto ignores the header."""
        if operation != "CopyObject" or params["headers"].get("If-None-Match") != "*":
            return None
        key = params["url_path"].lstrip("/")
        try:
            self.stage.s3.head_object(Bucket=self.stage.physical["DeskBucket"], Key=key)
        except ClientError:
            return None
        said = {"Error": {"Code": "PreconditionFailed", "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": 412}}
        return AWSResponse(params["url"], 412, {}, None), said

    def _reach(self, function: str, operation: str, moment: str) -> None:
        number = self.report.calls[function]
        place = 2 * number - (moment == "before") - 1
        if self.stride is None or place % self.stride:
            return
        point = Point(function, number, operation, moment, self._previous.get(function))
        self.report.points[function] += 1
        results, end = os.pipe()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # other threads of the test runner do nothing of ours
            child = os.fork()
        if child == 0:
            os.close(results)
            signal.alarm(SECONDS_FOR_ONE)
            self.killed_at, self._results, self._is_watching = point, end, False
            raise Killed
        os.close(end)
        with os.fdopen(results) as pipe:
            said = pipe.read()
        _, status = os.waitpid(child, 0)
        broken, duplicates = json.loads(said) if said else ([f"no result, status {status}"], [])
        self.report.lost += [f"{point}: {line}" for line in broken]
        self.report.duplicates.update(duplicates)

    def play(self, scenario: Scenario) -> None:
        """The scenario to its end; in a child, the child's end too."""
        try:
            broken = scenario.script(self.stage, self.begin)
            broken += [f"{event} twice without a cause" for event in self._mails_without_a_cause()]
        except BaseException:
            if self.killed_at is None:
                raise
            broken = [traceback.format_exc()]
        if self.killed_at is not None:
            duplicates = [
                f"{event}, {self.killed_at.moment} {self.killed_at.operation}" for event in mails_twice(self.stage)
            ]
            with os.fdopen(self._results, "w") as pipe:
                json.dump([broken, duplicates], pipe)
            os._exit(0)
        self.report.lost += [f"{scenario.name}, nobody killed: {line}" for line in broken]

    def _mails_without_a_cause(self) -> list[str]:
        twice = mails_twice(self.stage)
        return twice if len(twice) > (self.killed_at is not None and self.killed_at.may_mail_twice) else []


@contextlib.contextmanager
def stage_for(scratch: Path, stride: int | None) -> Iterator[Sweep]:
    """A fresh house whose functions' calls are watched. `scratch` holds what killed workers leave behind."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(sign_in, "ANSWER_AFTER_SECONDS", 0.0)
        monkeypatch.setattr(tempfile, "tempdir", str(scratch))
        with Stage.built(monkeypatch) as stage:
            assert isinstance(stage, Stage)
            sweep = Sweep(stage, stride)
            stage.session.events.register("before-call", sweep.before_call)
            stage.session.events.register("after-call", sweep.after_call)
            stage.interruptions = {}
            for moment in ("before-call", "after-call"):
                stage.session.events.register(moment, stage.interrupt)
            prepare(stage)
            # A killed worker's folder stays, and it must: the parent is still reading in it.
            kept: list[object] = []
            leave = tempfile.TemporaryDirectory.__exit__

            def leave_unless_killed(folder: Any, kind: Any, error: Any, trace: Any) -> None:
                if kind is Killed and sweep.killed_at is not None:
                    kept.append(folder)
                else:
                    leave(folder, kind, error, trace)

            monkeypatch.setattr(tempfile.TemporaryDirectory, "__exit__", leave_unless_killed)
            yield sweep


def run(scenario: Scenario, scratch: Path, stride: int | None) -> Report:
    """Kills at every `stride`-th point; without a stride at none, and only records."""
    with stage_for(scratch, stride) as sweep:
        sweep.play(scenario)
        return sweep.report


def missing(recorded: Report, swept: Report, scenario: Scenario, stride: int) -> list[str]:
    """The functions that were not killed as often as a run without deaths says that they call AWS."""
    wanted = recorded.wanted(stride)
    return [
        f"{scenario.name}: {function}: {swept.points[function]} points of {wanted[function]}"
        for function in sorted(scenario.functions | set(wanted))
        if wanted[function] == 0 or swept.points[function] != wanted[function]
    ]
