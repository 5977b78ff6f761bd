"""Dates, sizes, numbers and names of languages, as the reader's language writes them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_location
from babel.lists import format_list
from babel.numbers import format_decimal

from intake.rendering.catalogues import N_, say

_LOCALES = {"en": "en_GB"}
"""Our readers are in Europe: English dates with the day first and 24 hours."""

_DAYS = {"ru": "d MMMM y", "hy": "d MMMM y"}
"""Without the CLDR's short word for year, whose stop would stand beside that of the sentence."""

_UNLISTED_LANGUAGES = {
    "abq": N_("Abaza"),
    "agx": N_("Aghul"),
    "bbl": N_("Bats"),
    "lbe": N_("Lak"),
    "rut": N_("Rutul"),
    "sva": N_("Svan"),
    "tab": N_("Tabasaran"),
    "tly": N_("Talysh"),
    "ttt": N_("Tat"),
    "udi": N_("Udi"),
    "xmf": N_("Mingrelian"),
}
"""Languages of the Caucasus that the Unicode CLDR has no name for in each of ours, or an odd one."""


def locale_of(language: str) -> Locale:
    return Locale.parse(_LOCALES.get(language, language))


def moment(at: datetime, zone: str, language: str) -> str:
    """Day, time and the city whose clock it is: "4 March 2026, 16:07 (Berlin)"."""
    zone_info, locale = ZoneInfo(zone), locale_of(language)
    return say(
        language,
        # Translators: a moment; the city tells the time zone.
        N_("%(date)s, %(time)s (%(city)s)"),
        date=day(at.astimezone(zone_info).date(), language),
        time=format_time(at, "short", tzinfo=zone_info, locale=locale),
        city=get_timezone_location(zone_info, locale=locale, return_city=True),
    )


def day(on: date, language: str) -> str:
    return format_date(on, _DAYS.get(language, "long"), locale=locale_of(language))


def day_of(at: datetime, zone: str, language: str) -> str:
    """The day that it is in this zone."""
    return day(at.astimezone(ZoneInfo(zone)).date(), language)


def size(number: int, language: str) -> str:
    """Bytes as people say them: whole kilobytes, or megabytes with one decimal; decimal units, as on most systems.

    Not by Babel's units: German in the CLDR says "1 Mbyte" and "2 MB".
    """
    if number < 999_500:
        kilobytes = max(1, round(number / 1000))
        return say(language, N_("%(number)s kB"), number=integer(kilobytes, language))
    megabytes = format_decimal(round(number / 1_000_000, 1), locale=locale_of(language))
    return say(language, N_("%(number)s MB"), number=megabytes)


def integer(number: int, language: str) -> str:
    return format_decimal(number, locale=locale_of(language))


def alternatives(items: list[str], language: str) -> str:
    """ "A, B or C" """
    return format_list(items, style="or", locale=locale_of(language)) if items else ""


def listing(items: list[str], language: str) -> str:
    """ "A, B and C" """
    return format_list(items, style="standard", locale=locale_of(language)) if items else ""


def language_name(code: str, language: str) -> str:
    """The name of a language, by its BCP 47 code; the code itself where nobody has a name for it."""
    locale = locale_of(language)
    base, _, script = code.partition("-")
    if base in _UNLISTED_LANGUAGES:
        name = say(language, _UNLISTED_LANGUAGES[base])
    elif base == "und":
        name = say(language, N_("unknown language"))
    else:
        name = locale.languages.get(base, base)
    return f"{name} ({locale.scripts.get(script, script)})" if script else name
