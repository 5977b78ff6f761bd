import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from intake_ops.local.cloud import LocalCloud

ROOT = Path(__file__).parent.parent

# Machines are shared: a slow example says nothing about our code.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")

os.environ.setdefault("POWERTOOLS_SERVICE_NAME", "tests")
os.environ.setdefault("POWERTOOLS_METRICS_NAMESPACE", "contributor-intake")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Files that tests build hold the time of day, and every worker must find the same tests: no bytes in an id."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session", autouse=True)
def catalogues() -> None:
    """The translations, compiled from the catalogues as they are now."""
    from intake_ops.catalogues import compile_catalogues

    compile_catalogues(ROOT / "templates")


@pytest.fixture(scope="session")
def running_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with LocalCloud(log_folder=tmp_path_factory.mktemp("cloud")) as cloud:
        yield cloud


@pytest.fixture
def cloud(running_cloud: LocalCloud) -> Iterator[LocalCloud]:
    """template.yaml, deployed on this machine once for all tests; its faults end with each."""
    yield running_cloud
    running_cloud.mailbox.mend()
    running_cloud.malware.results.clear()
    running_cloud.malware.silent = False
    running_cloud.deliveries.silent = False
