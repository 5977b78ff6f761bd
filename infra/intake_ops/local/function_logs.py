"""What the functions wrote to their log groups."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from typing import Any, Self

from botocore.exceptions import BotoCoreError, ClientError

from intake_ops.local.emulator import Emulator


@dataclass(frozen=True)
class Line:
    at: int
    """Milliseconds since 1970."""
    group: str
    message: str

    @property
    def function(self) -> str:
        """By its name in the template; log groups are named after their functions."""
        return self.group.rpartition("/")[2].removesuffix("LogGroup").lower()


class FunctionLogs:
    """Reads all log groups; each line once."""

    def __init__(self, emulator: Emulator) -> None:
        self._logs = emulator.client("logs")
        self._counts: Counter[tuple[str, str]] = Counter()

    def new_lines(self) -> list[Line]:
        """What was not read before, in the order of its time."""
        return sorted(self._read(), key=lambda line: line.at)

    def _read(self) -> Iterator[Line]:
        """The emulator gives events no id; a stream only grows, so how many were read tells which are new."""
        for group in self._pages("describe_log_groups", "logGroups"):
            name = group["logGroupName"]
            found: Counter[tuple[str, str]] = Counter()
            for event in self._pages("filter_log_events", "events", logGroupName=name):
                stream = (name, event["logStreamName"])
                found[stream] += 1
                if found[stream] > self._counts[stream]:
                    yield Line(event["timestamp"], name, event["message"].rstrip())
            self._counts.update({stream: count - self._counts[stream] for stream, count in found.items()})

    def _pages(self, operation: str, key: str, **arguments: str) -> Iterator[dict[str, Any]]:
        for page in self._logs.get_paginator(operation).paginate(**arguments):
            yield from page[key]


class LogFile:
    """Follows the functions' logs into a file, for a person. A context manager: it works inside the `with`."""

    def __init__(self, emulator: Emulator, path: Path) -> None:
        self.path = path
        self._logs = FunctionLogs(emulator)
        self._stop = Event()
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self.path.write_text("")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=1)

    def _run(self) -> None:
        while not self._stop.wait(1):
            self._write()
        self._write()  # what was said last is what matters when something went wrong

    def _write(self) -> None:
        try:
            lines = self._logs.new_lines()
        except (BotoCoreError, ClientError):
            return  # the emulator has ended before us
        with self.path.open("a") as file:
            for line in lines:
                at = datetime.fromtimestamp(line.at / 1000, UTC).strftime("%H:%M:%S.%f")[:-3]
                file.write(f"{at} {line.function} {line.message}\n")
