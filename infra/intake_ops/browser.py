"""Chromium, as pictures and browser tests use it: quiet, and going nowhere by itself."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, sync_playwright

PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1200, "height": 850}

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoBrowserError(Exception):
    """There is no Chromium on this machine."""


@contextmanager
def chromium(**options: Any) -> Iterator[Browser]:
    """A browser for as long as the `with`. Raises NoBrowserError."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        raise NoBrowserError(f"there is no browser; install one of {', '.join(_NAMES)}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_FLAGS), **options)
        try:
            yield browser
        finally:
            browser.close()
