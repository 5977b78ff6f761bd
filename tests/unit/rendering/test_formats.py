from datetime import UTC, date, datetime

import pytest

from intake.domain.call import LANGUAGES
from intake.rendering import formats
from intake.web.about_form import WRITING_LANGUAGES

AT = datetime(2026, 7, 4, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "zone", "said"),
    [
        ("en", "Europe/Berlin", "5 July 2026, 00:30 (Berlin)"),
        ("de", "Europe/Berlin", "5. Juli 2026, 00:30 Uhr (Berlin)"),
        ("de", "Asia/Tbilisi", "5. Juli 2026, 02:30 Uhr (Tiflis)"),
    ],
)
def test_a_moment_names_its_clock(language: str, zone: str, said: str) -> None:
    assert formats.moment(AT, zone, language) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "4. März 2026"),
        ("en", "4 March 2026"),
        ("ru", "4 марта 2026"),
        ("ka", "4 მარტი, 2026"),
        ("hy", "4 մարտի 2026"),
        ("az", "4 mart 2026"),
    ],
)
def test_a_day(language: str, said: str) -> None:
    assert formats.day(date(2026, 3, 4), language) == said


def test_the_day_is_that_of_the_place() -> None:
    late = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    assert [formats.day_of(late, zone, "en") for zone in ("UTC", "Asia/Tbilisi")] == ["4 March 2026", "5 March 2026"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_that_the_form_offers_has_a_name(language: str) -> None:
    assert [code for code in WRITING_LANGUAGES if formats.language_name(code, language) == code] == []


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "1 kB"),
        (1500, "2 kB"),
        (999_499, "999 kB"),
        (999_500, "1 MB"),
        (1_000_000, "1 MB"),
        (2_449_000, "2,4 MB"),
        (25_000_000, "25 MB"),
    ],
)
def test_a_size(number: int, said: str) -> None:
    assert formats.size(number, "de").replace("\xa0", " ") == said


@pytest.mark.parametrize(
    ("code", "german", "english"),
    [
        ("ka", "Georgisch", "Georgian"),
        ("az-Cyrl", "Aserbaidschanisch (Kyrillisch)", "Azerbaijani (Cyrillic)"),
        ("ce", "Tschetschenisch", "Chechen"),
        ("os", "Ossetisch", "Ossetic"),
        ("av", "Awarisch", "Avaric"),
        ("ab", "Abchasisch", "Abkhazian"),
        ("lez", "Lesgisch", "Lezghian"),
        ("tab", "Tabassaranisch", "Tabasaran"),
        ("sva", "Swanisch", "Svan"),
        ("und-Cyrl", "Sprache unbekannt (Kyrillisch)", "unknown language (Cyrillic)"),
        ("und", "Sprache unbekannt", "unknown language"),
        ("qqq", "qqq", "qqq"),
        ("ka-Xxxx", "Georgisch (Xxxx)", "Georgian (Xxxx)"),
    ],
)
def test_the_name_of_a_language(code: str, german: str, english: str) -> None:
    assert (formats.language_name(code, "de"), formats.language_name(code, "en")) == (german, english)


def test_numbers_and_alternatives() -> None:
    assert formats.integer(12345, "de") == "12.345"
    assert formats.integer(12345, "en") == "12,345"
    assert formats.alternatives(["PDF", "RTF", "ODT"], "de") == "PDF, RTF oder ODT"
    assert formats.alternatives([], "de") == ""
