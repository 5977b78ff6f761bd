"""Something that goes on beside a test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread


@contextmanager
def every(seconds: float, act: Callable[[], object]) -> Iterator[None]:
    """Does it again and again, with so many seconds between, in a thread that ends with the `with`."""
    stop = Event()

    def run() -> None:
        while not stop.wait(seconds):
            act()

    thread = Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
