"""Waiting for what comes by itself. Machines are shared: long enough, and no longer than it takes."""

import time
from collections.abc import Callable


def eventually[T](look: Callable[[], T], seconds: float = 300) -> T:
    """The first answer that is something. Mail that failed once comes again after 180 seconds, by template.yaml."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)
    return found
