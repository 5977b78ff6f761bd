"""Takes one guard at a time out of a copy of the code, and shows which test missed it. `make guards`.

A guard that no test misses fails the run: then the tests prove nothing about it. A run of all guards writes which test
missed which into docs/guards.md.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

from guards.report import Missed, page, result, summary
from guards.table import GUARDS, Guard

ROOT = Path(__file__).parents[2]
COPIED = (
    "docs",
    "functions",
    "infra",
    "templates",
    "tests",
    "template.yaml",
    "pyproject.toml",
    "Makefile",
    "README.md",
)
SOURCE = "functions/intake"
PAGE = ROOT / "docs/guards.md"
ALL_PASSED, SOME_FAILED = 0, 1
"""https://docs.pytest.org/en/stable/reference/exit-codes.html; every other code is a fault of the run itself."""

_FAILED = re.compile(r"^(?:FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)


class BrokenRunError(Exception):
    """The tests could not be run as they should, so their result says nothing."""


def without(guard: Guard, source: str) -> str:
    """The source with the guard taken out. Raises BrokenRunError where it is not there exactly once."""
    if source.count(guard.old) != 1:
        raise BrokenRunError(f"{guard.name}: its line stands {source.count(guard.old)} times in {guard.path}, not once")
    return source.replace(guard.old, guard.new)


@contextmanager
def _copies(number: int) -> Iterator["SimpleQueue[Path]"]:
    free: SimpleQueue[Path] = SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="guards-") as folder:
        for n in range(number):
            copy = Path(folder) / str(n)
            copy.mkdir()
            for name in COPIED:
                source = ROOT / name
                if source.is_dir():
                    shutil.copytree(source, copy / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(source, copy)
            free.put(copy)
        yield free


def _run_tests(copy: Path, tests: tuple[str, ...], *options: str) -> tuple[int, str]:
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--tb=no", "-p", "no:cacheprovider", *options, *tests],
        cwd=copy,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.returncode, ran.stdout


def missed_by(guard: Guard, copy: Path) -> str | None:
    """The first test that fails without the guard, or None. Raises BrokenRunError."""
    path = copy / SOURCE / guard.path
    source = path.read_text()
    path.write_text(without(guard, source))
    try:
        code, said = _run_tests(copy, guard.tests, "-x")
    finally:
        path.write_text(source)
    if code == ALL_PASSED:
        return None
    failed = _FAILED.search(said)
    if code != SOME_FAILED or failed is None:
        raise BrokenRunError(f"{guard.name}: the tests did not run (exit code {code})\n{said[-2000:]}")
    return failed[1]


def _check_whole(copy: Path, guards: list[Guard]) -> None:
    """With every guard in place every test passes; else a failure would mean nothing."""
    tests = tuple(sorted({test for guard in guards for test in guard.tests}))
    code, said = _run_tests(copy, tests, "-n", "auto")
    if code != ALL_PASSED:
        raise BrokenRunError(f"With every guard in place some tests fail:\n{said[-2000:]}")


def run(guards: list[Guard], say: Callable[[str], None]) -> Missed:
    """The test that missed each guard, in the guards' order. `say` is told how it goes on. Raises BrokenRunError."""
    for guard in guards:
        without(guard, (ROOT / SOURCE / guard.path).read_text())  # a line that has moved is told at once
    workers = os.cpu_count() or 1
    missed: Missed = {}

    with _copies(workers) as free, ThreadPoolExecutor(workers) as pool:
        say(f"{len(guards)} guards; first every test with all of them in place …")
        first = free.get()
        _check_whole(first, guards)
        free.put(first)

        def try_without(guard: Guard) -> str | None:
            copy = free.get()
            try:
                return missed_by(guard, copy)
            finally:
                free.put(copy)

        for number, (guard, test) in enumerate(zip(guards, pool.map(try_without, guards), strict=True), start=1):
            missed[guard.name] = test
            say(f"{number}/{len(guards)} {result(guard, test)}")
    return missed


def main() -> int:
    """Exit code 0: every guard is missed by a test. 1: some are not. 2: the run itself is broken."""
    parser = argparse.ArgumentParser(prog="make guards", description=__doc__)
    parser.add_argument("words", nargs="*", help="only the guards whose names hold one of these words")
    words = parser.parse_args().words
    chosen = [guard for guard in GUARDS if not words or any(word in guard.name for word in words)]
    if not chosen:
        print(f"No guard is called {' or '.join(words)}.", file=sys.stderr)
        return 2
    try:
        missed = run(chosen, lambda line: print(f"guards: {line}", file=sys.stderr, flush=True))
    except BrokenRunError as error:
        print(error, file=sys.stderr)
        return 2
    print(summary(missed))
    if None in missed.values():
        return 1
    if not words:
        PAGE.write_text(page(missed), encoding="utf-8")
        print(f"Which test missed which guard: {PAGE.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
