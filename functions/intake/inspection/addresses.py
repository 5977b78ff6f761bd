"""Where the links of a document lead: the hosts."""

import re

from intake.domain.host_name import in_ascii

_WEB = re.compile(r"\s*(?:https?|ftp)://([^/?#\\\s\"]*)", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")


def host_of(address: str) -> str | None:
    """The host of an address in the web, "xn--..." where it is not ASCII; None for mail, files, pages of the document
    itself, and for what is no host."""
    match = _WEB.match(address)
    if not match:
        return None
    name = match[1].rpartition("@")[2].partition(":")[0]
    try:
        host = in_ascii(name).rstrip(".")
    except UnicodeError:
        return None
    return host if is_host(host) else None


def is_host(text: str) -> bool:
    return _HOST.fullmatch(text) is not None and ".." not in text
