"""The child that judges: no credential, no way out, and its death is a verdict."""

import contextlib
import ctypes
import hashlib
import json
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Self

import pytest

import documents
from intake.domain.copies import READING
from intake.domain.verdict import Inspection, Note, Reason, Verdict
from intake.inspection import system_calls
from intake.inspection.inspector import Request
from intake.inspection.limits import LIMITS
from intake.inspection.sandbox import Sandbox, SandboxError, read_answer

HELD = Inspection(verdict=Verdict.HOLD, reason=Reason.INSPECTION_FAILED)


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-of-the-role")
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch, sandbox: Sandbox) -> Sandbox:
    """A sandbox where files of some names take their parser over (taken_over/sitecustomize.py)."""
    monkeypatch.syspath_prepend(Path(__file__).parent / "taken_over")
    return sandbox


def judge(sandbox: Sandbox, path: Path, body: bytes, filename: str = "cv.pdf") -> Inspection:
    path.write_bytes(body)
    request = Request(str(path), filename, ("pdf", "docx", "odt", "rtf", "txt", "md"), 100_000_000)
    return sandbox.inspect(request, size=len(body), sha256=hashlib.sha256(body).hexdigest())


def test_the_childs_peak_memory_is_what_the_kernel_counted(sandbox: Sandbox, tmp_path: Path) -> None:
    peaks = []
    for megabytes in (1, 60):
        (tmp_path / "d").write_bytes(b"word " * (megabytes * 200_000))
        request = Request(str(tmp_path / "d"), "a.txt", ("txt",), 100_000_000)
        peaks.append(sandbox.judge(request, size=megabytes * 1_000_000, sha256="").peak_bytes)
    assert 5_000_000 < peaks[0] < peaks[1] - 50_000_000


def test_a_file_is_judged_in_the_child_and_measured_by_the_caller(sandbox: Sandbox, tmp_path: Path) -> None:
    body = documents.pdf()
    found = judge(sandbox, tmp_path / "d", body)
    assert (found.verdict, found.type, found.size) == (Verdict.ACCEPT, "pdf", len(body))
    assert found.sha256 == hashlib.sha256(body).hexdigest()


def test_the_zygote_never_saw_a_credential(sandbox: Sandbox, tmp_path: Path) -> None:
    judge(sandbox, tmp_path / "d", documents.pdf())
    assert sandbox._zygote is not None
    environment = Path(f"/proc/{sandbox._zygote.pid}/environ").read_bytes()
    assert b"AWS" not in environment
    assert b"canary" not in environment


@pytest.mark.parametrize(
    ("limits", "verdict", "reason"),
    [
        (replace(LIMITS, wall_seconds=0.0), Verdict.REJECT, Reason.TOO_COMPLEX),
        (replace(LIMITS, open_files=3), Verdict.HOLD, Reason.INSPECTION_FAILED),
        (replace(LIMITS, answer_bytes=80), Verdict.HOLD, Reason.INSPECTION_FAILED),
    ],
)
def test_a_child_that_dies_is_a_verdict_and_the_next_file_is_judged(
    tmp_path: Path, limits: object, verdict: Verdict, reason: Reason
) -> None:
    with Sandbox(limits) as sandbox:  # type: ignore[arg-type]
        found = judge(sandbox, tmp_path / "d", documents.docx(), "cv.docx")
        assert (found.verdict, found.reason) == (verdict, reason)
        sandbox._limits = LIMITS
        assert judge(sandbox, tmp_path / "d", documents.docx(), "cv.docx").verdict is Verdict.ACCEPT


def test_a_bomb_dies_at_the_memory_limit_alone(sandbox: Sandbox, tmp_path: Path) -> None:
    found = judge(sandbox, tmp_path / "d", documents.pdf_text_bomb())
    assert (found.verdict, found.reason) == (Verdict.REJECT, Reason.TOO_COMPLEX)
    assert judge(sandbox, tmp_path / "d", documents.pdf()).verdict is Verdict.ACCEPT


def test_a_dead_zygote_is_started_again(sandbox: Sandbox, tmp_path: Path) -> None:
    judge(sandbox, tmp_path / "d", documents.pdf())
    assert sandbox._zygote is not None
    os.kill(sandbox._zygote.pid, signal.SIGKILL)
    time.sleep(0.1)
    assert judge(sandbox, tmp_path / "d", documents.pdf()).verdict is Verdict.ACCEPT


