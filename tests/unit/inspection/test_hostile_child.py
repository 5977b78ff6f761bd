"""A child whose parser was taken over: whatever it tries, it gets nothing, changes nothing and reaches nobody."""

import contextlib
import ctypes
import dataclasses
import fcntl
import json
import os
import resource
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from intake.inspection import zygote
from intake.inspection.limits import LIMITS

NOBODY = 65534
SECRET = b"canary-of-the-role"

VICTIM = """
import ctypes, os, sys, time
if os.geteuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
print("ready", flush=True)
time.sleep(600)
"""
"""Stands for the worker: the same user, a secret in its environment and memory, not dumpable as the worker is."""


@pytest.fixture
def victim() -> Iterator[int]:
    worker = subprocess.Popen(
        [sys.executable, "-c", VICTIM], env={"AWS_SECRET_ACCESS_KEY": SECRET.decode()}, stdout=subprocess.PIPE
    )
    with worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"ready\n"
        yield worker.pid
        assert worker.poll() is None, "the child ended the worker"
        worker.kill()


@pytest.fixture
def loot(victim: int) -> Iterator["Loot"]:
    """What lies about: a file in a folder that everybody may change."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        loot = Loot(victim, Path(folder))
        loot.file.write_bytes(b"as it was")
        loot.file.chmod(0o666)
        yield loot


class Loot:
    """What one who was taken over would try. Each raises OSError, or says what came of it."""

    def __init__(self, worker: int, folder: Path) -> None:
        self.worker = worker
        self.file = folder / "somebody-elses"
        self.libc = ctypes.CDLL(None, use_errno=True)

    def _asked(self, name: str, *arguments: object) -> str:
        answer = getattr(self.libc, name)(*arguments)
        if answer == -1:
            raise OSError(ctypes.get_errno(), name)
        return f"answered {answer}"

    def call_home(self) -> object:
        return self._asked("socket", socket.AF_INET, socket.SOCK_STREAM, 0)

    def talk_to_the_runtime(self) -> object:
        return self._asked("socket", socket.AF_UNIX, socket.SOCK_STREAM, 0)

    def read_the_workers_environment(self) -> object:
        return Path(f"/proc/{self.worker}/environ").read_bytes()

    def read_the_workers_memory(self) -> object:
        with Path(f"/proc/{self.worker}/mem").open("rb") as memory:
            return memory.read(1)

    def copy_the_workers_memory(self) -> object:
        return self._asked("process_vm_readv", self.worker, None, 0, None, 0, 0)

    def trace_the_worker(self) -> object:
        return self._asked("ptrace", 16, self.worker, None, None)

    def end_the_worker(self) -> object:
        return os.kill(self.worker, signal.SIGTERM)

    def end_everybody(self) -> object:
        return os.kill(-1, signal.SIGTERM)

    def end_a_thread_of_the_worker(self) -> object:
        return self._asked("tgkill", self.worker, self.worker, signal.SIGTERM)

    def have_the_kernel_end_the_worker(self) -> object:
        reader, writer = os.pipe()
        fcntl.fcntl(reader, fcntl.F_SETOWN, self.worker)
        fcntl.fcntl(reader, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(reader, fcntl.F_SETFL, os.O_ASYNC)
        return os.write(writer, b"x")

    def have_the_kernel_signal_a_thread_of_the_worker(self) -> object:
        reader, _ = os.pipe()
        return fcntl.fcntl(reader, 15, struct.pack("ii", 0, self.worker))

    def starve_the_worker(self) -> object:
        return resource.prlimit(self.worker, resource.RLIMIT_CPU, (0, 0))

    def take_the_workers_files(self) -> object:
        return os.pidfd_open(self.worker)

    def start_a_program(self) -> object:
        return os.execv("/bin/true", ["true"])

    def start_a_process(self) -> object:
        return os.fork()

    def take_more_memory(self) -> object:
        return resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))

    def write_a_file(self) -> object:
        return self.file.with_name("new").write_bytes(b"x")

    def change_a_file(self) -> object:
        return self.file.open("r+b")

    def empty_a_file(self) -> object:
        return os.truncate(self.file, 0)

    def delete_a_file(self) -> object:
        return self.file.unlink()

    def move_a_file(self) -> object:
        return self.file.rename(self.file.with_name("moved"))

    def link_a_file(self) -> object:
        return self.file.with_name("link").symlink_to(self.file)

    def open_up_a_file(self) -> object:
        return self.file.chmod(0o777)

    def make_a_folder(self) -> object:
        return self.file.with_name("folder").mkdir()

    def outlive_its_parent(self) -> object:
        return self._asked("prctl", 1, 0, 0, 0, 0)

    def outlive_its_parent_as_another_user(self) -> object:
        return self._asked("setresuid", -1, -1, -1)

    def share_memory(self) -> object:
        return self._asked("shmget", 0, 4096, 0o1666)

    def find_a_secret_at_home(self) -> object:
        return [name for name in os.environ if name.startswith("AWS")] or self._nothing()

    def find_an_open_door(self) -> object:
        doors = []
        for opened in Path("/proc/self/fd").iterdir():
            with contextlib.suppress(OSError):
                doors.append(str(opened.readlink()))
        return [door for door in doors if not door.startswith(("pipe:", "/proc/", "/dev/null"))] or self._nothing()

    def _nothing(self) -> None:
        raise OSError("nothing found")


ATTEMPTS = sorted(name for name, value in vars(Loot).items() if callable(value) and not name.startswith("_"))


class _Report:
    """Takes the place of an Inspection: the child writes it to its pipe."""

    def __init__(self, said: dict[str, str]) -> None:
        self._said = said

    def model_dump_json(self) -> str:
        return json.dumps(self._said)


def taken_over(loot: Loot) -> Callable[..., _Report]:
    """An `inspect` that tries everything; what is refused answers with the error's name."""

    def inspect(*_: object) -> _Report:
        said = {}
        for name in ATTEMPTS:
            try:
                said[name] = f"got {getattr(loot, name)()!r}"
            except Exception as error:  # noqa: BLE001 - whatever stopped it
                said[name] = f"refused: {error!r}"
        return _Report(said)

    return inspect


