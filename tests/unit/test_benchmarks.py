"""What `make bench` makes of its numbers; the numbers themselves are never asserted."""

import xml.etree.ElementTree as ET

import pytest

from bench.chart import TARGETS_HEAD, Target, chart, table
from bench.inspection import HEAD, Cost, row

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("value", "levels", "reached"),
    [
        (2.9, (3, 6, 10), "missed"),
        (3, (3, 6, 10), "must"),
        (9.9, (3, 6, 10), "aim"),
        (10, (3, 6, 10), "moonshot"),
        (61, (60, 30, 25), "missed"),
        (60, (60, 30, 25), "must"),
        (30, (60, 30, 25), "aim"),
        (1, (60, 30, 25), "moonshot"),
        (806, (805,), "missed"),
        (805, (805,), "must"),
    ],
)
def test_a_target_says_the_highest_level_that_it_reached(value: float, levels: tuple[float, ...], reached: str) -> None:
    assert Target("CPU", value, levels).reached() == reached


def test_a_target_with_one_level_has_the_columns_of_the_others() -> None:
    assert Target("memory", 774.4, (805.306,)).row() == ("memory", "774", "805", "–", "–", "must")
    assert len(Target("CPU", 3.14159, (3, 6, 10)).row()) == len(TARGETS_HEAD)


def test_a_table_is_markdown() -> None:
    assert table(("file", "ms"), [("a", "1"), ("b", "2")]) == "| file | ms |\n| --- | --- |\n| a | 1 |\n| b | 2 |"


def test_a_row_weighs_files_by_what_they_cost() -> None:
    small = Cost("pdf", 1_000_000, {"ours": 0.1, "parser": 0.1, "popular": 0.1}, {"ours": 20_000_000, "popular": 1})
    large = Cost("pdf", 5_000_000, {"ours": 0.2, "parser": 0.05, "popular": 0.8}, {"ours": 1, "popular": 90_000_000})
    found = dict(zip(HEAD, row("both", [small, large]), strict=True))
    assert found == {
        "files": "both",
        "CPU ms a file": "150.0",
        "MB per CPU-second": "20.0",
        "peak MB": "20",
        "its peak MB": "90",
        "ours / parser": "2.0",
        "popular / ours": "3.0",
    }


def test_a_bar_is_as_long_as_its_value_on_the_scale_of_the_levels() -> None:
    drawn = ET.fromstring(chart("CPU", {"PDF": 5.0, "DOCX": 2.5}, (3, 6, 10)))
    bars = [float(bar.attrib["width"]) for bar in drawn.iter(f"{SVG}rect")]
    lines = [float(line.attrib["x1"]) for line in drawn.iter(f"{SVG}line")]
    assert bars == [240, 120]
    assert lines == [80 + 144, 80 + 288, 80 + 480]


def test_the_longest_bar_fits_where_it_passes_every_level() -> None:
    drawn = ET.fromstring(chart("CPU", {"PDF": 40.0}, (3, 6, 10)))
    (bar,) = drawn.iter(f"{SVG}rect")
    assert float(bar.attrib["x"]) + float(bar.attrib["width"]) < float(drawn.attrib["viewBox"].split()[2])


def test_the_chart_says_its_numbers_in_words_and_has_dark_colours() -> None:
    svg = chart("CPU", {"PDF": 5.0, "DOCX": 2.5}, (3, 6, 10))
    assert ET.fromstring(svg).findtext(f"{SVG}desc") == "PDF 5.0, DOCX 2.5"
    assert "prefers-color-scheme:dark" in svg
