"""Proof of work: a client spends a second of computing for each application, where the admin asks for it. No I/O.

ALTCHA's protocol (https://altcha.org/docs/v1/proof-of-work/), by its library. Nobody is asked to solve anything:
a browser computes while its user types. Nothing is stored when a challenge is given; who has solved one names it, and
each counts for one application only.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypedDict

from intake.domain.token import TokenKeys

LIFETIME = timedelta(hours=1)
MAX_NUMBER = 100_000
"""Half of it on average: a second or two of a phone's time, in the background."""


class Challenge(TypedDict):
    """Find the number, 0 to `maxnumber`, for which SHA-256 of `salt` followed by its digits is `challenge` (hex).

    The proof is the JSON of this, `number` added and `maxnumber` left out, in base64."""

    algorithm: str
    challenge: str
    maxnumber: int
    salt: str
    signature: str


@dataclass(frozen=True)
class Proof:
    """A solved challenge. `id` is 64 hex digits; it counts until `expires_at`."""

    id: str
    expires_at: datetime


def new_challenge(keys: TokenKeys, now: datetime) -> Challenge:
    # Imported where it is needed: proofs are off in most stacks, and imports are half of a cold start.
    from altcha.v1 import create_challenge

    made = create_challenge(
        algorithm="SHA-256", max_number=MAX_NUMBER, salt_length=12, hmac_key=_key(keys, keys.current), salt="",
        number=None, expires=now + LIFETIME, params=None,
    )  # fmt: skip
    return Challenge(
        algorithm=made.algorithm,
        challenge=made.challenge,
        maxnumber=made.max_number,
        salt=made.salt,
        signature=made.signature,
    )


def solved(keys: TokenKeys, text: str, now: datetime) -> Proof | None:
    """The proof that a client sent, or None for one that is wrong, forged or too old."""
    from altcha.v1 import Payload, verify_solution

    try:
        payload = Payload.from_base64(text)
        _, expires, _ = payload.parse_salt()
        is_right = any(
            verify_solution(payload, _key(keys, key_id), check_expires=False)[0] is True for key_id in keys.keys
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):  # whatever was sent is no payload
        return None
    if not is_right or expires is None or now.timestamp() >= expires:
        return None
    return Proof(payload.challenge, datetime.fromtimestamp(expires, UTC))


def _key(keys: TokenKeys, key_id: str) -> str:
    return hmac.new(keys.keys[key_id], b"proof of work", hashlib.sha256).hexdigest()
