"""The table of guards fits the code: `make guards` takes out what stands there, and code is left."""

import ast

import pytest

from guards.report import page, summary
from guards.run import PAGE, ROOT, without
from guards.table import GUARDS, Guard


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_a_guard_stands_where_the_table_says(guard: Guard) -> None:
    whole = (ROOT / "functions/intake" / guard.path).read_text()
    rest = without(guard, whole)
    assert ast.dump(ast.parse(rest)) != ast.dump(ast.parse(whole))
    assert [test for test in guard.tests if not (ROOT / test).exists()] == []


def test_every_guard_has_a_name_of_its_own() -> None:
    assert len({guard.name for guard in GUARDS}) == len(GUARDS)


def test_the_page_is_of_these_guards() -> None:
    """After a new guard, or another place for one, `make guards` writes it anew."""
    named = [tuple(cell.strip() for cell in line.split("|")[1:3]) for line in PAGE.read_text().splitlines()
             if line.startswith("|") and not line.startswith(("| guard", "| ---"))]  # fmt: skip
    assert named == [(guard.name, guard.path) for guard in GUARDS]


def test_the_report_counts_by_area_and_names_what_no_test_misses() -> None:
    first, second = GUARDS[:2]
    told = summary({first.name: "tests/integration/test_api.py::test_a[1-2]", second.name: None}).splitlines()
    assert [line.split()[-6:] for line in told[1:3]] == [
        ["is", "lost", "2", "1", "integration/test_api.py", "1"],
        ["all", "2", "1", "integration/test_api.py", "1"],
    ]
    assert told[3:] == [f"NO TEST MISSES IT: {second.name}"]


def test_the_page_names_tests_without_their_parameters() -> None:
    text = page({guard.name: "tests/unit/test_token.py::test_a[x|y]" for guard in GUARDS})
    assert text.count("unit/test_token.py `test_a` |") == len(GUARDS)
