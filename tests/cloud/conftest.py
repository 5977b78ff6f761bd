from collections.abc import Iterator

import pytest

from intake_ops.local.cloud import LocalCloud


@pytest.fixture(scope="session")
def running_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with LocalCloud(log_folder=tmp_path_factory.mktemp("cloud")) as cloud:
        yield cloud


@pytest.fixture
def cloud(running_cloud: LocalCloud) -> Iterator[LocalCloud]:
    """template.yaml, deployed on this machine once for all tests; its faults end with each."""
    yield running_cloud
    running_cloud.mailbox.mend()
    running_cloud.malware.next_results.clear()
    running_cloud.malware.silent = False
