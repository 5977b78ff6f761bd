"""`make faults`: the crash-point sweep, RUNS (40) random runs of people, events and trouble, then the ledger of
APPLICATIONS (500) over a line that fails. Fails where anything is lost."""

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from hypothesis.stateful import run_state_machine_as_test

from faults.crash_points import Report, missing, run
from faults.faulty_proxy import Fault, faulty_line
from faults.ledger import keep_books
from faults.scenarios import SCENARIOS
from faults.test_stateful import MANY, Intake
from intake.handlers import inspect
from intake_ops.local.cloud import LocalCloud

APPLICATIONS = int(os.environ.get("APPLICATIONS", "500"))
RATE = 0.05
SEED = 7


def going_on(what: str) -> None:
    print(f"faults: {what} …", file=sys.stderr, flush=True)


def sweep(say: Callable[[str], None]) -> list[str]:
    """Says the table of all points; answers what was lost, and what was not swept."""
    began = time.monotonic()
    calls: Counter[str] = Counter()
    total = Report()
    absent: list[str] = []
    with tempfile.TemporaryDirectory(prefix="faults-") as scratch:
        for number, scenario in enumerate(SCENARIOS, start=1):
            going_on(f"killing workers, {number} of {len(SCENARIOS)}: {scenario.name}")
            recorded, swept = (run(scenario, Path(scratch), stride) for stride in (None, 1))
            absent += missing(recorded, swept, scenario, stride=1)
            calls += recorded.calls
            total.points += swept.points
            total.lost += recorded.lost + swept.lost
            total.duplicates += swept.duplicates
    inspect.sandbox().close()
    say(f"{'function':<10}{'calls':>7}{'points':>8}{'lost':>6}")
    for function in sorted(calls):
        lost = sum(line.startswith(f"{function},") for line in total.lost)
        say(f"{function:<10}{calls[function]:>7}{total.points[function]:>8}{lost:>6}")
    say(f"{'all':<10}{calls.total():>7}{total.points.total():>8}{len(total.lost):>6}")
    say("Mails that went out twice, and where the worker died:")
    for cause, times in sorted(total.duplicates.items()):
        say(f"{times:>4}  {cause}")
    say(f"{time.monotonic() - began:.0f} s")
    return total.lost + absent


def random_runs(say: Callable[[str], None]) -> list[str]:
    """Says what happened in them; answers what did not hold, with the steps that lead there."""
    going_on(f"{MANY.max_examples} random runs")
    Intake.happened.clear()
    try:
        run_state_machine_as_test(Intake, settings=MANY)
    except Exception as error:  # noqa: BLE001 - whatever it is, the ledger is run all the same
        return [f"a random run: {error}", *getattr(error, "__notes__", [])]
    say("Random runs: " + ", ".join(f"{times} {what}" for what, times in sorted(Intake.happened.items())))
    return []


def ledger(say: Callable[[str], None]) -> list[str]:
    """Says what was accepted, what was mailed, and how often the line failed; answers what is wrong."""
    going_on(f"{APPLICATIONS} applications over a line that fails")
    with (
        tempfile.TemporaryDirectory(prefix="faults-") as logs,
        LocalCloud(log_folder=Path(logs)) as cloud,
        faulty_line(cloud, RATE, SEED) as proxy,
    ):
        books = keep_books(cloud, proxy, APPLICATIONS, say=_now_and_then(going_on))
    say(f"The ledger of {APPLICATIONS} applications, {RATE:.0%} of all calls failing: {books}")
    say(f"{'call':<18}{'calls':>7}" + "".join(f"{fault:>18}" for fault in Fault))
    for operation, calls in sorted(proxy.calls.items()):
        say(f"{operation:<18}{calls:>7}" + "".join(f"{proxy.faults[operation, fault]:>18}" for fault in Fault))
    for mail in books.twice:
        say(f"      twice: {mail}, SES's answer was lost")
    return books.broken


def _now_and_then(say: Callable[[str], None], pause_seconds: float = 30) -> Callable[[str], None]:
    """Passes on at most one line in so many seconds."""
    said_at = -pause_seconds

    def now_and_then(line: str) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= pause_seconds:
            said_at = time.monotonic()
            say(line)

    return now_and_then


def main(say: Callable[[str], None]) -> int:
    broken = sweep(say) + random_runs(say) + ledger(say)
    for line in broken:
        say(f"BROKEN {line}")
    return 1 if broken else 0


if __name__ == "__main__":
    shown = os.fdopen(os.dup(1), "w", buffering=1)
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)  # the functions' logs
    sys.exit(main(lambda line: print(line, file=shown)))
