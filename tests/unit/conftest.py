"""Unit tests are pure: a socket that is opened fails the test."""

import pytest
from pytest_socket import disable_socket, enable_socket


@pytest.fixture(autouse=True)
def no_sockets(request: pytest.FixtureRequest) -> None:
    disable_socket(allow_unix_socket=True)
    request.addfinalizer(enable_socket)
