"""What a load run is told as: its numbers are those of the run, and the page around it stays."""

from dataclasses import replace
from xml.etree import ElementTree

import pytest

from load.report import (
    REQUEST,
    STEP,
    Run,
    Sample,
    chart,
    growth,
    name_of,
    per_minute,
    section,
    section_of,
    with_section,
)

SVG = "{http://www.w3.org/2000/svg}"
RUN = Run(
    seconds=150,
    applicants=3,
    percent=2,
    accepted=(5, 61, 62, 149),
    missing=0,
    twice=1,
    without_a_cause=0,
    failed=0,
    unknown=0,
    calls=1200,
    calls_failed=25,
    sends_unheard=3,
    quiet_seconds=20,
    stats=(
        {"kind": STEP, "name": "draft", "times": 4, "failures": 0, "median": 210, "p95": 900},
        {"kind": REQUEST, "name": "draft", "times": 6, "failures": 2, "median": 200, "p95": 300},
        {"kind": REQUEST, "name": "upload", "times": 9, "failures": 1, "median": 20, "p95": 30},
    ),
    samples=tuple(Sample(5.0 * n, 100_000_000 + 10_000_000 * n, 50_000_000) for n in range(1, 31)),
)


def test_the_numbers_are_those_of_the_run() -> None:
    lines = section(RUN).splitlines()
    assert "| applications accepted | 4 |" in lines
    assert "| a minute | 1.6 |" in lines
    assert "| requests of applicants a second | 0.1 |" in lines
    assert "| of these without an answer, or refused | 3 of 15 |" in lines
    assert "| calls to AWS that failed | 25 of 1200 |" in lines
    assert "| mails that SES took while its answer was lost | 3 |" in lines
    assert "| draft | 4 | 210 | 900 |" in lines
    assert "| emulator | 140 | 370 | +164.3 % |" in lines
    assert "| functions | 50 | 50 | +0.0 % |" in lines


def test_a_run_is_sound_where_nothing_is_lost_and_nothing_is_twice_without_a_cause() -> None:
    assert RUN.is_sound
    for what in ("missing", "without_a_cause", "failed", "unknown"):
        assert not replace(RUN, **{what: 1}).is_sound, what


@pytest.mark.parametrize(("more", "is_sound"), [(1.14, True), (1.16, False), (2, False)])
def test_a_run_is_sound_where_the_functions_memory_is_flat(more: float, is_sound: bool) -> None:
    grown = tuple(replace(sample, functions=round(50_000_000 * (more if n > 15 else 1)))
                  for n, sample in enumerate(RUN.samples))  # fmt: skip
    assert replace(RUN, samples=grown).is_sound is is_sound


def test_a_run_in_which_nobody_applied_is_not_sound() -> None:
    assert not replace(RUN, accepted=()).is_sound


def test_growth_compares_medians_of_quarters() -> None:
    assert growth([1, 2, 900, 4, 5, 6, 7, 8, 9, 4, 4, 0]) == (2, 4, 100)
    assert growth([7]) == (7, 7, 0)


@pytest.mark.parametrize(
    ("seconds", "rates"),
    [(60, [1]), (89, [1]), (90, [1, 4]), (120, [1, 2]), (150, [1, 2, 2])],
)
def test_a_part_of_a_minute_counts_as_a_rate_from_its_half_on(seconds: float, rates: list[float]) -> None:
    accepted = [at for at in (5, 61, 62, 149) if at < seconds]
    assert per_minute(accepted, seconds) == rates


@pytest.mark.parametrize(
    ("method", "path", "name"),
    [
        ("GET", "/api/calls/contributors", "call"),
        ("POST", "/api/applications", "draft"),
        ("POST", "/api/applications/abc/submission", "submission"),
    ],
)
def test_a_step_is_named_without_ids(method: str, path: str, name: str) -> None:
    assert name_of(method, path) == name


def test_a_page_gets_its_section_once_and_keeps_the_rest() -> None:
    first = with_section("# Benchmarks\n\nothers\n", section(RUN))
    assert first == f"# Benchmarks\n\nothers\n\n{section(RUN)}"
    other = section(replace(RUN, percent=7))
    second = with_section(first + "\nmore\n", other)
    assert second == f"# Benchmarks\n\nothers\n\n{other}\nmore\n"
    assert section_of(second) == other
    assert section_of("# Benchmarks\n") == ""


def test_the_chart_has_a_bar_for_each_minute_and_a_line_for_each_memory() -> None:
    drawn = ElementTree.fromstring(chart(RUN))
    assert len(drawn.findall(f"{SVG}rect")) == 3
    lines = drawn.findall(f"{SVG}polyline")
    assert [line.get("class") for line in lines] == ["l emulator", "l functions"]
    for line in lines:
        points = [tuple(map(float, point.split(","))) for point in str(line.get("points")).split()]
        assert len(points) == 30
        assert all(70 <= x <= 880 and 280 <= y <= 430 for x, y in points)
