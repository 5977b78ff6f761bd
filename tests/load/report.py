"""What a load run is told as: a section of docs/benchmarks.md and a chart. Pure; nothing here knows of locust."""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

BEGIN, END = "<!-- make load: begin -->", "<!-- make load: end -->"
REQUEST, STEP = "request", "step"
MOST_GROWTH = 15
"""Percent by which the functions' memory may grow from the first quarter of a run to its last."""
STEPS = ("call", "draft", "upload", "submission")


@dataclass(frozen=True)
class Sample:
    """Resident memory in bytes, `seconds` after the first applicant; pages that processes share count in each."""

    seconds: float
    emulator: int
    functions: int


@dataclass(frozen=True)
class Run:
    """`accepted` are seconds since the first applicant. Of `calls` to AWS `calls_failed` failed; `sends_unheard` are
    mails that SES took while its answer was lost. `stats` are dicts of kind, name, times, failures, median and p95
    (milliseconds)."""

    seconds: float
    applicants: int
    percent: float
    accepted: Sequence[float]
    missing: int
    twice: int
    without_a_cause: int
    failed: int
    unknown: int
    calls: int
    calls_failed: int
    sends_unheard: int
    quiet_seconds: float
    stats: Sequence[dict[str, Any]]
    samples: Sequence[Sample]

    @property
    def is_sound(self) -> bool:
        lost = self.missing + self.without_a_cause + self.failed + self.unknown
        return bool(self.accepted) and not lost and self.is_flat

    @property
    def is_flat(self) -> bool:
        """Whether the functions' memory stays what it was; the emulator's grows with all that it is given."""
        *_, more = growth([sample.functions for sample in self.samples])
        return more < MOST_GROWTH


def name_of(method: str, path: str) -> str:
    """The step that a request of an applicant belongs to; without ids, which would make each a step of its own."""
    if path.endswith("/submission"):
        return "submission"
    return "draft" if method == "POST" else "call"


