import pytest

from house import House


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> "House":
    with House.built(monkeypatch) as house:
        yield house
