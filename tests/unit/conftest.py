"""Unit tests are pure: a socket that is opened fails the test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_socket import disable_socket, enable_socket

from intake.adapters.calls import load_calls
from intake.domain.call import Call


@pytest.fixture(scope="session")
def call() -> Call:
    return load_calls(Path(__file__).parents[2] / "templates" / "calls")["contributors"]


@pytest.fixture(autouse=True)
def no_sockets() -> Iterator[None]:
    disable_socket(allow_unix_socket=True)
    yield
    enable_socket()
