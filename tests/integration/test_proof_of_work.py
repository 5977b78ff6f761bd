"""Proof of work, where the admin has switched it on: one solved challenge for each application, and no puzzle."""

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from altcha.v1 import solve_challenge

import forms
from forms import PlainBrowser
from house import House
from people import ApiClient

KEYS = ("nino-0123456789-abcdefgh", "levan-0123456789-abcdefgh")


@pytest.fixture
def flooded(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    with House.built(monkeypatch, ProofOfWork="on") as house:
        yield house


def challenge(house: House) -> dict[str, Any]:
    given: dict[str, Any] = house.request("GET", "/api/calls/contributors").json()["proof"]
    return given


def proof(given: dict[str, Any], **changed: object) -> str:
    """What a client sends for this challenge."""
    solution = solve_challenge(given["challenge"], given["salt"], given["algorithm"], given["maxnumber"])
    assert solution is not None
    said = {name: given[name] for name in ("algorithm", "challenge", "salt", "signature")}
    return base64.b64encode(json.dumps(said | {"number": solution.number} | changed).encode()).decode()


def opened(house: House, key: str, sent: str | None) -> tuple[int, str | None]:
    answer = ApiClient(house, key=key).open({}, **({"proof": sent} if sent else {}))
    return answer.status, answer.json().get("code")


def test_where_it_is_off_nothing_is_asked_for(house: House) -> None:
    assert challenge(house) is None
    assert opened(house, KEYS[0], None) == (201, None)


def test_a_solved_challenge_opens_one_application_however_often_it_is_sent(flooded: House) -> None:
    solved = proof(challenge(flooded))
    assert opened(flooded, KEYS[0], solved) == (201, None)
    assert opened(flooded, KEYS[0], solved) == (201, None)
    assert opened(flooded, KEYS[1], solved) == (400, "proof_needed")
    assert opened(flooded, KEYS[1], proof(challenge(flooded))) == (201, None)


@pytest.mark.parametrize(
    "sent",
    [None, "", "A", "e30=", "bnVsbA==", "W10=", base64.b64encode(b"[" * 1400).decode(), "é", "=" * 1999],
)
def test_what_is_no_proof_is_refused(flooded: House, sent: str | None) -> None:
    assert opened(flooded, KEYS[0], sent) == (400, "proof_needed")
    assert [row for row in flooded.rows() if row["pk"]["S"].startswith("application#")] == []


@pytest.mark.parametrize(
    "changed",
    [
        {"number": -1},
        {"number": "1"},
        {"number": None},
        {"number": 10**40},
        {"signature": "0" * 64},
        {"salt": "0011?expires=99999999999&"},
        {"challenge": "0" * 64},
        {"algorithm": "MD5"},
        {"algorithm": []},
    ],
)
def test_a_proof_with_one_part_changed_is_refused(flooded: House, changed: dict[str, object]) -> None:
    assert opened(flooded, KEYS[0], proof(challenge(flooded), **changed)) == (400, "proof_needed")


def test_a_challenge_runs_out_after_an_hour(flooded: House) -> None:
    early, late = proof(challenge(flooded)), proof(challenge(flooded))
    flooded.clock += timedelta(minutes=59, seconds=59)
    assert opened(flooded, KEYS[0], early) == (201, None)
    flooded.clock += timedelta(seconds=1)
    assert opened(flooded, KEYS[1], late) == (400, "proof_needed")


NINO = {
    "name": "Nino Beridze",
    "email": "nino@writers.example",
    "regions": ["georgia"],
    "topics": ["politics"],
    "languages": ["ka"],
    "has_read": "yes",
}


@pytest.mark.parametrize(("seconds", "with_proof", "status"), [(3, True, 303), (19, False, 422), (20, False, 303)])
def test_the_form_takes_work_or_time(
    flooded: House, monkeypatch: pytest.MonkeyPatch, seconds: int, with_proof: bool, status: int
) -> None:
    browser = PlainBrowser(flooded)
    browser.open("/en/apply/contributors/about")
    monkeypatch.setattr(forms, "FILLING_IN", timedelta(seconds=seconds))
    extra = {"proof": proof(challenge(flooded))} if with_proof else {}
    browser.send("/about", **NINO, **extra)
    opened_rows = [row for row in flooded.rows() if row["pk"]["S"].startswith("application#")]
    assert (len(opened_rows), browser.page.status) == ((1, 200) if status == 303 else (0, 422))
