"""The process that every child is forked from. Started by sandbox.py with an empty environment; its standard input is
the socket it is asked through.

What is in its memory is in every later child's, freed or not, so it reads no message and no answer: it forks a
supervisor for each message, which forks the child that reads the file, hears it out, answers and ends.
"""

import ctypes
import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Never

from intake.domain.copies import NoCopy
from intake.domain.verdict import Inspection, Reason, Verdict
from intake.inspection.inspector import Measured, Request, inspect
from intake.inspection.language import detect_language
from intake.inspection.limits import MEASURED, Limits
from intake.inspection.system_calls import give_up_system_calls

_PARSERS = ("docx", "odt", "pdf", "rtf", "sniff", "text", "xml_safety", "zip_safety", "copies.maker")
_MESSAGE_BYTES = 65536
_PIPE_BYTES = 1024 * 1024
_OUT_OF_MEMORY = 3
_PR_SET_PDEATHSIG = 1
"""prctl(2)."""
_FILTERED, _UNFILTERED = b"f", b"u"
"""What a child says before it reads anything: it is within its limits, with the kernel's filter or without."""


def main() -> None:
    zygote = os.getpid()
    _die_with(os.getppid())
    for parser in _PARSERS:
        importlib.import_module(f"intake.inspection.{parser}")
    detect_language("the model is read once, here")
    gc.collect()
    gc.freeze()  # what is shared with the children is not written to
    channel = socket.socket(fileno=0)
    messages = select.poll()
    messages.register(channel, select.POLLIN)
    while not messages.poll()[0][1] & select.POLLHUP:
        if (supervisor := os.fork()) == 0:
            _supervise(channel, zygote)
        if os.waitpid(supervisor, 0)[1] != 0:
            break  # nobody answers this message; the worker sees that and starts another zygote


