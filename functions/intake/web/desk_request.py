"""A browser's request to the desk: cookies, form, and whether it came from one of our own pages."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from intake.domain.known_browser import KNOWN_FOR
from intake.domain.session import CODE_LIFETIME, SESSION_LIFETIME
from intake.web.forms import read_form
from intake.web.headers import origin_of

SESSION_COOKIE = "__Host-desk"
CODE_COOKIE = "__Host-desk-code"
BROWSER_COOKIE = "__Host-desk-browser"

MAX_BODY_BYTES = 4096
"""The longest form of the desk is an address and a path."""


class SignInNeededError(Exception):
    """There is no session, or none any more."""


class ForeignRequestError(Exception):
    """A change was asked for from somewhere else than our own pages."""


def cookies_of(event: Mapping[str, Any]) -> dict[str, str]:
    """The request's cookies. HTTP API passes them as a list; some gateways leave them in the header."""
    parts = event.get("cookies") or [(event.get("headers") or {}).get("cookie", "")]
    pairs = [part.strip().partition("=") for part in ";".join(parts).split(";")]
    return {name: value for name, _, value in reversed(pairs) if name}


def form_of(event: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a submitted form, each once. Raises ForeignRequestError for what no form of ours sends."""
    try:
        fields = read_form(event)
    except ValueError:
        raise ForeignRequestError from None
    return {name: values[0] for name, values in fields.items()}


def check_same_origin(headers: Mapping[str, str], public_base: str) -> None:
    """Raises ForeignRequestError unless the browser says that one of our pages sent this (ASVS 5.0 3.5.1).

    Every browser of these years sends Origin with a POST; one that sends neither it nor Sec-Fetch-Site is refused.
    """
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    is_ours = origin == origin_of(public_base) if origin else site == "same-origin"
    if not is_ours or site not in (None, "same-origin"):
        raise ForeignRequestError


def session_cookie(session_id: str) -> Cookie:
    """Lax, because a link in a mail must find its reader signed in; no GET changes anything (docs/decisions/0061)."""
    return _cookie(SESSION_COOKIE, session_id, int(SESSION_LIFETIME.total_seconds()), SameSite.LAX_MODE)


def code_cookie(browser: str) -> Cookie:
    return _cookie(CODE_COOKIE, browser, int(CODE_LIFETIME.total_seconds()), SameSite.STRICT_MODE)


def browser_cookie(mark: str) -> Cookie:
    """Stays when its editor signs out: it opens nothing, and is there for the next time (docs/decisions/0145)."""
    return _cookie(BROWSER_COOKIE, mark, int(KNOWN_FOR.total_seconds()), SameSite.STRICT_MODE)


def no_cookie(name: str) -> Cookie:
    """Has the browser forget this cookie."""
    return _cookie(name, "", -1, SameSite.STRICT_MODE)


def _cookie(name: str, value: str, max_age: int, same_site: SameSite) -> Cookie:
    """__Host- ties it to this host and to HTTPS: no neighbour under the same domain can plant one (ASVS 5.0 3.3.1)."""
    return Cookie(name, value, path="/", secure=True, http_only=True, max_age=max_age, same_site=same_site)
