"""Signing in to the desk: the rules of codes, of sessions, and of how often a code may be asked for. No I/O.

Every secret is kept only as a hash. The numbers follow ASVS 5.0: 6.5.5 and 6.6.2 (codes live ten minutes at most and
belong to one request), 6.6.3 (few guesses), 7.2.3 (128 bits of entropy or more), 7.3.2 (a session's absolute lifetime).
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from intake.domain.token import TokenKeys, keyed_hash

CODE_LIFETIME = timedelta(minutes=10)
"""ASVS 5.0 6.5.5: a code that goes by mail lives ten minutes at most."""

CODE_TRIES = 5
"""Guesses at one code, in one browser: five in a million (ASVS 5.0 6.6.3)."""

CODES_PER_WINDOW = 5
CODE_WINDOW = timedelta(hours=1)
"""How many codes one address may be sent in any stretch of this length, counted for unknown addresses too. A browser
that has signed in before (`known_browser`) has as many for itself."""

CODES_OF_KNOWN_BROWSERS = 20
"""How many they may be sent together: who saved up marks while a mailbox was theirs shall not guess without end."""

SESSION_LIFETIME = timedelta(hours=8)
"""A working day, whatever is done in it (ASVS 5.0 7.3.2)."""

_SECRET_BYTES = 32
"""256 bits from the operating system (ASVS 5.0 7.2.3, 11.5.1)."""


class CodeAnswer(StrEnum):
    """What becomes of a code that was typed in."""

    RIGHT = "right"
    WRONG = "wrong"
    OVER = "over"


def new_secret() -> str:
    """A browser's secret or a session's id, in URL-safe characters."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def new_code() -> str:
    """Six digits, each equally likely, zeros in front included."""
    return f"{secrets.randbelow(1_000_000):06d}"


def typed_code(text: str) -> str:
    """The code as people type it: spaces and hyphens do not count."""
    return "".join(character for character in text if character not in " \u00a0-\t\r\n")


def hashed(secret: str) -> str:
    """How a secret is looked up: only this is stored, and nobody can get back from it."""
    return hashlib.sha256(b"contributor-intake desk|" + secret.encode()).hexdigest()


def code_hash(browser: str, code: str) -> str:
    """Keyed with the browser's secret, so that a million hashes of a stolen table tell nothing."""
    return hmac.new(browser.encode(), b"code|" + code.encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Limit:
    """At most this many codes in CODE_WINDOW for what is counted under this key. The key names nobody."""

    key: str
    codes: int


def limits(keys: TokenKeys, address: str, marked_at: datetime | None) -> tuple[Limit, ...]:
    """Under what a request for this address is counted; `marked_at` names a known browser, None is any other."""
    if marked_at is None:
        return (Limit(keyed_hash(keys, "codes", address), CODES_PER_WINDOW),)
    browser = f"{int(marked_at.timestamp())}|{address}"
    return (
        Limit(keyed_hash(keys, "codes of a known browser", browser), CODES_PER_WINDOW),
        Limit(keyed_hash(keys, "codes of known browsers", address), CODES_OF_KNOWN_BROWSERS),
    )


def editor_tag(keys: TokenKeys, address: str) -> str:
    """What logs call an editor: the same for each sign-in and download, and no address (promise P5)."""
    return keyed_hash(keys, "editor", address)[:16]


def form_token(session_id: str) -> str:
    """What every form of a session carries; another site cannot know it, and nothing more is stored for it."""
    return hmac.new(session_id.encode(), b"form", hashlib.sha256).hexdigest()


def is_form_token(session_id: str, token: str) -> bool:
    """Compares in constant time."""
    return hmac.compare_digest(form_token(session_id).encode(), token.encode(errors="surrogatepass"))


@dataclass(frozen=True)
class PendingCode:
    """A code that one browser asked for. `editor` is None where nobody has the address: then no guess is ever right,
    and all else goes the same way. `target` is the path that was wanted in the first place."""

    code_hash: str
    editor: str | None
    target: str
    expires_at: datetime
    tries: int = 0

    @property
    def is_spent(self) -> bool:
        """Whether no guess is left, the try that was counted last being one."""
        return self.tries >= CODE_TRIES

    def answer(self, browser: str, code: str, now: datetime) -> CodeAnswer:
        """What this guess is worth, this very try being counted already: OVER only where it was not compared at all.

        Compares in constant time.
        """
        if self.tries > CODE_TRIES or now >= self.expires_at:
            return CodeAnswer.OVER
        is_same = hmac.compare_digest(code_hash(browser, code).encode(), self.code_hash.encode())
        if is_same and self.editor is not None:
            return CodeAnswer.RIGHT
        return CodeAnswer.WRONG


@dataclass(frozen=True)
class Session:
    """A signed-in editor. The table's TTL may be days late, so whoever reads one asks `is_over`."""

    editor: str
    expires_at: datetime

    def is_over(self, now: datetime) -> bool:
        return now >= self.expires_at


def with_request(times: tuple[datetime, ...], now: datetime, at_most: int) -> tuple[datetime, ...] | None:
    """The times at which codes were asked for, with one more; None where that is one too many."""
    recent = tuple(at for at in times if at > now - CODE_WINDOW)
    return (*recent, now) if len(recent) < at_most else None
