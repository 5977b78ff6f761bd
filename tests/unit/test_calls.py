import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from intake.adapters.calls import CallError, load_calls
from intake.domain.call import LANGUAGES, Call, Retention
from intake.domain.document import DocumentKind

TEMPLATES = Path(__file__).parents[2] / "templates"
SOURCE = (TEMPLATES / "calls" / "contributors.toml").read_text(encoding="utf-8")


def test_the_call_asks_for_the_three_documents(call: Call) -> None:
    assert [(rule.kind, rule.required, rule.may_be_link) for rule in call.documents] == [
        (DocumentKind.CV, True, False),
        (DocumentKind.COVER_LETTER, True, False),
        (DocumentKind.WRITING_SAMPLE, True, True),
    ]


def test_the_call_covers_the_caucasus(call: Call) -> None:
    assert {"georgia", "armenia", "azerbaijan", "adygea", "chechnya", "dagestan", "ingushetia"} <= set(call.region_ids)
    assert len(call.topic_ids) == 10


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_promises_what_the_call_keeps(language: str, call: Call) -> None:
    text = call.privacy_notice.text[language]
    kept = [call.retention.draft_days, call.retention.declined_days, call.retention.undecided_days]
    assert re.findall(r"(\d+) (?:Tage|days|дн|დღ|օր|gün)", text) == [*map(str, kept), "7"]
    assert call.contact in text
    assert len(text.split("\n\n")) == 7
    assert [text.count(f"6(1)({letter})") + text.count(f"Buchst. {letter}") for letter in "abf"] == [1, 1, 1]


ZONES = [ZoneInfo(name) for name in ("Europe/Berlin", "Asia/Tbilisi", "Pacific/Apia", "Atlantic/Azores", "UTC")]
FIRST, LAST = datetime(2024, 1, 1), datetime(2045, 1, 1)  # noqa: DTZ001 - each gets a zone
moments = st.datetimes(FIRST, LAST, timezones=st.sampled_from(ZONES))


@given(moments, st.integers(30, 365))
@example(datetime(2028, 2, 29, tzinfo=ZONES[0]), 365)
@example(datetime(2026, 3, 28, 2, 30, tzinfo=ZONES[0]), 270)  # summer time begins on the next day
def test_what_is_kept_is_kept_for_whole_days_whatever_clocks_and_calendars_do(moment: datetime, days: int) -> None:
    retention = Retention(undecided_days=days, draft_days=days % 30 + 1)
    same_moment = moment.astimezone(UTC)
    assert retention.of_undecided(moment) == retention.of_undecided(same_moment)
    assert retention.of_undecided(moment).tzinfo is UTC
    assert (retention.of_undecided(moment) - same_moment).total_seconds() == days * 86_400
    assert (retention.of_draft(moment) - same_moment).total_seconds() == (days % 30 + 1) * 86_400


def test_no_address_is_a_real_one() -> None:
    assert set(re.findall(r"@([\w.-]+\w)", SOURCE)) == {"magazine.example"}


def test_calls_are_read_once() -> None:
    assert load_calls(TEMPLATES / "calls") is load_calls(TEMPLATES / "calls" / ".." / "calls")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('id = "contributors"', 'id = "other"', "id: is 'other', but the file is called 'contributors'"),
        ('magazine = "', 'magazin = "', "magazine: Field required"),
        ('"rtf", "txt"', '"exe", "txt"', "documents.0.types: unknown file type 'exe'; known are pdf, docx, "),
        ('languages = ["de", "en", ', 'languages = ["de", "fr", ', "there is no catalogue for the language 'fr'"),
        ('en = "Georgia"', 'en = ""', "regions.georgia has no text in en"),
        ("max_bytes = 10_000_000", "max_bytes = 90_000_000", "documents.0.max_bytes: Input should be less than"),
        ('"Europe/Berlin"', '"Europe/Berlins"', "time_zone: unknown time zone 'Europe/Berlins'; use"),
        ('"redaktion@magazine.example"', '"redaktion"', "contact must be an e-mail address"),
        ("# opens_at = 2026-12-01T09:00:00+01:00", "opens_at = 2026-12-01T09:00:00 ", "opens_at needs an offset"),
        ("answer_days = 28", "answer_days = ", "not TOML: "),
    ],
)
def test_a_wrong_call_is_named_in_one_line(old: str, new: str, problem: str, tmp_path: Path) -> None:
    assert old in SOURCE
    (tmp_path / "contributors.toml").write_text(SOURCE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CallError) as raised:
        load_calls(tmp_path)
    assert str(raised.value).startswith(f"contributors.toml: {problem}")
    assert "\n" not in str(raised.value)


def test_a_directory_without_calls_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CallError, match="holds no calls"):
        load_calls(tmp_path)
