"""What a run of the guards is told as: a line for each area, and the page of all of them. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping

from guards.table import AREAS, Guard

type Missed = dict[str, str | None]
"""The test that failed without a guard, by the guard's name; None where none did."""


def result(guard: Guard, test: str | None) -> str:
    return f"{guard.name}: {test or 'NO TEST MISSES IT'}"


def summary(missed: Mapping[str, str | None]) -> str:
    """How many guards of each area were taken out, how many a test missed and in how many files; then the others."""
    lines = [f"{'area':<24}{'guards':>7}{'missed':>8}  most often by"]
    for area, guards in AREAS.items():
        tried = [guard for guard in guards if guard.name in missed]
        if tried:
            lines.append(_line(area, [missed[guard.name] for guard in tried]))
    lines.append(_line("all", missed.values()))
    lines += [f"NO TEST MISSES IT: {name}" for name, test in missed.items() if test is None]
    return "\n".join(lines)


def _line(area: str, tests: Iterable[str | None]) -> str:
    tests = list(tests)
    files = Counter(test.partition("::")[0].removeprefix("tests/") for test in tests if test)
    often = ", ".join(f"{name} {times}" for name, times in files.most_common(2))
    return f"{area:<24}{len(tests):>7}{files.total():>8}  {often}"


def page(missed: Mapping[str, str | None]) -> str:
    """docs/guards.md."""
    sections = []
    for area, guards in AREAS.items():
        rows = [f"| {guard.name} | {guard.path} | {_test(missed[guard.name])} |" for guard in guards]
        sections.append(
            "\n".join([f"## {area}", "| guard | functions/intake/ | missed by |", "| --- | --- | --- |", *rows])
        )
    return f"""# Guards
Written by `make guards`: each of these {len(missed)} guards is a line that keeps a promise, and was taken out of a copy
of the code alone. The test beside it failed then.

{"\n\n".join(sections)}
"""


def _test(name: str | None) -> str:
    """A test without its parameters, whose text may be anything."""
    path, _, test = (name or "").partition("::")
    return f"{path.removeprefix('tests/')} `{test.partition('[')[0]}`"
