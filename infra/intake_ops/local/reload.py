"""Hot reload: code and templates that change while `make dev` runs are in the functions a second later."""

import contextlib
from collections.abc import Callable
from threading import Event, Thread
from typing import Self

from intake_ops.local.artefacts import INPUTS, BuildError, artefact
from intake_ops.local.emulator import Emulator
from intake_ops.local.paths import ROOT
from intake_ops.local.stack import Stack


class Reload:
    """Watches what the code is built of. A context manager: it works inside the `with`."""

    def __init__(self, emulator: Emulator, stack: Stack, say: Callable[[str], None]) -> None:
        self._functions = emulator.client("lambda")
        self._names = [stack.resources[name] for name in stack.of_type("AWS::Serverless::Function")]
        self._say = say
        self._stop = Event()
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(timeout=0.5)

    def _run(self) -> None:
        known = _state()
        while not self._stop.wait(0.5):
            # Editors replace files, so one can be gone between its listing and its reading: look again.
            with contextlib.suppress(FileNotFoundError):
                if (state := _state()) != known:
                    self._reload()
                    known = state

    def _reload(self) -> None:
        try:
            code = artefact("code").read_bytes()
        except BuildError as error:
            self._say(f"not reloaded: {error}")
            return
        for name in self._names:
            self._functions.update_function_code(FunctionName=name, ZipFile=code)
        self._say("reloaded: the functions run your change")


def _state() -> dict[str, int]:
    """When each file was last written."""
    return {
        str(path): path.stat().st_mtime_ns
        for part in INPUTS["code"]
        for path in (ROOT / part).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
