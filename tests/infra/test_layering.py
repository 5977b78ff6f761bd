"""Imports go one way, from errors and the domain up to the handlers; LEVELS is that order."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "functions" / "intake"
LEVELS = {
    "errors": 0, "observability": 0,
    "domain": 1,
    "inspection": 2, "adapters": 2, "rendering": 2,
    "services": 3, "runtime": 3,
    "web": 4,
    "handlers": 5,
}  # fmt: skip
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(tree: ast.AST, is_typing_only: bool = False) -> Iterator[tuple[str, bool]]:
    """Every module that is imported, and whether only for type checkers."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, is_typing_only) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            names = [f"intake.{alias.name}" for alias in node.names] if node.module == "intake" else [str(node.module)]
            yield from ((name, is_typing_only) for name in names)
        else:
            guards = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
            yield from imports(node, is_typing_only or guards)


def wrong_imports(room: str, source: str) -> list[str]:
    wrong = []
    for name, is_typing_only in imports(ast.parse(source)):
        top, _, rest = name.partition(".")
        other = rest.partition(".")[0]
        if top != "intake" or other in ("", room):
            continue
        # A neighbour's types may be named, its code may not be used.
        highest = LEVELS[room] if is_typing_only else LEVELS[room] - 1
        if LEVELS[other] > highest:
            wrong.append(name)
    return wrong


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_module_imports_only_what_lies_below_it(path):
    assert wrong_imports(room_of(path), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_adapters_and_runtime_talk_to_aws(path):
    if room_of(path) in ("adapters", "runtime"):
        return
    used = {name.partition(".")[0] for name, _ in imports(ast.parse(path.read_text(encoding="utf-8")))}
    assert used.isdisjoint({"boto3", "botocore"})


def test_no_room_without_a_level():
    assert {room_of(path) for path in MODULES} == set(LEVELS)


@pytest.mark.parametrize(
    ("room", "source", "wrong"),
    [
        ("domain", "from intake.services.keep import keep", ["intake.services.keep"]),
        ("domain", "def f():\n    import intake.adapters.mail", ["intake.adapters.mail"]),
        ("adapters", "from intake.rendering.messages import M", ["intake.rendering.messages"]),
        ("adapters", "if TYPE_CHECKING:\n    from intake.rendering.messages import M", []),
        ("adapters", "if TYPE_CHECKING:\n    from intake.services.keep import K", ["intake.services.keep"]),
        ("services", "from intake import runtime", ["intake.runtime"]),
        ("handlers", "from intake import runtime\nfrom intake.web import api", []),
    ],
)
def test_the_rule_itself(room, source, wrong):
    assert wrong_imports(room, source) == wrong
