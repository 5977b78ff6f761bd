"""The language that a browser asks for."""

from babel import negotiate_locale


def negotiated(header: str, offered: tuple[str, ...]) -> str:
    """The language of Accept-Language that is offered, else the first one."""
    wanted = [part.partition(";") for part in header.split(",") if part.strip()]
    ranked = sorted(wanted, key=lambda part: -_weight(part[2]))
    locale = negotiate_locale([part[0].strip() for part in ranked], offered, sep="-")
    return locale if locale in offered else offered[0]


def _weight(parameter: str) -> float:
    try:
        return float(parameter.strip().removeprefix("q=")) if parameter else 1.0
    except ValueError:
        return 0.0
