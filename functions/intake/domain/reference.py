"""What people quote: K7QM-2XDP. And the application id, which nobody can guess."""

import hashlib
import re

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0/O, 1/I/L, U: read aloud and typed by hand."""


def application_id_for(idempotency_key: str) -> str:
    """The id of the application that a creation with this key makes: 160 bits of SHA-256, lower-case hex.

    The key carries 128 random bits or more (the API refuses shorter ones), so the id is as hard to guess as the key,
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
