from pathlib import Path

import pytest

from intake.adapters.calls import load_calls
from intake.domain.call import Call


@pytest.fixture(scope="session")
def call() -> Call:
    return load_calls(Path(__file__).parents[3] / "templates" / "calls")["contributors"]
