"""The child that judges: no credential, no way out, and its death is a verdict."""

import hashlib
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import documents
from intake.domain.verdict import Inspection, Reason, Verdict
from intake.inspection.inspector import Request
from intake.inspection.limits import LIMITS
from intake.inspection.sandbox import Sandbox


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-of-the-role")
    with Sandbox() as sandbox:
        yield sandbox


def judge(sandbox: Sandbox, path: Path, body: bytes, filename: str = "cv.pdf") -> Inspection:
    path.write_bytes(body)
    request = Request(str(path), filename, ("pdf", "docx", "odt", "rtf", "txt", "md"), 100_000_000)
    return sandbox.inspect(request, size=len(body), sha256=hashlib.sha256(body).hexdigest())


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


def test_what_the_child_answers_is_an_inspection_or_nothing(sandbox: Sandbox) -> None:
    held = Inspection(verdict=Verdict.HOLD, reason=Reason.INSPECTION_FAILED)
    for answer in (b"", b"{", b'{"verdict": "fine"}', b'{"verdict": "accept", "also": 1}', b"\xff" * 100):
        assert sandbox._read(answer) == held
