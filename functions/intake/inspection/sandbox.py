"""Has a file judged in a process that never saw a credential.

A Lambda worker's environment holds its role's credentials, and a forked child would inherit them in memory. So the
worker starts one fresh interpreter with an empty environment, the zygote, which imports the parsers once and forks a
child for each file. Whatever a document does to its parser, it does there, within limits.py.
"""

import contextlib
import ctypes
import dataclasses
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from intake.domain.copies import NoCopy
from intake.domain.file_types import FILE_TYPES, FOREIGN_TYPES
from intake.domain.verdict import QUOTING, Inspection, Reason, Verdict
from intake.inspection.addresses import is_host
from intake.inspection.inspector import Request
from intake.inspection.limits import ANSWER_GRACE_SECONDS, COPY_LIMITS, LIMITS, MAX_HOSTS, MEASURED, Limits

_PASSED_ON = ("LD_LIBRARY_PATH", "PYTHONHOME", "LANG")
"""What an interpreter may need to start; nothing of AWS's."""

_PR_SET_DUMPABLE = 4
"""prctl(2): with 0, no process of the same user may read this one's memory or /proc/<pid>/environ."""

_CREDENTIALS = re.compile(rb"(?<=AWS_SECRET_ACCESS_KEY=)[^\0]+|(?<=AWS_SESSION_TOKEN=)[^\0]+")
_ENVIRONMENT_STARTS, _ENVIRONMENT_ENDS = 49, 50
"""Fields of /proc/self/stat, the first being 0: where in memory /proc/<pid>/environ is read from (proc_pid_stat(5))."""

_FAILED = Inspection(verdict=Verdict.HOLD, reason=Reason.INSPECTION_FAILED)
_LANGUAGE = re.compile(r"[a-z]{2,3}|und-[A-Z][a-z]{3}")
_MOST_COUNTED = 1_000_000
"""More pages or words than MAX_TEXT_CHARACTERS can hold."""


class SandboxError(Exception):
    """The sandbox itself does not work; the file is not to blame and must be judged again later."""


def read_answer(answer: bytes, types: tuple[str, ...]) -> Inspection:
    """The child read a hostile file, so what it says is as untrusted: one of our words in each field, or a hold.

    `types` are those that the call allows. A child that was taken over can still lie about a verdict, no more.
    """
    try:
        said = Inspection.model_validate_json(answer)
    except ValidationError:
        return _FAILED
    allowed = FILE_TYPES if said.verdict is Verdict.REJECT else types
    is_sound = (
        (said.verdict is Verdict.ACCEPT) == (said.reason is None)
        and (said.type in allowed or (said.type is None and said.verdict is not Verdict.ACCEPT))
        and (said.found is None or said.found in FOREIGN_TYPES)
        and (said.language is None or _LANGUAGE.fullmatch(said.language) is not None)
        and said.excerpts.keys() <= set(said.notes) & QUOTING
        and len(said.hosts) <= MAX_HOSTS
        and all(map(is_host, said.hosts))
        and all(number is None or 0 < number < _MOST_COUNTED for number in (said.pages, said.words))
    )
    return said if is_sound else _FAILED


def _close_to_others() -> None:
    """Keeps this process's credentials from the children. Where the kernel refuses to close its memory (Lambda's does,
    by many reports), they are wiped at least from where /proc/<pid>/environ shows them; os.environ keeps its own copy.
    """
    if ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0:
        return
    # The second field is the program's name in brackets, which may hold spaces.
    fields = [b"", b"", *Path("/proc/self/stat").read_bytes().rpartition(b") ")[2].split()]
    start, end = int(fields[_ENVIRONMENT_STARTS]), int(fields[_ENVIRONMENT_ENDS])
    for found in _CREDENTIALS.finditer(ctypes.string_at(start, end - start)):
        ctypes.memset(start + found.start(), ord("-"), len(found[0]))


@dataclasses.dataclass(frozen=True)
class Judged:
    """What was found in a file, the most memory in bytes that the child which read it had resident, and whether the
    kernel took the child's filter of system calls."""

    inspection: Inspection
    peak_bytes: int
    is_filtered: bool


class Sandbox:
    """One for each worker. Not for threads: one file at a time."""

    def __init__(self, limits: Limits = LIMITS) -> None:
        self._limits = limits
        self._zygote: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def inspect(self, request: Request, *, size: int, sha256: str) -> Inspection:
        """Judges one file, as `judge` does, for those who need no more than the Inspection."""
        return self.judge(request, size=size, sha256=sha256).inspection

    def judge(self, request: Request, *, size: int, sha256: str) -> Judged:
        """Judges one file. `size` and `sha256` are the caller's own measure of it, and stay what the answer says.

        A child that dies at one of its limits means too_complex, one that dies otherwise inspection_failed (hold).
        Raises SandboxError when the zygote cannot be brought to answer.
        """
        message = json.dumps(
            {"request": dataclasses.asdict(request), "size": size, "sha256": sha256,
             "limits": dataclasses.asdict(self._limits)}
        ).encode()  # fmt: skip
        answer = self._ask(message)
        inspection = read_answer(answer[MEASURED.size :], request.types)
        peak_bytes, is_filtered = MEASURED.unpack_from(answer)
        return Judged(
            inspection=inspection.model_copy(update={"size": size, "sha256": sha256}),
            peak_bytes=peak_bytes,
            is_filtered=is_filtered,
        )

    def copy(self, name: str, path: str, kind: str, into: str, limits: Limits = COPY_LIMITS) -> NoCopy | None:
        """Has one copy of a judged file of this type made in a child like any other, and put at `into`.

        Answers why there is none, where there is none. What a child wrote is as untrusted as the file. Raises
        SandboxError.
        """
        message = {"copy": name, "path": path, "type": kind, "into": into, "limits": dataclasses.asdict(limits)}
        answer = self._ask(json.dumps(message).encode())
        return NoCopy(answer[MEASURED.size :].decode()) if len(answer) > MEASURED.size else None

    def _ask(self, message: bytes) -> bytes:
        """One message to the zygote and its answer; a second try where the first one ended it."""
        answer = self._ask_once(message) or self._ask_once(message)
        if answer is None:
            raise SandboxError("the zygote died twice")
        return answer

    def _ask_once(self, message: bytes) -> bytes | None:
        """None, with the zygote gone, where there was no answer."""
        channel = self._started()
        try:
            channel.send(message)
            answer = channel.recv(MEASURED.size + self._limits.answer_bytes)
        except OSError:
            answer = b""
        if len(answer) < MEASURED.size:
            self.close()
            return None
        return answer

    def _started(self) -> socket.socket:
        if self._channel is None:
            _close_to_others()
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            ours.settimeout(self._limits.wall_seconds + ANSWER_GRACE_SECONDS)
            environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
            with theirs:
                self._zygote = subprocess.Popen(
                    [sys.executable, "-s", "-P", "-m", "intake.inspection.zygote"],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env=environment | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
                    cwd="/",
                    start_new_session=True,  # no terminal that a child could type into
                )
            self._channel = ours
        return self._channel

    def close(self) -> None:
        """Ends the zygote with every child: they are one process group, which no child can leave."""
        if self._channel:
            self._channel.close()
        if self._zygote:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._zygote.pid, signal.SIGKILL)
            self._zygote.wait()
        self._channel = self._zygote = None
