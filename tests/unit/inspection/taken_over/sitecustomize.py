"""Takes the parser over for files of some names. An interpreter with this folder on its path loads it before all else:
so the zygote, the limits and the filter are the real ones."""

import ctypes
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from intake.domain.verdict import Inspection, Verdict
from intake.inspection import inspector
from intake.inspection.inspector import Measured, Request

honest = inspector.inspect


def remember(request: Request) -> Inspection:
    """Says in `pages` how often its own file's words are in its memory, and in `words`, one more than how often an
    earlier file's are."""
    own = Path(request.path).read_bytes()
    found = b"\n".join(_memory())
    earlier = re.findall(rb"an earlier [a]pplicant", found)  # a pattern that does not find itself
    return Inspection(verdict=Verdict.ACCEPT, type="txt", pages=found.count(own), words=1 + len(earlier))


def _memory() -> Iterator[bytes]:
    with Path("/proc/self/mem").open("rb", buffering=0) as memory:
        for line in Path("/proc/self/maps").read_text().splitlines():
            begin, end = (int(address, 16) for address in line.split()[0].split("-"))
            if " r" in line and "[v" not in line:  # not the kernel's own pages
                memory.seek(begin)
                yield memory.read(end - begin)


def fall_silent(request: Request) -> Inspection:
    """Keeps its file open, closes the pipe for its answer and waits."""
    file = os.open(request.path, os.O_RDONLY)
    os.closerange(3, file)
    os.closerange(file + 1, 100)
    return _wait()


def hold_on(request: Request) -> Inspection:
    """Wants to outlive its parent."""
    for number in set(signal.valid_signals()) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
    os.open(request.path, os.O_RDONLY)
    return _wait()


def _wait() -> Inspection:
    time.sleep(120)
    raise TimeoutError


def spin(request: Request) -> Inspection:
    """Never comes to an end, and never waits."""
    while True:
        pass


TAKEN_OVER = {"spins.txt": spin, "remembers.txt": remember, "falls-silent.txt": fall_silent, "holds-on.txt": hold_on}


def inspect(request: Request, measured: Measured | None = None) -> Inspection:
    if taken_over := TAKEN_OVER.get(request.filename or ""):
        return taken_over(request)
    return honest(request, measured)


inspector.inspect = inspect
