"""What locust runs: applicants who apply, one application after another, over a line that fails.

Each step is timed as its applicant waits for it, with every try; each request is counted alone. Only locust imports
this file: locust puts gevent in the place of sockets and threads, which nothing else here should meet.
"""

# First: sockets have to be gevent's before anything takes one.
from locust import User, constant_pacing, events, task  # isort: skip

import json
import os
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from faults.ledger import Patient, apply
from http_service import HttpAnswer, HttpService
from load.report import REQUEST, STEP, name_of
from people import Service

RATE = float(os.environ["LOAD_RATE"])
BOOKS = Path(os.environ["LOAD_BOOKS"])
SEED = 7
SECONDS_FOR_ONE = 2
"""Each applicant begins one application in this time: faster ones fill the queues faster than two cores empty them."""
TOLD_EVERY = 60
NUMBERS = count(1)
ACCEPTED: list[tuple[float, str, str]] = []
FAILED: list[str] = []


@dataclass
class Timed:
    """Tells locust of everything that is asked of `service`, as one of `kind`."""

    service: Service
    kind: str
    fire: Callable[..., None]

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> HttpAnswer:
        return self._timed(name_of(method, path), lambda: self.service.request(method, path, body, **headers))

    def upload(self, ticket: dict[str, Any], body: bytes) -> HttpAnswer:
        return self._timed("upload", lambda: self.service.upload(ticket, body))

    def _timed(self, name: str, ask: Callable[[], HttpAnswer]) -> HttpAnswer:
        began = time.perf_counter()
        problem: Exception | None = None
        try:
            answer = ask()
            if answer.status >= 400:
                problem = RuntimeError(f"status {answer.status}")
        except Exception as error:
            problem = error
            raise
        finally:
            milliseconds = 1000 * (time.perf_counter() - began)
            self.fire(
                request_type=self.kind, name=name, response_time=milliseconds, response_length=0, exception=problem
            )
        return answer


class Applicant(User):
    wait_time = constant_pacing(SECONDS_FOR_ONE)

    @task
    def apply(self) -> None:
        number = next(NUMBERS)
        fire = self.environment.events.request.fire
        line = Timed(HttpService(self.host), REQUEST, fire)
        patient = Patient(line, RATE, random.Random(f"{SEED} applicant {number}"))
        try:
            reference, email = apply(Timed(patient, STEP, fire), number)
        except AssertionError as error:
            FAILED.append(f"applicant {number}: {error}")
        else:
            ACCEPTED.append((time.time(), reference, email))
            if len(ACCEPTED) % TOLD_EVERY == 0:
                sys.stderr.write(f"load: {len(ACCEPTED)} applications accepted …\n")


@events.quitting.add_listener
def write_books(environment: Any, **_: Any) -> None:
    entries = environment.stats.entries.values()
    rows = [
        {
            "kind": entry.method,
            "name": entry.name,
            "times": entry.num_requests,
            "failures": entry.num_failures,
            "median": entry.median_response_time,
            "p95": entry.get_response_time_percentile(0.95),
        }
        for entry in entries
    ]
    BOOKS.write_text(json.dumps({"accepted": ACCEPTED, "failed": FAILED, "stats": rows}), encoding="utf-8")
