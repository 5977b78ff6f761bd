"""`make load`: applicants for LOAD_MINUTES (10) while LOAD_FAULTS (2) percent of all calls fail; the books at the end.

locust runs as a child: its gevent stays there, and the cloud keeps its threads. Writes docs/benchmarks.md and
docs/load.svg; 1 where an accepted application is missing, or a mail is there twice without a cause.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from every import every
from faults.faulty_proxy import faulty_line
from faults.ledger import Ledger, balance, hurry, wait_until_quiet
from intake_ops.local.cloud import LocalCloud
from load.report import Run, Sample, chart, section, with_section

ROOT = Path(__file__).parents[2]
LOCUST = Path(__file__).with_name("locustfile.py")
APPLICANTS = 3
SEED = 7
SAMPLE_SECONDS = 5
FINISH_SECONDS = 120
"""For whoever is in the middle of an application when the time is over."""


class Meter:
    """Memory of the emulator with this pid and of the functions below it, since the meter was made."""

    def __init__(self, pid: int) -> None:
        self.samples: list[Sample] = []
        self._emulator = psutil.Process(pid)
        self._began = time.time()

    def sample(self) -> None:
        functions = 0
        for child in self._emulator.children(recursive=True):
            with suppress(psutil.NoSuchProcess):  # it ended meanwhile
                functions += child.memory_info().rss
        at = time.time() - self._began
        self.samples.append(Sample(at, self._emulator.memory_info().rss, functions))


def drive(url: str, seconds: float, rate: float, books: Path) -> dict[str, Any]:
    """Lets locust's applicants apply; answers what its file wrote into `books`."""
    subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "locust", "-f", LOCUST, "--headless", "--only-summary", "--host", url,
         "--users", str(APPLICANTS), "--spawn-rate", "1", "--run-time", f"{seconds:.0f}s",
         "--stop-timeout", str(FINISH_SECONDS), "--exit-code-on-error", "0"],
        env=os.environ | {"LOAD_RATE": str(rate), "LOAD_BOOKS": str(books)},
        stdout=sys.stderr, check=True,
    )  # fmt: skip
    found: dict[str, Any] = json.loads(books.read_text(encoding="utf-8"))
    return found


def load(seconds: float, percent: float, scratch: Path) -> tuple[Run, list[str]]:
    """The run, and a line for each thing that is wrong."""
    with (
        LocalCloud(log_folder=scratch) as cloud,
        faulty_line(cloud, percent / 100, SEED) as proxy,
    ):
        hurry(cloud)
        pid = cloud.emulator.pid
        assert pid is not None
        meter = Meter(pid)
        with every(SAMPLE_SECONDS, meter.sample):
            began = time.time()
            found = drive(cloud.base_url, seconds, proxy.rate, scratch / "books.json")
            ended = time.time()
        print("load: waiting until all is quiet …", file=sys.stderr, flush=True)
        ledger = Ledger({reference: email for _, reference, email in found["accepted"]}, found["failed"])
        wait_until_quiet(cloud)
        quiet = time.time()
        balance(ledger, cloud, proxy)
    run = Run(
        seconds=ended - began,
        applicants=APPLICANTS,
        percent=percent,
        accepted=[at - began for at, _, _ in found["accepted"]],
        missing=len(ledger.missing),
        twice=len(ledger.twice),
        without_a_cause=len(ledger.without_a_cause),
        failed=len(ledger.failed),
        unknown=len(ledger.unknown),
        calls=proxy.calls.total(),
        calls_failed=proxy.faults.total(),
        sends_unheard=len(proxy.lost_sends),
        quiet_seconds=quiet - ended,
        stats=found["stats"],
        samples=meter.samples,
    )
    return run, ledger.broken


def main() -> int:
    # A SIGTERM ends the `with` blocks and locust, as Ctrl-C does.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    minutes = float(os.environ.get("LOAD_MINUTES", "10"))
    percent = float(os.environ.get("LOAD_FAULTS", "2"))
    with tempfile.TemporaryDirectory(prefix="load-") as scratch:
        run, broken = load(60 * minutes, percent, Path(scratch))
    text = section(run)
    print(text)
    for line in broken:
        print(f"BROKEN {line}")
    if not run.is_sound:
        return 1
    page = ROOT / "docs/benchmarks.md"
    page.write_text(with_section(page.read_text(encoding="utf-8"), text), encoding="utf-8")
    (ROOT / "docs/load.svg").write_text(chart(run), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
