"""Tokens: an HMAC over a purpose, an application's id and a counter on its item. Nothing is stored.

Raising the counter revokes every token of an application. A stamp is the same over a moment in place of the counter,
and shows neither purpose nor subject. Keys rotate: a new one signs, and those that signed before
verify until no link of theirs can be alive.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

_MAC_BYTES = 24
"""192 bits of HMAC-SHA256, more than the 128 that ASVS 5.0 11.5.1 asks for; truncation as in RFC 2104, section 5."""

LONGEST_LINK_LIFE = timedelta(days=30 + 365 + 180)
"""No application is kept longer (the maxima of domain.call.Retention), and no link outlives its application."""

_ID_TIME = "k%Y%m%d%H%M%S"
"""A key's id says when it was made, in UTC; the stack's first key is k1."""


class Purpose(StrEnum):
    """What a token opens; a token of one purpose is worth nothing for another.

    The token of `applicant` is given to whoever opened the application; that of `receipt`, in the mail's link, is as
    good while the address it went to is the applicant's: whoever got it by a slip of the finger has nothing once that
    is mended. The other two are stamps: `form` tells when the page of an empty form was made, `browser` when a browser
    was last signed in with at the desk.
    """

    APPLICANT = "applicant"
    RECEIPT = "receipt"
    FORM = "form"
    BROWSER = "browser"


@dataclass(frozen=True)
class TokenKeys:
    """Signing keys by key id; `current` signs, every key of `keys` verifies."""

    current: str
    keys: dict[str, bytes]

    def rotated(self, key: bytes, now: datetime) -> "TokenKeys":
        """With a new current key. A key stays until its successor is older than any link can be."""
        key_id = now.strftime(_ID_TIME)
        ids = sorted((*self.keys, key_id), key=_made_at)
        successors = dict(pairwise(ids))
        kept = {
            known: value
            for known, value in self.keys.items()
            if known != key_id and _made_at(successors[known]) > now - LONGEST_LINK_LIFE
        }
        return TokenKeys(current=key_id, keys=kept | {key_id: key})

    @property
    def only_current(self) -> "TokenKeys":
        """Without the keys that signed before: what is done when one of them leaked, at the price of its links."""
        return TokenKeys(current=self.current, keys={self.current: self.keys[self.current]})


def _made_at(key_id: str) -> datetime:
    try:
        return datetime.strptime(key_id, _ID_TIME).replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)


def _mac(key: bytes, purpose: Purpose, application_id: str, counter: int, address: str) -> str:
    message = "|".join((purpose, application_id, str(counter), *filter(None, [address]))).encode()
    digest = hmac.new(key, message, hashlib.sha256).digest()[:_MAC_BYTES]
    return base64.urlsafe_b64encode(digest).decode()


def sign(keys: TokenKeys, purpose: Purpose, application_id: str, counter: int, address: str = "") -> str:
    """The token `{application_id}.{keyid}.{mac}`, of URL-safe characters only; `address` is a receipt's."""
    mac = _mac(keys.keys[keys.current], purpose, application_id, counter, address)
    return f"{application_id}.{keys.current}.{mac}"


def sign_moment(keys: TokenKeys, purpose: Purpose, subject: str, at: datetime) -> str:
    """A stamp `{seconds since 1970}.{keyid}.{mac}`, which does not show its subject. The subject has no dots."""
    seconds = int(at.timestamp())
    _, _, signature = sign(keys, purpose, subject, seconds).partition(".")
    return f"{seconds}.{signature}"


def signed_moment(keys: TokenKeys, stamp: str, purpose: Purpose, subject: str) -> datetime | None:
    """The moment in a stamp; None for what is none of ours, or one of another purpose or subject."""
    seconds, _, signature = stamp.partition(".")
    if not (seconds.isascii() and seconds.isdecimal() and len(seconds) <= 12):
        return None
    if not verify(keys, f"{subject}.{signature}", purpose, subject, int(seconds)):
        return None
    return datetime.fromtimestamp(int(seconds), UTC)


def keyed_hash(keys: TokenKeys, purpose: str, text: str) -> str:
    """What stands for an address where only sameness counts: without the key nobody can tell whose it is.

    A rotation changes it, so it is for what lives hours, not for what is kept.
    """
    return hmac.new(keys.keys[keys.current], f"{purpose}|{text}".encode(), hashlib.sha256).hexdigest()


def key_id_of(token: str) -> str:
    """The id of the key that a token claims to be signed with; "" for what is no token."""
    parts = token.split(".")
    return parts[1] if len(parts) == 3 else ""


def application_id_of(token: str) -> str:
    """The id that a token claims; trust it only after `verify`."""
    return token.partition(".")[0]


def verify(keys: TokenKeys, token: str, purpose: Purpose, application_id: str, counter: int, address: str = "") -> bool:
    """Whether the token opens this application now. Compares in constant time."""
    match token.split("."):
        case [claimed_id, key_id, mac] if key_id in keys.keys:
            expected = _mac(keys.keys[key_id], purpose, application_id, counter, address)
            claimed = mac.encode(errors="surrogatepass")  # half a character, which JSON can carry, is no fault of ours
            return claimed_id == application_id and hmac.compare_digest(expected.encode(), claimed)
    return False
