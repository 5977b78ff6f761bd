"""What an inspection costs: CPU and memory of a file, ours against the parser alone and against the popular stack."""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import documents
from bench.chart import Target
from bench.cold_starts import ENVIRONMENT, medians_of_processes
from bench.contenders import ALLOWED
from bench.curricula import curricula, large
from intake.inspection.limits import LIMITS

CONTENDERS = ("ours", "parser", "popular")
MB = 1_000_000

OURS_COLD = """
from intake.inspection.inspector import Request
from intake.inspection.sandbox import Sandbox
with Sandbox() as sandbox:
    found = sandbox.inspect(Request({path!r}, "cv.pdf", ("pdf",), 25_000_000), size={size}, sha256="0" * 64)
assert found.words"""
POPULAR_COLD = """
from bench.contenders import popular
assert popular()({{"path": {path!r}, "type": "pdf"}})["words"]"""


@dataclass(frozen=True)
class Cost:
    """Of one file: its bytes, and by contender the median CPU seconds and the most memory in bytes of its child."""

    type: str
    size: int
    cpu: dict[str, float]
    peak: dict[str, int]


@contextlib.contextmanager
def _contender(name: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-W", "ignore", "-m", "bench.contenders", name]
    with subprocess.Popen(
        command, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def _ask(contender: subprocess.Popen[str], path: Path) -> dict[str, float]:
    assert contender.stdin is not None
    assert contender.stdout is not None
    contender.stdin.write(json.dumps({"path": str(path), "type": path.suffix[1:].lower()}) + "\n")
    contender.stdin.flush()
    answer: dict[str, float] = json.loads(contender.stdout.readline())
    return answer


def costs(paths: Sequence[Path], rounds: int, names: Sequence[str] = CONTENDERS) -> list[Cost | None]:
    """Of each file, the contenders taking turns; None for a file in which one of them found no words."""
    with contextlib.ExitStack() as stack:
        contenders = {name: stack.enter_context(_contender(name)) for name in names}
        runs = [
            {path: {name: _ask(contender, path) for name, contender in contenders.items()} for path in paths}
            for _ in range(rounds)
        ]
    return [
        Cost(
            path.suffix[1:].lower(),
            path.stat().st_size,
            {name: statistics.median(run[path][name]["cpu"] for run in runs) for name in names},
            {name: int(max(run[path][name]["peak"] for run in runs)) for name in names},
        )
        if all(run[path][name]["is_read"] for run in runs for name in names)
        else None
        for path in paths
    ]


def ratio(files: Sequence[Cost], of: str, to: str) -> float:
    return sum(file.cpu[of] for file in files) / sum(file.cpu[to] for file in files)


def mb_per_cpu_second(files: Sequence[Cost]) -> float:
    return sum(file.size for file in files) / MB / sum(file.cpu["ours"] for file in files)


def peak_mb(files: Sequence[Cost], name: str = "ours") -> float:
    return max(file.peak[name] for file in files) / MB


HEAD = ("files", "CPU ms a file", "MB per CPU-second", "peak MB", "its peak MB", "ours / parser", "popular / ours")


def row(name: str, files: Sequence[Cost]) -> tuple[str, ...]:
    return (
        name,
        f"{1000 * sum(file.cpu['ours'] for file in files) / len(files):.1f}",
        f"{mb_per_cpu_second(files):.1f}",
        f"{peak_mb(files):.0f}",
        f"{peak_mb(files, 'popular'):.0f}",
        f"{ratio(files, 'ours', 'parser'):.1f}",
        f"{ratio(files, 'popular', 'ours'):.1f}",
    )


def _written(folder: Path, files: dict[str, bytes]) -> list[Path]:
    for name, body in files.items():
        (folder / name).write_bytes(body)
    return [folder / name for name in files]


def _read(found: list[Cost | None]) -> list[Cost]:
    return [cost for cost in found if cost]


def inspections(rounds: int) -> tuple[list[tuple[str, ...]], dict[str, float], list[Target]]:
    """Rows for HEAD, how many times the CPU of ours the popular stack takes by type of CV, and the targets."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paths = _written(folder, curricula())
        cvs = costs(paths, rounds)
        big_paths = _written(folder, large())
        big = costs(big_paths, rounds)
        if None in cvs + big:
            raise RuntimeError("one of our own files was not read by every contender")
        bombs = {"bomb.pdf": documents.pdf_text_bomb(), "bomb.docx": documents.docx_bomb()}
        hostile = _hostile_peak(_written(folder, bombs))
        cold = medians_of_processes(
            {
                name: code.format(path=str(paths[0]), size=paths[0].stat().st_size)
                for name, code in (("ours", OURS_COLD), ("popular", POPULAR_COLD))
            },
            rounds,
        )
    all_cvs, all_big = _read(cvs), _read(big)
    by_type = {kind: [file for file in all_cvs if file.type == kind] for kind in ("pdf", "docx", "odt", "rtf")}
    rows = [row(f"CVs, {kind.upper()}", files) for kind, files in by_type.items()]
    rows.append(row("CVs, all", all_cvs))
    rows += [
        row(f"{path.name}, {file.size / MB:.1f} MB", [file]) for path, file in zip(big_paths, all_big, strict=True)
    ]
    rows += _given(rounds)
    ratios = {kind.upper(): ratio(files, "popular", "ours") for kind, files in by_type.items()}
    ratios["all CVs"] = ratio(all_cvs, "popular", "ours")
    ten_mb = [file for file in all_big if file.size > 10 * MB]
    targets = [
        Target("CPU, CVs: popular / ours", ratios["all CVs"], (3, 6, 10)),
        Target("10 to 20 MB: MB per CPU-second", mb_per_cpu_second(ten_mb), (20, 80, 150)),
        Target("cold process and first PDF: ours / popular", cold["ours"] / cold["popular"], (0.5, 0.2, 0.1)),
        Target("peak memory, CVs: MB", peak_mb(all_cvs), (60, 30, 25)),
        Target("peak memory, 10 to 20 MB: MB", peak_mb(ten_mb), (150, 70, 45)),
        Target("peak memory, bombs: MB (the child's limit)", hostile, (LIMITS.memory_bytes / MB,)),
    ]
    return rows, ratios, targets


def _hostile_peak(paths: Sequence[Path]) -> float:
    """The most memory in MB that a child of ours took for one of these."""
    with _contender("ours") as ours:
        return max(_ask(ours, path)["peak"] for path in paths) / MB


def _given(rounds: int) -> list[tuple[str, ...]]:
    """A row for the files in the folder BENCH_FILES, if there is one; never their names."""
    if not (folder := os.environ.get("BENCH_FILES")):
        return []
    paths = sorted(path for path in Path(folder).rglob("*") if path.is_file() and path.suffix[1:].lower() in ALLOWED)
    found = costs(paths, rounds)
    left_out = f", {found.count(None)} more not read by all" if None in found else ""
    return [row(f"{len(_read(found))} files of BENCH_FILES{left_out}", _read(found))] if _read(found) else []
