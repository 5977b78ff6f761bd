"""Secrets are compared in constant time, wherever they are compared."""

import ast
from pathlib import Path

import pytest

DOMAIN = Path(__file__).parents[2] / "functions/intake/domain"
NOT_SECRET = {
    "known != key_id", "len(parts) == 3", "claimed_id == application_id", "key_id in keys.keys",
    "character not in ' \\xa0-\\t\\r\\n'",
}  # fmt: skip
"""Ids of keys and of applications stand in the token itself."""


@pytest.mark.parametrize("module", ["token", "session"])
def test_no_secret_is_compared_by_its_first_difference(module: str) -> None:
    tree = ast.parse((DOMAIN / f"{module}.py").read_text(encoding="utf-8"))
    compared = {
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Compare)
        and any(isinstance(operator, ast.Eq | ast.NotEq | ast.In | ast.NotIn) for operator in node.ops)
    }
    assert compared <= NOT_SECRET
    assert "hmac.compare_digest(" in ast.unparse(tree)
