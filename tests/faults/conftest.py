from collections.abc import Iterator

import pytest

from intake.handlers import inspect


@pytest.fixture(scope="session", autouse=True)
def zygote() -> Iterator[None]:
    """The inspect worker's zygote lives as long as the worker: here, until the tests end."""
    yield
    inspect.sandbox().close()
    inspect.sandbox.cache_clear()
