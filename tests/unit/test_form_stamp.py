from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from factories import NOW
from intake.domain.form_stamp import LONGEST, SHORTEST, Sending, judge, new_stamp
from intake.domain.reference import application_id_for
from intake.domain.token import Purpose, TokenKeys, sign

KEYS = TokenKeys(current="k1", keys={"k1": b"first key"})
ROTATED = KEYS.rotated(b"second key", NOW)
KEY = "a-form-key-of-24-characters"


@given(st.integers(min_value=-100_000, max_value=200_000))
def test_a_form_is_taken_from_three_seconds_to_a_day_after_it_was_shown(seconds: int) -> None:
    age = timedelta(seconds=seconds)
    sending = judge(ROTATED, new_stamp(KEYS, KEY, NOW), KEY, NOW + age)
    expected = Sending.TOO_SOON if age < SHORTEST else Sending.IN_TIME if age <= LONGEST else Sending.STALE
    assert sending is expected


def test_a_stamp_belongs_to_one_form() -> None:
    assert judge(KEYS, new_stamp(KEYS, KEY, NOW), "another-form-key-of-24-char", NOW + SHORTEST) is Sending.STALE


def test_the_time_in_a_stamp_is_signed() -> None:
    seconds, _, signature = new_stamp(KEYS, KEY, NOW).partition(".")
    assert judge(KEYS, f"{int(seconds) - 60}.{signature}", KEY, NOW) is Sending.STALE


def test_an_applicants_token_is_no_stamp() -> None:
    application_id, seconds = application_id_for(KEY), int(NOW.timestamp())
    _, _, signature = sign(KEYS, Purpose.APPLICANT, application_id, seconds).partition(".")
    assert judge(KEYS, f"{seconds}.{signature}", KEY, NOW + SHORTEST) is Sending.STALE


@given(st.text() | st.from_regex(r"[0-9]{1,40}\.k1\.[A-Za-z0-9_-]{0,40}", fullmatch=True))
def test_no_other_text_is_a_stamp(text: str) -> None:
    assert judge(KEYS, text, KEY, NOW) is Sending.STALE
