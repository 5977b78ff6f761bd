"""`intake inspect`, as an admin runs it: a process of its own, without anything of AWS's in its environment."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import documents

ROOT = Path(__file__).parents[2]
KEYS = ["path", "verdict", "reason", "type", "pages", "words", "language", "notes", "ms", "peak_mb"]
ENVIRONMENT = {"PYTHONPATH": f"{ROOT}/functions:{ROOT}/infra", "PATH": os.environ["PATH"], "COLUMNS": "120"}


def intake(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "intake_ops.cli", "inspect", *arguments],
        capture_output=True, text=True, env=ENVIRONMENT, cwd=cwd, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "deep" / "er").mkdir(parents=True)
    (folder / "cv.pdf").write_bytes(documents.pdf("Curriculum vitae of a reporter. " * 20, pages=2))
    (folder / "deep" / "script.pdf").write_bytes(documents.pdf_with_javascript())
    (folder / "deep" / "er" / "held.pdf").write_bytes(documents.pdf_with_attachment())
    (folder / "deep" / "table.docx").write_bytes(documents.renamed_workbook())
    (folder / "წერილი.txt").write_text("წერილი რედაქციას მთიანი სოფლების შესახებ. " * 5, encoding="utf-8")
    (folder / "up").symlink_to(folder)
    (folder / "gone").symlink_to(folder / "nowhere")
    return folder


@pytest.fixture
def terminal() -> Iterator[tuple[int, int]]:
    """Our end and the command's end."""
    ours, theirs = pty.openpty()
    yield ours, theirs
    os.close(ours)


def test_json_is_an_object_a_line_with_what_the_service_would_say(folder: Path) -> None:
    done = intake("--json", folder)
    assert (done.returncode, done.stderr) == (0, "")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert all(list(line) == KEYS for line in found)
    assert [(Path(f["path"]).name, f["verdict"], f["reason"], f["type"]) for f in found] == [
        ("cv.pdf", "accept", None, "pdf"),
        ("held.pdf", "hold", "attachments", "pdf"),
        ("script.pdf", "reject", "active_content", "pdf"),
        ("table.docx", "reject", "type_mismatch", "xlsx"),
        ("წერილი.txt", "accept", None, "txt"),
    ]
    assert (found[0]["pages"], found[0]["words"], found[0]["language"]) == (2, 200, "en")
    assert (found[-1]["pages"], found[-1]["language"], found[-1]["notes"]) == (None, "ka", [])
    assert all(f["ms"] >= 0 and 5 < f["peak_mb"] < 200 for f in found)


def test_people_get_a_table_without_colours_where_it_is_piped(folder: Path) -> None:
    done = intake("cv.pdf", "deep/script.pdf", "./cv.pdf", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    titles, first, second, sum_line = done.stdout.splitlines()
    assert titles.split() == ["VERDICT", "REASON", "TYPE", "PAGES", "WORDS", "LANGUAGE", "MS", "MB", "FILE"]
    assert re.fullmatch(r"accept +pdf +2 +200 +en +\d+ +\d+  cv\.pdf", first)
    assert re.fullmatch(r"reject +active_content +pdf +\d+ +\d+  deep/script\.pdf", second)
    assert sum_line == "2 files: 1 accept, 0 hold, 1 reject"


def test_a_terminal_gets_colours_and_a_progress_bar(folder: Path, terminal: tuple[int, int]) -> None:
    ours, theirs = terminal
    process = subprocess.Popen(
        [sys.executable, "-m", "intake_ops.cli", "inspect", folder / "cv.pdf"],
        stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, env=ENVIRONMENT,
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    while True:
        try:
            shown += os.read(ours, 4096)
        except OSError:  # nobody holds the other end any more
            break
    assert process.wait(60) == 0
    assert b"[..............................] 0/1 cv.pdf" in shown
    assert b"\x1b[32maccept \x1b[m" in shown


def test_counts_are_by_verdict_and_reason_with_the_slowest(folder: Path) -> None:
    done = intake("--counts", folder)
    assert done.returncode == 0
    counts, _, slowest = done.stdout.partition("the slowest:\n")
    assert [line.split() for line in counts.splitlines()] == [
        ["5", "files"],
        ["2", "accept"],
        ["1", "hold"], ["1", "attachments"],
        ["2", "reject"], ["1", "active_content"], ["1", "type_mismatch"],
    ]  # fmt: skip
    times = [int(line.split()[0]) for line in slowest.splitlines()]
    assert (len(times), times) == (5, sorted(times, reverse=True))


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("nowhere.pdf",), "intake: nowhere.pdf: there is no such file or folder\n"),
        (("cv.pdf", "no\x1b[2Jwhere"), "intake: no\\x1b[2Jwhere: there is no such file or folder\n"),
    ],
)
def test_a_path_that_is_not_there_is_a_bad_call(folder: Path, arguments: tuple[str, ...], line: str) -> None:
    done = intake(*arguments, cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", line)


def test_an_empty_folder_is_no_fault(tmp_path: Path) -> None:
    assert intake("--json", tmp_path).stdout == ""
    done = intake(tmp_path)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "0 files: 0 accept, 0 hold, 0 reject")


def test_names_of_any_bytes_are_shown_without_harm(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff\x1b[2J\xe2\x80\xae.txt")).write_text("A letter to the editors. " * 5)
    assert "\\udcff\\x1b[2J\\u202e.txt" in intake(tmp_path).stdout
    (line,) = intake("--json", tmp_path).stdout.splitlines()
    assert (json.loads(line)["verdict"], os.fsencode(json.loads(line)["path"])[-8:-4]) == ("accept", b"J\xe2\x80\xae")


def test_a_call_without_a_path_is_explained() -> None:
    assert intake().returncode == 2
    explained = intake("--help").stdout
    for word in ("accept", "hold", "reject", "--json", "--counts", "examples:", "25 MB", "peak_mb"):
        assert word in explained


def test_copies_are_written_where_they_are_wanted_and_nowhere_else(folder: Path, tmp_path: Path) -> None:
    files = [folder / "cv.pdf", folder / "deep" / "script.pdf", folder / "deep" / "er" / "held.pdf"]
    done = intake("--copies", tmp_path / "looks", *files)
    assert (done.returncode, done.stderr) == (0, "")
    written = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    assert written == [
        "looks/1-cv.pdf/page-1.png", "looks/1-cv.pdf/page-2.png", "looks/1-cv.pdf/reading.json",
        "looks/1-cv.pdf/stripped.pdf",
        "looks/3-held.pdf/page-1.png", "looks/3-held.pdf/reading.json", "looks/3-held.pdf/stripped.pdf",
    ]  # fmt: skip
    again = intake("--copies", tmp_path / "looks", folder / "cv.pdf")
    assert (again.returncode, "cv.pdf: File exists" in again.stderr) == (1, True)


def test_what_has_no_copy_is_named(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(documents.image_only_pdf())
    intake("--copies", tmp_path / "looks", tmp_path / "scan.pdf")
    assert (tmp_path / "looks" / "1-scan.pdf" / "missing.txt").read_text(encoding="utf-8") == "reading: no_text\n"