HONEST = {"verdict": "accept", "type": "pdf", "pages": 1, "words": 2, "language": "de"} | {
    "notes": ["repaired", "hidden_text"],
    "excerpts": {"hidden_text": "white on white"},
}


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "fine"},
        {"also": 1},
        {"type": "rtf"},
        {"type": None},
        {"reason": "macros"},
        {"verdict": "hold"},
        {"found": "Call +995 555 now"},
        {"excerpts": {"hidden_characters": "about what no note says"}},
        {"excerpts": {"repaired": "a note that quotes nothing"}},
        {"excerpts": {"hidden_text": "long " * 40}},
        {"language": "de<script>"},
        {"hosts": ["https://far.example"]},
        {"hosts": ["a.example"] * 11},
        {"words": -1},
        {"pages": 10**9},
        {"verdict": "reject", "reason": "macros", "type": "<b>"},
    ],
)
def test_a_child_that_was_taken_over_says_our_words_or_nothing(change: dict[str, object]) -> None:
    assert read_answer(json.dumps(HONEST).encode(), ("pdf", "docx")).words == 2
    assert read_answer(json.dumps(HONEST | change).encode(), ("pdf", "docx")) == HELD


def test_no_answer_and_half_an_answer_are_held() -> None:
    for answer in (b"", b"{", b"\xff" * 100):
        assert read_answer(answer, ("pdf",)) == HELD


def test_a_child_may_use_only_so_much_processor_time(hostile: Sandbox, tmp_path: Path) -> None:
    hostile._limits = replace(LIMITS, cpu_seconds=1)
    began = time.monotonic()
    found = judge(hostile, tmp_path / "d", b"text", "spins.txt")
    assert (found.verdict, found.reason) == (Verdict.REJECT, Reason.TOO_COMPLEX)
    assert time.monotonic() - began < LIMITS.wall_seconds, "its time by the clock ended it"


class Waiting:
    """A judgement in another thread whose child waits for a file that never comes: time to look at it."""

    def __init__(self, sandbox: Sandbox, fifo: Path, filename: str = "cv.pdf") -> None:
        self._fifo = fifo
        os.mkfifo(fifo)
        request = Request(str(fifo), filename, ("pdf",), 100)
        self._pool = ThreadPoolExecutor(1)
        self.answer: Future[Inspection] = self._pool.submit(sandbox.inspect, request, size=9, sha256="0" * 64)
        self._sandbox = sandbox
        self._open: list[int] = []

    def child(self) -> int:
        """The process id of the child, once it has begun to read."""
        for _ in range(500):
            with contextlib.suppress(OSError):  # ENXIO: nobody reads yet
                self._open.append(os.open(self._fifo, os.O_WRONLY | os.O_NONBLOCK))
                zygote = self._sandbox._zygote
                assert zygote is not None
                return only_child(only_child(zygote.pid))
            time.sleep(0.02)
        raise AssertionError("the child never opened its file")

    def close(self) -> None:
        for descriptor in self._open:
            os.close(descriptor)
        self._open.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        self._pool.shutdown()


def only_child(process: int) -> int:
    return int(Path(f"/proc/{process}/task/{process}/children").read_text())


def is_gone(process: int) -> bool:
    for _ in range(100):
        stat = Path(f"/proc/{process}/stat")
        if not stat.exists() or ") Z " in stat.read_text():
            return True
        time.sleep(0.02)
    return False


def test_the_child_is_confined(sandbox: Sandbox, tmp_path: Path) -> None:
    judge(sandbox, tmp_path / "d", documents.pdf())
    with Waiting(sandbox, tmp_path / "fifo") as waiting:
        proc = Path(f"/proc/{waiting.child()}")
        rows = (proc / "limits").read_text().splitlines()[1:]
        limits = {row[:25].strip(): row[25:46].strip() for row in rows}
        assert limits["Max address space"] == str(LIMITS.memory_bytes)
        assert limits["Max cpu time"] == str(LIMITS.cpu_seconds)
        assert limits["Max file size"] == "0"
        assert limits["Max open files"] == str(LIMITS.open_files)
        assert limits["Max processes"] == "0"
        assert limits["Max core file size"] == "0"
        status = (proc / "status").read_text().splitlines()
        assert {"NoNewPrivs:\t1", "Seccomp:\t2"} <= set(status)
        opened = {number.name: str(number.readlink()) for number in (proc / "fd").iterdir()}
        assert [opened.pop(standard) for standard in "012"] == ["/dev/null"] * 3
        others = [target.partition(":")[0] for target in opened.values() if target != str(tmp_path / "fifo")]
        assert others == ["pipe"]
        assert b"canary" not in (proc / "environ").read_bytes()


def test_a_crash_is_held_and_the_next_file_is_judged(sandbox: Sandbox, tmp_path: Path) -> None:
    judge(sandbox, tmp_path / "d", documents.pdf())
    with Waiting(sandbox, tmp_path / "fifo") as waiting:
        os.kill(waiting.child(), signal.SIGSEGV)
        found = waiting.answer.result()
    assert found == HELD.model_copy(update={"size": 9, "sha256": "0" * 64})
    assert judge(sandbox, tmp_path / "d", documents.pdf()).verdict is Verdict.ACCEPT


