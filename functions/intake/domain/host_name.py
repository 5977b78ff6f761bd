"""Names of hosts as DNS knows them, so that a foreign letter shows, and shows what a browser makes of it."""

import idna


def in_ascii(name: str) -> str:
    """The host in lower case, "xn--..." where it is not ASCII, by UTS 46 without its transitional rules, which no
    browser has followed since 2023: ß stays a letter of its own. Raises UnicodeError for what is no host.

    https://www.unicode.org/reports/tr46/
    """
    return name.lower() if name.isascii() else idna.encode(name, uts46=True).decode("ascii")
