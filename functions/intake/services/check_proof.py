"""Takes a proof of work for one application."""

from datetime import datetime

from intake.adapters.proofs import Proofs
from intake.domain.proof import solved
from intake.domain.token import TokenKeys


def is_proven(text: str, application_id: str, *, keys: TokenKeys, proofs: Proofs, now: datetime) -> bool:
    """Whether this is a proof, and this application's: the same one again stays good for it, so a request may be
    repeated."""
    proof = solved(keys, text, now)
    return proof is not None and proofs.use(proof, application_id)
