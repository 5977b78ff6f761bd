"""`intake inspect`: files on this machine, judged by the code and within the limits that judge an applicant's."""

import argparse
import itertools
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intake.domain.call import MAX_DOCUMENT_BYTES
from intake.domain.file_types import FILE_TYPES
from intake.domain.verdict import Inspection, Verdict
from intake.inspection.inspector import Request
from intake.inspection.sandbox import Sandbox
from intake_ops.copies import write_copies

_TYPES = ", ".join(FILE_TYPES)
DESCRIPTION = f"""\
Judges files as the service judges what applicants upload: by their bytes, in a process of their own with little
memory and time and no secrets. Nothing is uploaded, changed or kept, and no AWS credentials are needed. Every type
that a call can allow is allowed ({_TYPES}), up to {MAX_DOCUMENT_BYTES // 1_000_000} MB.
A file's own name is what its sender would have called it, so a wrong extension counts. AWS's malware scan is not done.

A file is
  accept   nothing against it; notes say what an editor should know
  hold     kept, but to be opened with care
  reject   not to be opened; the applicant is asked for another
A file that takes too much memory or time is rejected as too_complex, one that crashes its parser held as
inspection_failed."""

EXAMPLES = """\
examples:
  intake inspect cv.pdf letter.docx
  intake inspect ~/Downloads                            a folder and all folders in it, but no links to folders
  intake inspect --json corpus > verdicts.jsonl
  intake inspect --json corpus | jq -r 'select(.verdict == "reject") | .path'
  intake inspect --counts corpus                        how many of each, and the ten slowest
  intake inspect --copies looks cv.pdf                  also what the desk would show, in looks/1-cv.pdf

--json writes an object a line: path; verdict; reason (null when accepted); type (one of ours, or what the file is
instead, like "xlsx"; null when that is uncertain); pages, words and language (null when unknown; "und-Cyrl" where only
the script is certain); notes; ms (until the verdict, on the clock); peak_mb (most memory of the process that read it).

Answers 0 whatever the verdicts, 1 with a line on standard error for each file that could not be read, 2 for a bad
call. A progress bar is shown on standard error while that is a terminal."""

_SLOWEST = 10
_BAR_CELLS = 30
_COLOURS = {Verdict.ACCEPT: "32", Verdict.HOLD: "33", Verdict.REJECT: "31"}
_TITLES = ("VERDICT", "REASON", "TYPE", "PAGES", "WORDS", "LANGUAGE", "MS", "MB")
_WIDTHS = (7, 17, 7, 5, 6, 8, 6, 4)


class NoSuchPathError(Exception):
    """What was named on the command line is not there; one line."""


class UnreadableError(Exception):
    """Some of the files could not be read, and were named on standard error; one line that says how many."""


@dataclass(frozen=True)
class _Row:
    """One file's verdict, and what it cost."""

    path: Path
    inspection: Inspection
    ms: int
    peak_bytes: int

    @property
    def kind(self) -> str | None:
        return self.inspection.type or self.inspection.found

    @property
    def peak_mb(self) -> float:
        return round(self.peak_bytes / 1_000_000, 1)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description, parser.epilog = DESCRIPTION, EXAMPLES
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a file, or a folder with files")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="an object a line instead of a table")
    form.add_argument(
        "--counts",
        action="store_true",
        help="instead of a line for each file, counts by verdict and reason, and the slowest",
    )

    parser.add_argument("--copies", type=Path, metavar="DIR", help="write each file's copies into a folder below DIR")


def run(arguments: argparse.Namespace, _find_stack: Callable[[], object]) -> Iterator[str]:
    """A line as soon as it is known. Raises NoSuchPathError before anything is read, UnreadableError at the end."""
    files = list(_files(arguments.paths))
    rows = _Rows(files, arguments.copies)
    if arguments.json:
        yield from map(_json_line, rows)
    elif arguments.counts:
        yield from _counts(list(rows))
    else:
        yield from _table(rows)
    if rows.unreadable:
        raise UnreadableError(f"{rows.unreadable} of {len(files)} could not be read")


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    """Every file that is meant, once, folders in the order of their names."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            found |= dict.fromkeys(p for p in sorted(path.rglob("*")) if p.is_file())
        elif path.is_file():
            found[path] = None
        else:
            raise NoSuchPathError(f"{_printable(path)}: there is no such file or folder")
    return found


class _Rows:
    """The files' verdicts, one after the other, with a bar on standard error while that is a terminal."""

    def __init__(self, files: list[Path], copies: Path | None) -> None:
        self._files = files
        self._copies = copies
        self.unreadable = 0

    def __iter__(self) -> Iterator[_Row]:
        with Sandbox() as sandbox:
            _judge(sandbox, Path(os.devnull))  # no file pays for the start of the sandbox
            for done, path in enumerate(self._files):
                _draw_bar(done, len(self._files), path)
                try:
                    row = _judge(sandbox, path)
                    if self._copies:
                        write_copies(path, row.inspection, self._copies / f"{done + 1}-{path.name}", sandbox)
                except OSError as error:
                    self.unreadable += 1
                    _clear_bar()
                    print(f"intake: {_printable(path)}: {error.strerror}", file=sys.stderr)
                    continue
                _clear_bar()
                yield row


