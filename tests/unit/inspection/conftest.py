"""One file in, one Inspection out, in this process."""

from collections.abc import Callable
from pathlib import Path

import pytest

from intake.domain.verdict import Inspection
from intake.inspection.inspector import Request, inspect

ALL = ("pdf", "docx", "odt", "rtf", "txt", "md")


@pytest.fixture
def judge(tmp_path: Path) -> Callable[..., Inspection]:
    def judge(body: bytes, filename: str | None, **changes: object) -> Inspection:
        path = tmp_path / "document"
        path.write_bytes(body)
        fields: dict[str, object] = {"types": ALL, "max_bytes": 10_000_000} | changes
        return inspect(Request(str(path), filename, **fields))  # type: ignore[arg-type]

    return judge


@pytest.fixture
def outcome(judge: Callable[..., Inspection]) -> Callable[..., tuple[str, str | None]]:
    """Verdict and reason alone."""

    def outcome(body: bytes, filename: str | None, **changes: object) -> tuple[str, str | None]:
        found = judge(body, filename, **changes)
        return found.verdict.value, found.reason and found.reason.value

    return outcome