def growth(values: Sequence[float]) -> tuple[float, float, float]:
    """The medians of the first and the last quarter, and what the last is more than the first, in percent."""
    quarter = max(1, len(values) // 4)
    first, last = statistics.median(values[:quarter]), statistics.median(values[-quarter:])
    return first, last, 100 * (last / first - 1)


def per_minute(accepted: Sequence[float], seconds: float) -> list[float]:
    """How many were accepted in each minute; the last one, if it is a part of a minute, as a rate."""
    counted = Counter(int(at // 60) for at in accepted)
    whole, rest = divmod(seconds, 60)
    rates: list[float] = [counted[minute] for minute in range(int(whole))]
    return [*rates, counted[int(whole)] * 60 / rest] if rest >= 30 else rates


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(line) + " |" for line in (head, ("---",) * len(head), *rows))


def _results(run: Run) -> str:
    requests = [row for row in run.stats if row["kind"] == REQUEST]
    asked = sum(row["times"] for row in requests)
    refused = sum(row["failures"] for row in requests)
    rows = [
        ("applications accepted", str(len(run.accepted))),
        ("a minute", f"{60 * len(run.accepted) / run.seconds:.1f}"),
        ("of their mails missing", str(run.missing)),
        ("calls to AWS that failed", f"{run.calls_failed} of {run.calls}"),
        ("mails that SES took while its answer was lost", str(run.sends_unheard)),
        ("of these sent twice", str(run.twice)),
        ("mails twice without a cause", str(run.without_a_cause)),
        ("mails about what nobody was told", str(run.unknown)),
        ("applicants who gave up", str(run.failed)),
        ("requests of applicants a second", f"{asked / run.seconds:.1f}"),
        ("of these without an answer, or refused", f"{refused} of {asked}"),
        ("seconds until all was quiet", f"{run.quiet_seconds:.0f}"),
    ]
    return _table(("what", "number"), rows)


def _steps(run: Run) -> str:
    found = {row["name"]: row for row in run.stats if row["kind"] == STEP}
    rows = [
        (name, str(found[name]["times"]), f"{found[name]['median']:.0f}", f"{found[name]['p95']:.0f}")
        for name in STEPS
        if name in found
    ]
    return _table(("step, with every try", "times", "median, ms", "p95, ms"), rows)


def _memory(run: Run) -> str:
    rows = []
    for name in ("emulator", "functions"):
        first, last, more = growth([getattr(sample, name) for sample in run.samples])
        rows.append((name, f"{first / 1e6:.0f}", f"{last / 1e6:.0f}", f"{more:+.1f} %"))
    return _table(("memory of", "first quarter, MB", "last quarter, MB", "growth"), rows)


def section(run: Run) -> str:
    """In Markdown, between its marks."""
    return f"""{BEGIN}
## Load
Written by `make load`: {run.applicants} applicants at once for {run.seconds / 60:.1f} minutes on one shared machine,
each applying again and again, while {run.percent:g} % of all calls to AWS fail and as many answers are lost on the
applicants' own line. It says what the emulator bears here, not what AWS does; what matters is what is missing.

{_results(run)}

{_steps(run)}

{_memory(run)}

The emulator keeps all that it is given (files, mails, logs, messages) in its own process: its growth is its own. The
functions are its children, one process for each function and instance; what they share is counted in each.
A mail whose answer was lost is not sent again once SES's own events have named it.

![Applications a minute, and memory](load.svg)
{END}
"""


def section_of(page: str) -> str:
    """The section that a page has; empty where it has none."""
    begin, end = page.find(BEGIN), page.find(END)
    return page[begin : end + len(END)] + "\n" if begin >= 0 else ""


def with_section(page: str, new: str) -> str:
    """The page with this section, in the place of the one it had."""
    old = section_of(page)
    return page.replace(old.rstrip("\n"), new.rstrip("\n")) if old else f"{page.rstrip()}\n\n{new}"


_STYLE = """svg{font:14px system-ui,-apple-system,"Segoe UI",sans-serif;background:#fbfaf7}
.t{font-weight:600;fill:#1d1b16} .s{font-size:11.5px;fill:#5d584c} .e{text-anchor:end} .m{text-anchor:middle}
.g{stroke:#8a8373;stroke-opacity:.35} .a{fill:#5b7150;fill-opacity:.6} .l{fill:none;stroke-width:2}
.emulator{stroke:#9c2f2b} .functions{stroke:#a78f52} .b{stroke-width:2}
@media (prefers-color-scheme:dark){svg{background:#171612} .t{fill:#f3efe6} .s{fill:#b7b0a0} .a{fill:#8fab80}
.emulator{stroke:#d9776f} .functions{stroke:#c9ad69}}"""
_LEFT, _RIGHT, _HEIGHT = 70, 880, 150


def _top_of(values: Sequence[float]) -> float:
    """A round number above all of these."""
    highest = max(values, default=1) or 1
    step = 10 ** (len(str(int(highest))) - 1)
    return step * (int(highest / step) + 1)


def _frame(y: int, top: float, title: str) -> list[str]:
    lines = [f'<text class="t" x="{_LEFT}" y="{y - 14}">{title}</text>']
    for part in (0, 0.5, 1):
        at = y + _HEIGHT * (1 - part)
        lines.append(f'<path class="g" d="M{_LEFT} {at:.0f}H{_RIGHT}"/>')
        lines.append(f'<text class="s e" x="{_LEFT - 8}" y="{at + 4:.0f}">{top * part:g}</text>')
    return lines


def chart(run: Run) -> str:
    """An SVG of what was accepted each minute, above the memory of emulator and functions over the same time."""
    width = _RIGHT - _LEFT
    rates = per_minute(run.accepted, run.seconds)
    edges = [min(60.0 * minute, run.seconds) for minute in range(len(rates) + 1)]
    xs = [_LEFT + width * edge / run.seconds for edge in edges]
    top = _top_of(rates)
    lines = _frame(60, top, "Applications accepted a minute")
    for (begin, end), rate in zip(pairwise(xs), rates, strict=True):
        high = _HEIGHT * rate / top
        lines.append(
            f'<rect class="a" x="{begin + 2:.1f}" y="{60 + _HEIGHT - high:.1f}" width="{end - begin - 4:.1f}" '
            f'height="{high:.1f}"/>'
        )
    during = [sample for sample in run.samples if sample.seconds <= run.seconds]
    most = _top_of([max(sample.emulator, sample.functions) / 1e6 for sample in during])
    lines += _frame(280, most, "Memory, MB")
    for number, name in enumerate(("emulator", "functions")):
        points = " ".join(
            f"{_LEFT + width * sample.seconds / run.seconds:.1f},"
            f"{280 + _HEIGHT * (1 - getattr(sample, name) / 1e6 / most):.1f}"
            for sample in during
        )
        at = 640 + 120 * number
        lines.append(f'<polyline class="l {name}" points="{points}"/>')
        lines.append(f'<path class="b {name}" d="M{at} 262h24"/><text class="s" x="{at + 30}" y="266">{name}</text>')
    lines += [
        f'<text class="s m" x="{x:.0f}" y="452">{edge / 60:.3g} min</text>' for x, edge in zip(xs, edges, strict=True)
    ]
    drawn = "\n".join(lines)
    title = "Applications accepted a minute, and the memory of emulator and functions, while make load runs"
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 920 470" role="img" aria-labelledby="title">
<title id="title">{title}</title>
<style>
{_STYLE}
</style>
{drawn}
</svg>
"""
