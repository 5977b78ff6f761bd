import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent.parent

# Machines are shared: a slow example says nothing about our code.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")

os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "tests")
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "contributor-intake")


@pytest.fixture(scope="session", autouse=True)
def catalogues() -> None:
    """The translations, compiled from the catalogues as they are now."""
    from intake_ops.catalogues import compile_catalogues

    compile_catalogues(ROOT / "templates")