def _die_with(parent: int) -> None:
    """From here on this process ends when its parent does. Where a kernel refuses that (Lambda's, by many reports), the
    zygote ends with its channel, a supervisor after its child's time, and the sandbox's close ends them all."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _supervise(channel: socket.socket, zygote: int) -> Never:
    """Answers one message, and takes what it said and what a child wrote out of the world."""
    code = 1
    try:
        _die_with(zygote)
        asked = json.loads(channel.recv(_MESSAGE_BYTES))
        channel.send(_copy(asked, channel) if "copy" in asked else _judge(asked, channel))
        code = 0
    finally:
        os._exit(code)


class UnconfinedError(Exception):
    """A child ended before it was within its limits, and before it read anything."""


@dataclass(frozen=True)
class _Child:
    """What became of a child: what it wrote (None: it did not end well), whether a limit ended it or it wrote too much,
    and its MEASURED: peak memory as the kernel counted it, and whether it was filtered."""

    answer: bytes | None
    is_at_limit: bool
    is_too_long: bool
    measured: bytes


def _judge(message: dict[str, Any], channel: socket.socket) -> bytes:
    """Has a child judge the file; answers with MEASURED and the Inspection that it wrote or its death means."""
    child = _run(partial(_inspection_of, message), Limits(**message["limits"]), channel)
    died = (
        Inspection(verdict=Verdict.REJECT, reason=Reason.TOO_COMPLEX)
        if child.is_at_limit
        else Inspection(verdict=Verdict.HOLD, reason=Reason.INSPECTION_FAILED)
    )
    return child.measured + (child.answer or died.model_dump_json().encode())


def _inspection_of(message: dict[str, Any]) -> bytes:
    request = message["request"] | {"types": tuple(message["request"]["types"])}
    measured = Measured(size=message["size"], sha256=message["sha256"])
    return inspect(Request(**request), measured).model_dump_json().encode()


def _copy_of(message: dict[str, Any]) -> bytes:
    from intake.inspection.copies.maker import make

    return make(message["copy"], Path(message["path"]), message["type"])


def _copy(message: dict[str, Any], channel: socket.socket) -> bytes:
    """Has a child make a copy and puts it where the message says: the child itself may write no file. Answers with its
    MEASURED, and why there is no copy where there is none."""
    child = _run(partial(_copy_of, message), Limits(**message["limits"]), channel)
    if child.answer is not None:
        Path(message["into"]).write_bytes(child.answer)
        return child.measured
    if child.is_too_long:
        return child.measured + NoCopy.TOO_LARGE.encode()
    return child.measured + (NoCopy.TOO_COMPLEX if child.is_at_limit else NoCopy.FAILED).encode()


def _run(work: Callable[[], bytes], limits: Limits, channel: socket.socket) -> _Child:
    """Forks a child that does the work within the limits, and waits for its end.

    Raises UnconfinedError for a child that never was within them: the file is not to blame.
    """
    reader, writer = os.pipe()
    supervisor = os.getpid()
    if (child := os.fork()) == 0:
        _run_child(work, limits, writer, parent=supervisor, close=(reader, channel.fileno()))
    os.close(writer)
    deadline = time.monotonic() + limits.wall_seconds
    confined = _read(reader, deadline, 1)
    answer = _read_all(reader, deadline, limits.answer_bytes) if confined else None
    os.close(reader)
    is_late = time.monotonic() >= deadline
    # Whatever it still does. One that ended by itself keeps its exit code: the kernel sets that before it closes files.
    os.kill(child, signal.SIGKILL)
    _, status, usage = os.wait4(child, 0)
    if confined == b"":
        raise UnconfinedError
    is_well = bool(answer) and os.waitstatus_to_exitcode(status) == 0
    return _Child(
        answer=answer if is_well else None,
        is_at_limit=is_late or _is_at_limit(status, usage, limits),
        is_too_long=answer is None and not is_late,
        measured=MEASURED.pack(usage.ru_maxrss * 1024, confined == _FILTERED),
    )


def _read(reader: int, deadline: float, most: int) -> bytes | None:
    """What the child has written by now, at its end nothing; None when the time is over."""
    left = deadline - time.monotonic()
    return os.read(reader, most) if left > 0 and select.select([reader], [], [], left)[0] else None


def _read_all(reader: int, deadline: float, most: int) -> bytes | None:
    """What the child wrote before it closed its end; None for one that wrote too much or did not end in time."""
    answer = bytearray()
    while (piece := _read(reader, deadline, min(most + 1, _PIPE_BYTES))) is not None:
        if not piece:
            return bytes(answer)
        answer += piece
        if len(answer) > most:
            return None
    return None


def _is_at_limit(status: int, usage: resource.struct_rusage, limits: Limits) -> bool:
    """Whether a limit ended the child. PDFium aborts when it gets no more memory; a small child's abort is a fault."""
    code = os.waitstatus_to_exitcode(status)
    is_large = usage.ru_maxrss * 1024 > limits.memory_bytes // 2
    return code in {_OUT_OF_MEMORY, -signal.SIGXCPU} or (code in {-signal.SIGABRT, -signal.SIGSEGV} and is_large)


def _run_child(work: Callable[[], bytes], limits: Limits, writer: int, *, parent: int, close: tuple[int, ...]) -> Never:
    """Does the work within the limits."""
    code = 1
    try:
        _die_with(parent)
        for descriptor in close:
            os.close(descriptor)
        nothing = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nothing, standard)
        for limit, value in (
            (resource.RLIMIT_AS, limits.memory_bytes),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_NOFILE, limits.open_files),
            (resource.RLIMIT_NPROC, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            resource.setrlimit(limit, (value, value))
        # Below the hard limit comes SIGXCPU, which tells us why; at it comes SIGKILL, which does not.
        resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))
        is_filtered = give_up_system_calls()
        os.write(writer, _FILTERED if is_filtered else _UNFILTERED)
        answer = memoryview(work())
        while answer:
            answer = answer[os.write(writer, answer) :]
        code = 0
    except MemoryError:
        code = _OUT_OF_MEMORY
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