def run_child(monkeypatch: pytest.MonkeyPatch, inspect: Callable[..., _Report]) -> tuple[bytes, int]:
    """Forks as the zygote does, as nobody where the tests run as root; answers what it wrote and its exit code."""
    reader, writer = os.pipe()
    request = {"path": "/dev/null", "filename": None, "types": ["pdf"], "max_bytes": 1}
    message = {"request": request, "size": 1, "sha256": "0" * 64}
    if (child := os.fork()) == 0:
        monkeypatch.setattr(zygote, "inspect", inspect)
        for name in [name for name in os.environ if name.startswith("AWS")]:
            del os.environ[name]
        os.closerange(3, writer)
        os.closerange(writer + 1, 1024)
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
        limits = dataclasses.replace(LIMITS, memory_bytes=4 * LIMITS.memory_bytes)
        zygote._run_child(partial(zygote._inspection_of, message), limits, writer, parent=os.getppid(), close=())
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        assert pipe.read(1) in (zygote._FILTERED, b"")
        said = pipe.read()
    return said, os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_child_that_was_taken_over_gets_nothing_and_reaches_nobody(
    monkeypatch: pytest.MonkeyPatch, loot: Loot
) -> None:
    said, code = run_child(monkeypatch, taken_over(loot))
    found = json.loads(said)
    assert {name: outcome for name, outcome in found.items() if not outcome.startswith("refused")} == {}
    assert (sorted(found), code) == (ATTEMPTS, 0)
    assert [path.name for path in loot.file.parent.iterdir()] == ["somebody-elses"]
    assert loot.file.read_bytes() == b"as it was"


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_without_the_filter_the_same_attempts_succeed(monkeypatch: pytest.MonkeyPatch, loot: Loot) -> None:
    """So the attempts above are real: the limits alone stop few of them."""
    monkeypatch.setattr(zygote, "give_up_system_calls", lambda: True)
    for harmful in (
        "end_the_worker",
        "end_everybody",
        "end_a_thread_of_the_worker",
        "have_the_kernel_end_the_worker",
        "start_a_process",
        "start_a_program",
        "starve_the_worker",
    ):
        monkeypatch.setattr(Loot, harmful, Loot._nothing)
    said, _ = run_child(monkeypatch, taken_over(loot))
    got = {name for name, outcome in json.loads(said).items() if outcome.startswith("got")}
    assert got > {"talk_to_the_runtime", "take_the_workers_files", "delete_a_file", "make_a_folder", "share_memory"}
