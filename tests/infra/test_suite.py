"""The suite itself: what must share a worker does."""

import os

import pytest


@pytest.mark.xdist_group("cloud")
def test_groups_reach_their_worker(request: pytest.FixtureRequest) -> None:
    """Else every worker would start a local cloud, and they would take each other's processor."""
    is_distributed = "PYTEST_XDIST_WORKER" in os.environ
    assert request.node.nodeid.endswith("@cloud") == is_distributed
