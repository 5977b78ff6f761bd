"""`make dev`: the whole service on this machine, until Ctrl-C."""

import os
import signal
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path

from intake_ops.local.artefacts import BuildError
from intake_ops.local.cloud import LocalCloud
from intake_ops.local.differences import STAND_INS
from intake_ops.local.emulator import EmulatorError
from intake_ops.local.function_logs import LogFile
from intake_ops.local.reload import Reload
from intake_ops.local.stack import StackError
from intake_ops.local.upstream import PortTakenError

DEFAULT_PORT = "8000"


class FirstPageError(Exception):
    """The service came up, but its first page does not answer."""


def main() -> int:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _end)
    port = os.environ.get("PORT", DEFAULT_PORT)
    if not (port.isascii() and port.isdigit() and int(port) < 65536):
        print(f"PORT is {port!r}, but must be a number below 65536", file=sys.stderr)
        return 1
    try:
        _serve(int(port))
    except (BuildError, EmulatorError, FirstPageError, PortTakenError, StackError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


_is_ended = False


def _end(*_: object) -> None:
    """Ends the `with` blocks, once. Python drops what is raised in a finaliser, so the loop below looks, too."""
    global _is_ended  # noqa: PLW0603 - a signal handler has nowhere else to write
    if not _is_ended:
        _is_ended = True
        sys.exit(0)


def _serve(port: int) -> None:
    with ExitStack() as opened:
        cloud = opened.enter_context(LocalCloud(port, say=_say))
        log = opened.enter_context(LogFile(cloud.emulator, cloud.log_folder / "functions.log"))
        opened.enter_context(Reload(cloud.emulator, cloud.stack, _say))
        _ask_first_page(cloud.base_url, log.path)
        print(f"ready: {cloud.base_url}/", flush=True)
        print(f"  API:     {cloud.base_url}/api/")
        print(f"  mailbox: {cloud.base_url}/dev/mail (as JSON: /dev/mail.json)")
        print(f"  logs:    {log.path} (the functions), {cloud.emulator.log} (the emulator)")
        for what, how in STAND_INS.items():
            print(f"  stands in for {what}: {how}")
        print("  end it with Ctrl-C", flush=True)
        while not _is_ended:
            cloud.emulator.check()
            time.sleep(0.5)


def _ask_first_page(base_url: str, log: Path) -> None:
    """Any answer but a failure will do; it also wakes the function."""
    try:
        with urllib.request.urlopen(f"{base_url}/", timeout=30):  # noqa: S310 - our own address
            return
    except urllib.error.HTTPError as error:
        with error:
            if error.code >= 500:
                raise FirstPageError(f"{base_url}/ answers {error.code}; {log} says why") from error


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
