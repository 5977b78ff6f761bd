from collections.abc import Iterator

import pytest

from desk import Browser
from house import House
from intake.handlers import inspect
from intake.services import sign_in


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    with House.built(monkeypatch) as house:
        yield house


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
