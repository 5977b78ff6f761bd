"""What people quote: K7QM-2XDP. And the application id, which nobody can guess."""

import hashlib
import re

from intake.errors import InvalidRequestError

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0/O, 1/I/L, U: read aloud and typed by hand."""

_KEY_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def checked_key(key: str | None) -> str:
    """The Idempotency-Key. Raises InvalidRequestError where it is missing or cannot hold 128 random bits."""
    if key is None or not 22 <= len(key) <= 64 or not set(key) <= _KEY_CHARACTERS or len(set(key)) < 10:
        raise InvalidRequestError(
            "Send an Idempotency-Key of 22 to 64 URL-safe characters with 128 random bits or more.",
            [{"field": "idempotency-key", "code": "key_too_weak"}],
        )
    return key


def application_id_for(idempotency_key: str) -> str:
    """The id of the application that a creation with this key makes: 160 bits of SHA-256, lower-case hex.

    The key carries 128 random bits or more (`checked_key`), so the id is as hard to guess as the key,
    and repeating a creation finds the application it made without a second row.
    """
    return hashlib.sha256(b"contributor-intake application|" + idempotency_key.encode()).hexdigest()[:40]


def is_application_id(text: str) -> bool:
    """Whether this can be an application's id. What cannot is not looked up: it may be longer than the 2048 bytes of a
    partition key (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html)."""
    return re.fullmatch("[0-9a-f]{40}", text) is not None


def reference_for(application_id: str) -> str:
    """The reference, always the same for one application; it opens nothing."""
    number = int.from_bytes(hashlib.sha256(b"contributor-intake reference|" + application_id.encode()).digest())
    letters = []
    for _ in range(8):
        number, digit = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[digit])
    return "".join(letters[:4]) + "-" + "".join(letters[4:])
