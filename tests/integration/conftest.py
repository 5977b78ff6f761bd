import io
import logging
from collections.abc import Iterator

import pytest

from desk import Browser
from house import SOURCE_ADDRESS, House
from intake import observability
from intake.handlers import inspect
from intake.observability import Metric, logger
from intake.services import sign_in


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    """Whatever a test is about: nothing that is logged names the device that a request came from (promise P5)."""
    logged = io.StringIO()
    handler = logging.StreamHandler(logged)
    handler.setFormatter(logger.registered_formatter)
    logger.addHandler(handler)
    gauge, counted = observability.gauge, list[str | None]()

    def noting(metric: Metric, value: int, reason: str | None = None) -> None:
        counted.append(reason)
        gauge(metric, value, reason)

    monkeypatch.setattr(observability, "gauge", noting)  # a metric is a line of the log, too
    with House.built(monkeypatch) as house:
        yield house
    logger.removeHandler(handler)
    assert SOURCE_ADDRESS not in logged.getvalue()
    assert SOURCE_ADDRESS not in str(counted)


@pytest.fixture(scope="session", autouse=True)
def zygote() -> Iterator[None]:
    """The inspect worker's zygote lives as long as the worker: here, until the tests end."""
    yield
    inspect.sandbox().close()
    inspect.sandbox.cache_clear()


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sign-in answers at once; what makes it wait has tests of its own."""
    monkeypatch.setattr(sign_in, "ANSWER_AFTER_SECONDS", 0.0)


@pytest.fixture
def browser(house: House) -> Browser:
    """An editor's browser, signed in as the first editor."""
    browser = Browser(house)
    browser.sign_in()
    return browser
