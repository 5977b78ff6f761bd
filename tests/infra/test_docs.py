"""What the docs name, there is."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from intake.errors import IntakeError
from intake_ops import uploads
from intake_ops.cli import parser

ROOT = Path(__file__).parents[2]

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


@_PAGE
def test_every_link_leads_somewhere(page: Path) -> None:
    links = _LINK.findall(page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_threat_model_names_tests_that_exist() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs/threat-model.md").read_text(encoding="utf-8")))

    assert named
    assert named - {file.stem for file in (ROOT / "tests").rglob("test_*.py")} == set()


@_PAGE
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", page.read_text(encoding="utf-8"), re.MULTILINE))

    assert named - targets == set()


def test_operations_says_of_each_alarm_what_to_do(template: Any) -> None:
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\S.*?Alarm.*?) \|", page, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"…?\w+Alarm", row)}
    kinds = tuple(name.removeprefix("…") for name in named if name.startswith("…"))
    exact = {name for name in named if not name.startswith("…")}
    alarms = set(template.of_type("AWS::CloudWatch::Alarm"))

    assert {alarm for alarm in alarms - exact if not alarm.endswith(kinds)} == set()
    assert exact - alarms == set()


def test_the_command_looks_for_the_stack_that_is_deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INTAKE_STACK", raising=False)
    deployed = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))["default"]["global"]["parameters"]

    assert parser().parse_args(["reconcile"]).stack == deployed["stack_name"]


def test_the_page_about_uploads_is_the_code_s() -> None:
    assert uploads.PATH.read_text(encoding="utf-8") == uploads.page()


def test_every_error_code_of_the_api_is_described() -> None:
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8").partition("## Errors")[2]

    assert {error.code for error in [IntakeError, *IntakeError.__subclasses__()]} == set(
        re.findall(r"`(\w+)`", page)
    ) - {"code", "kinds"}


def test_every_promise_that_is_cited_is_written_down() -> None:
    promises = (ROOT / "docs/promises.md").read_text(encoding="utf-8")
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "functions" / "intake").rglob("*.py"))
    cited = set(re.findall(r"(?:promise|invariant) ([PI]\d)", code))

    assert cited
    assert {number for number in cited if not re.search(rf"\b{number} [A-Z]", promises)} == set()
