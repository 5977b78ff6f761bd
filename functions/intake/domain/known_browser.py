"""A browser from which an editor has signed in before: what others ask for in that name takes no code from it. No I/O.

Its mark is a cookie, signed for the address. It opens nothing and is stored nowhere; it only says under what the
browser's codes are counted. Each is named by the second of its sign-in.
"""

from datetime import datetime, timedelta

from intake.domain.session import hashed
from intake.domain.token import Purpose, TokenKeys, sign_moment, signed_moment

KNOWN_FOR = timedelta(days=400)
"""As long as browsers keep any cookie (draft-ietf-httpbis-rfc6265bis, 5.5). A key stays longer, so rotating forgets no
browser; only revoking does."""


def new_mark(keys: TokenKeys, address: str, now: datetime) -> str:
    """What a browser is given that has just signed in with this address."""
    return sign_moment(keys, Purpose.BROWSER, hashed(address), now)


def marked_at(keys: TokenKeys, mark: str, address: str, now: datetime) -> datetime | None:
    """When the browser that shows this mark signed in with this address; None if it did not, or too long ago."""
    at = signed_moment(keys, mark, Purpose.BROWSER, hashed(address))
    return at if at and now - at < KNOWN_FOR else None