def test_a_child_that_waits_is_ended(tmp_path: Path) -> None:
    with Sandbox(replace(LIMITS, wall_seconds=1.0)) as sandbox:
        judge(sandbox, tmp_path / "d", documents.pdf())
        with Waiting(sandbox, tmp_path / "fifo") as waiting:
            child = waiting.child()
            assert waiting.answer.result().reason is Reason.TOO_COMPLEX
            assert is_gone(child)


def test_a_child_finds_no_word_of_an_earlier_file_in_its_memory(hostile: Sandbox, tmp_path: Path) -> None:
    """Neither of the file and its name, nor of what an earlier child said of it, nor of a copy."""
    earlier = tmp_path / "earlier"
    words = "an earlier applicant\u202ewrote this. ".encode() * 2000
    found = judge(hostile, earlier, words, "an earlier applicant.txt")
    assert found.excerpts[Note.HIDDEN_CHARACTERS].startswith("an earlier applicant")
    assert hostile.copy(READING, str(earlier), "txt", str(tmp_path / "copy")) is None
    assert "an earlier applicant" in (tmp_path / "copy").read_text()
    remembered = judge(hostile, tmp_path / "d", b"the file in hand", "remembers.txt")
    assert remembered.pages is not None, "it finds not even its own file"
    assert remembered.words == 1


def test_a_child_that_falls_silent_is_ended_and_the_next_file_is_judged(hostile: Sandbox, tmp_path: Path) -> None:
    judge(hostile, tmp_path / "d", documents.pdf())
    zygote = hostile._zygote
    with Waiting(hostile, tmp_path / "fifo", "falls-silent.txt") as waiting:
        file = os.open(tmp_path / "fifo", os.O_WRONLY)  # waits until the child has it open
        assert waiting.answer.result() == HELD.model_copy(update={"size": 9, "sha256": "0" * 64})
        with pytest.raises(BrokenPipeError):  # nobody has it open any more
            os.write(file, b"x")
        os.close(file)
    assert judge(hostile, tmp_path / "d", documents.pdf()).verdict is Verdict.ACCEPT
    assert hostile._zygote is zygote


@pytest.mark.parametrize("filename", ["cv.pdf", "holds-on.txt"])
def test_a_zygote_that_dies_twice_is_an_error_and_no_child_outlives_it(
    hostile: Sandbox, tmp_path: Path, filename: str
) -> None:
    judge(hostile, tmp_path / "d", documents.pdf())
    with Waiting(hostile, tmp_path / "fifo", filename) as waiting:
        for _ in range(2):
            child, zygote = waiting.child(), hostile._zygote
            assert zygote is not None
            os.kill(zygote.pid, signal.SIGKILL)
            assert is_gone(child)
            waiting.close()
        with pytest.raises(SandboxError):
            waiting.answer.result()
    assert judge(hostile, tmp_path / "d", documents.pdf()).verdict is Verdict.ACCEPT


def test_no_process_of_the_same_user_may_read_the_workers_memory(sandbox: Sandbox, tmp_path: Path) -> None:
    judge(sandbox, tmp_path / "d", documents.pdf())
    assert ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) == 0  # PR_GET_DUMPABLE


@pytest.mark.parametrize(("refused", "is_filtered"), [([], True), (["prctl"], True), (["prctl", "seccomp"], False)])
def test_a_kernel_that_refuses_prctl_or_filters_holds_no_document(refused: list[str], is_filtered: bool) -> None:
    """As Lambda's is said to. What a filter would forbid is not forbidden then; the worker counts that."""
    machine = system_calls._MACHINES[platform.machine()]
    numbers = {"prctl": {"x86_64": 157, "aarch64": 167}[platform.machine()], "seccomp": machine.seccomp}
    done = subprocess.run(
        [sys.executable, Path(__file__).parent / "less_kernel.py", *(str(numbers[name]) for name in refused)],
        env=os.environ | {"AWS_SECRET_ACCESS_KEY": "canary-of-the-role", "PYTHONPATH": os.pathsep.join(sys.path)},
        check=True,
        capture_output=True,
        text=True,
    )
    said = json.loads(done.stdout)
    assert (said["verdict"], said["is_filtered"], said["kept"]) == ("accept", is_filtered, "canary-of-the-role")
    # Where its memory is closed to the others, nobody but the process itself sees what it was started with.
    assert ("canary-of-the-role" in said["shown"]) is (refused == [])


def test_a_child_that_cannot_be_held_to_its_limits_is_no_fault_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "d").write_bytes(b"word " * 100)
    with Sandbox(replace(LIMITS, open_files=1 << 40)) as sandbox, pytest.raises(SandboxError):
        judge(sandbox, tmp_path / "d", b"word " * 100, "a.txt")
