"""The draft's token: an HMAC over purpose, application id and a counter on the item. Nothing is stored.

Raising the counter revokes every token of an application; two keys are valid while the secret is being rotated.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum

_MAC_BYTES = 24
"""192 bits of HMAC-SHA256, more than the 128 that ASVS 5.0 11.5.1 asks for; truncation as in RFC 2104, section 5."""


class Purpose(StrEnum):
    """What a token opens; a token of one purpose is worth nothing for another."""

    APPLICANT = "applicant"


@dataclass(frozen=True)
class TokenKeys:
    """Signing keys by key id; `current` signs, every key of `keys` verifies."""

    current: str
    keys: dict[str, bytes]


def _mac(key: bytes, purpose: Purpose, application_id: str, counter: int) -> str:
    message = f"{purpose}|{application_id}|{counter}".encode()
    digest = hmac.new(key, message, hashlib.sha256).digest()[:_MAC_BYTES]
    return base64.urlsafe_b64encode(digest).decode()


def sign(keys: TokenKeys, purpose: Purpose, application_id: str, counter: int) -> str:
    """The token `{application_id}.{keyid}.{mac}`, of URL-safe characters only."""
    return f"{application_id}.{keys.current}.{_mac(keys.keys[keys.current], purpose, application_id, counter)}"


def application_id_of(token: str) -> str:
    """The id that a token claims; trust it only after `verify`."""
    return token.partition(".")[0]


def verify(keys: TokenKeys, token: str, purpose: Purpose, application_id: str, counter: int) -> bool:
    """Whether the token opens this application now. Compares in constant time."""
    match token.split("."):
        case [claimed_id, key_id, mac] if key_id in keys.keys:
            expected = _mac(keys.keys[key_id], purpose, application_id, counter)
            return claimed_id == application_id and hmac.compare_digest(expected.encode(), mac.encode())
    return False