def _judge(sandbox: Sandbox, path: Path) -> _Row:
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
    request = Request(str(path.absolute()), path.name, tuple(FILE_TYPES), MAX_DOCUMENT_BYTES)
    start = time.perf_counter()
    judged = sandbox.judge(request, size=size, sha256="")
    ms = round(1000 * (time.perf_counter() - start))
    return _Row(path, judged.inspection, ms, judged.peak_bytes)


def _json_line(row: _Row) -> str:
    found = row.inspection
    values: dict[str, Any] = {
        "path": str(row.path),
        "verdict": found.verdict,
        "reason": found.reason,
        "type": row.kind,
        "pages": found.pages,
        "words": found.words,
        "language": found.language,
        "notes": found.notes,
        "ms": row.ms,
        "peak_mb": row.peak_mb,
    }
    return json.dumps(values)


def _table(rows: Iterable[_Row]) -> Iterator[str]:
    yield _columns(_TITLES) + "FILE"
    counts: Counter[Verdict] = Counter()
    for row in rows:
        counts[row.inspection.verdict] += 1
        yield _table_line(row)
    yield f"{_files_in(counts.total())}: " + ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict)


def _table_line(row: _Row) -> str:
    found = row.inspection
    cells = (
        found.verdict,
        found.reason or "",
        row.kind or "",
        found.pages or "",
        found.words or "",
        found.language or "",
        row.ms,
        round(row.peak_mb),
    )
    verdict, rest = _columns(cells)[: _WIDTHS[0]], _columns(cells)[_WIDTHS[0] :]
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        verdict = f"\x1b[{_COLOURS[found.verdict]}m{verdict}\x1b[m"
    notes = f"  ({', '.join(found.notes)})" if found.notes else ""
    return f"{verdict}{rest}{_printable(row.path)}{notes}"


def _columns(cells: Iterable[object]) -> str:
    """Words to the left, numbers to the right."""
    numbers = {"PAGES", "WORDS", "MS", "MB"}
    return "".join(
        f"{cell!s:>{width}}  " if title in numbers else f"{cell!s:<{width}}  "
        for title, width, cell in zip(_TITLES, _WIDTHS, cells, strict=True)
    )


def _counts(rows: list[_Row]) -> Iterator[str]:
    yield _files_in(len(rows))
    verdicts = Counter(row.inspection.verdict for row in rows)
    reasons = Counter((row.inspection.verdict, row.inspection.reason) for row in rows)
    for verdict in Verdict:
        yield f"{verdicts[verdict]:>7}  {verdict}"
        mine = [(reason, count) for (of, reason), count in reasons.most_common() if of is verdict and reason]
        yield from (f"{count:>7}    {reason}" for reason, count in mine)
    if rows:
        yield "the slowest:"
    for row in sorted(rows, key=lambda row: -row.ms)[:_SLOWEST]:
        found = row.inspection
        outcome = f"{found.verdict} {found.reason}" if found.reason else found.verdict
        yield f"{row.ms:>7} ms  {row.peak_mb:>6.1f} MB  {_printable(row.path)}  ({outcome})"


def _files_in(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _printable(path: Path) -> str:
    """The path without what would move a terminal's cursor or turn its text around; whoever made the file named it."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in str(path))


def _draw_bar(done: int, total: int, path: Path) -> None:
    if sys.stderr.isatty():
        full = _BAR_CELLS * done // total
        name = "".join(itertools.islice(_printable(Path(path.name)), 40))
        sys.stderr.write(f"\r\x1b[K[{'#' * full}{'.' * (_BAR_CELLS - full)}] {done}/{total} {name}")
        sys.stderr.flush()


def _clear_bar() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
