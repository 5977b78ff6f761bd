"""What an erasure leaves outside the table, so that a table restored to an earlier moment brings nobody back."""

import hashlib

ERASED = "erased/"


def erasure_mark(application_id: str) -> str:
    """The key of the empty object that stands for an erased application. It names nobody: a hash of 160 random bits."""
    return ERASED + hashlib.sha256(application_id.encode()).hexdigest()
