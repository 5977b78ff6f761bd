"""Requests of two people at the same moment: what a link opened when its request began, it may no longer change."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest

from house import House
from intake import runtime
from intake.domain.token import Purpose, sign
from people import CARD, ApiClient

MISTYPED, MENDED = "nimo@writers.example", "nino@writers.example"
FORM = "application/x-www-form-urlencoded"
SOMEBODY = "somebody@elsewhere.example"
CARD_TYPED = {"name": "Nino", "email": SOMEBODY, "regions": "georgia", "topics": "politics", "languages": "ka"}


@pytest.fixture
def nino(house: House) -> ApiClient:
    """Not sent yet, with a slip of the finger in the address."""
    nino = ApiClient(house)
    nino.open({}, applicant=CARD | {"email": MISTYPED})
    return nino


@pytest.fixture
def stranger(house: House, nino: ApiClient) -> ApiClient:
    """Who has the link that a receipt took there."""
    house.monkeypatch.setenv("TOKEN_SECRET_ARN", house.physical["TokenSecret"])
    keys = runtime.secrets(house.physical["TokenSecret"]).token_keys()
    return replace(nino, token=sign(keys, Purpose.RECEIPT, nino.application_id, 0, MISTYPED))


def rows(house: House, nino: ApiClient) -> list[dict[str, Any]]:
    return [row for row in house.rows() if row["pk"]["S"].endswith(nino.application_id)]


@pytest.fixture(params=["GetItem", "PutItem"])
def mending(request: pytest.FixtureRequest, house: House, nino: ApiClient) -> Iterator[list[dict[str, Any]]]:
    """The applicant mends the address after another's request was let in: just before it reads the application to
    change it, or before it writes. Holds the rows as they are then."""
    calls: list[str] = []
    after: list[dict[str, Any]] = []

    def mend(model: Any, **_: Any) -> None:
        calls.append(model.name)
        is_now = calls.count("GetItem") == 2 if request.param == "GetItem" else model.name == "PutItem"
        if house.acting == "ApplyFunction" and is_now and not after:
            after.append({})
            assert nino.ask("PATCH", body={"applicant": {"email": MENDED}}).status == 200
            house.acting, after[:] = "ApplyFunction", rows(house, nino)

    house.session.events.register_first("before-call.dynamodb", mend)
    runtime.forget()  # the client is built with it
    yield after
    house.session.events.unregister("before-call.dynamodb", mend)


ASKING: dict[str, Callable[[House, ApiClient], Any]] = {
    "mend": lambda _, client: client.ask("PATCH", body={"applicant": {"email": SOMEBODY}}),
    "withdraw": lambda _, client: client.ask("DELETE"),
    "upload": lambda _, client: client.ask("POST", "/documents/cv/upload", {"filename": "cv.pdf", "size": 9}),
    "mend on the page": lambda house, client: post(house, client, "about", CARD_TYPED),
    "withdraw on the page": lambda house, client: post(house, client, "withdraw", {}),
    "type on the page": lambda house, client: post(house, client, "cv/text", {"text": "Somebody else's life."}),
    "choose on the page": lambda house, client: post(house, client, "cv/file", {}),
    "remove on the page": lambda house, client: post(house, client, "cv/remove", {}),
}


def post(house: House, client: ApiClient, page: str, fields: dict[str, str]) -> Any:
    return house.request("POST", f"/en/a/{client.token}/{page}", urlencode(fields), content_type=FORM)


@pytest.mark.parametrize("asked", ASKING)
def test_whose_link_ends_while_they_ask_changes_nothing(
    house: House, stranger: ApiClient, mending: list[dict[str, Any]], asked: str
) -> None:
    assert ASKING[asked](house, stranger).status == 404
    assert mending
    assert rows(house, stranger) == mending
    assert house.keys("IncomingBucket", "") == []


@pytest.mark.parametrize("asked", ["mend", "withdraw"])
def test_a_change_whose_answer_is_lost_was_made_although_it_ends_the_link(
    house: House, stranger: ApiClient, asked: str
) -> None:
    written = []

    def write_before(params: dict[str, Any], **_: Any) -> None:
        """The first try arrived, and the SDK tries again."""
        if not written:
            written.append(json.loads(params["body"]))
            house.dynamodb.put_item(**written[0])

    house.session.events.register("before-call.dynamodb.PutItem", write_before)
    runtime.forget()
    assert ASKING[asked](house, stranger).status in {200, 202}
    assert written
    assert stranger.ask("GET").status == 404
