"""No answer tells whether an address is known, and no link is used up by what only looks at it."""

from typing import Any

import pytest

from desk import Browser
from house import Answer, House
from people import CARD, ApiClient

FILES = dict.fromkeys(("cv", "cover_letter", "writing_sample"), ("a.txt", b"Once upon a time in Kutaisi. " * 40))
KNOWN, UNKNOWN = "nino@writers.example", "nino@nobodys.example"


def shape(answer: Answer) -> tuple[Any, ...]:
    """All that differs for none but random values of the same length."""
    return answer.status, {n: v for n, v in answer.headers.items() if n != "date"}, len(answer.body)


@pytest.mark.parametrize("is_sent", [True, False])
def test_an_address_that_applied_before_is_answered_like_a_new_one(house: House, is_sent: bool) -> None:
    before = ApiClient(house)
    before.open(FILES, applicant=CARD | {"email": KNOWN})
    if is_sent:
        before.send_files(FILES)
        before.submit()
        house.settle()
    shapes = []
    for address in (KNOWN, UNKNOWN):
        client = ApiClient(house)
        answers = [client.open(FILES, applicant=CARD | {"email": address})]
        client.send_files(FILES)
        answers += [client.submit(), client.ask("PATCH", body={"applicant": {"fee": "100"}}), client.ask("GET")]
        shapes.append([shape(answer) for answer in answers])
    assert shapes[0] == shapes[1]


def test_a_scanner_that_gets_heads_and_posts_every_link_uses_up_nothing(house: House) -> None:
    nino = ApiClient(house)
    nino.apply(FILES)
    house.settle()
    before, mails = house.rows(), len(house.mails)
    scanner = Browser(house)
    page = f"/en/a/{nino.token}"
    for _ in range(2):
        assert [house.request(method, page).status for method in ("GET", "HEAD", "POST")] == [200, 200, 404]
        desk = f"/desk/a/{nino.application_id}"
        assert [scanner.get(desk).status, scanner.head(desk).status] == [200, 200]
        assert [scanner.post(path, {}, {}).status for path in (desk, f"{desk}/cv")] == [404, 403]
    assert house.rows() == before
    assert len(house.mails) == mails
    assert nino.ask("GET").status == 200
    assert Browser(house).sign_in(path=f"/desk/a/{nino.application_id}").status == 200


@pytest.mark.parametrize("wrong", ["x", "0" * 39, "0" * 3000, "A" * 40, "ნინო"])
def test_what_is_no_id_answers_like_an_unknown_one_and_is_not_looked_up(house: House, wrong: str) -> None:
    """A partition key has 2048 bytes at most: DynamoDB would refuse a longer one, which would be an error of ours."""
    read: list[str] = []
    house.session.events.register(
        "before-parameter-build.dynamodb", lambda params, **_: read.append(params["Key"]["pk"]["S"])
    )

    def answers(of: str, token: str) -> list[tuple[int, str]]:
        asked = [
            house.request(method, path, body, authorization=f"Bearer {token}")
            for method, path, body in (
                ("GET", f"/api/applications/{of}", None),
                ("DELETE", f"/api/applications/{of}", None),
                ("POST", f"/api/applications/{of}/documents/cv/upload", {"filename": "a", "size": 1}),
                ("GET", f"/en/a/{token}", None),
                ("POST", f"/en/a/{token}/withdraw", ""),
            )
        ]
        return [(answer.status, answer.body) for answer in asked]

    unknown = answers("0" * 40, f"{'0' * 40}.k1.{'x' * 32}")
    assert {status for status, _ in unknown} == {404}
    read.clear()
    for token in (wrong, f"{wrong}.k1.{'x' * 32}", f"{wrong}.k1.{'x' * 3000}"):
        assert answers(wrong, token) == unknown
    assert read == []
