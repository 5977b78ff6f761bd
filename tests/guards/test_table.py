"""The table of guards fits the code: `make guards` takes out what stands there, and code is left."""

import ast

import pytest

from guards.run import ROOT, without
from guards.table import GUARDS, Guard


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_a_guard_stands_where_the_table_says(guard: Guard) -> None:
    whole = (ROOT / "functions/intake" / guard.path).read_text()
    rest = without(guard, whole)
    assert ast.dump(ast.parse(rest)) != ast.dump(ast.parse(whole))
    assert [test for test in guard.tests if not (ROOT / test).exists()] == []


def test_every_guard_has_a_name_of_its_own() -> None:
    assert len({guard.name for guard in GUARDS}) == len(GUARDS)
