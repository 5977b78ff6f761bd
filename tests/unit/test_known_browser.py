"""What a browser shows that has signed in before, and what it does not show."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from factories import NOW
from intake.domain.known_browser import KNOWN_FOR, marked_at, new_mark
from intake.domain.session import hashed
from intake.domain.token import LONGEST_LINK_LIFE, Purpose, TokenKeys, sign_moment

KEYS = TokenKeys(current="k1", keys={"k1": b"first key"})
ROTATED = KEYS.rotated(b"second key", NOW)
ANNA, BEN = "anna@magazine.example", "ben@magazine.example"
MARK = new_mark(KEYS, ANNA, NOW)


def test_a_browser_is_named_by_the_second_of_its_sign_in() -> None:
    assert marked_at(KEYS, MARK, ANNA, NOW) == NOW.replace(microsecond=0)


@given(st.integers(min_value=0, max_value=800 * 24 * 3600))
def test_a_browser_is_known_for_400_days(seconds: int) -> None:
    age = timedelta(seconds=seconds)
    assert (marked_at(KEYS, MARK, ANNA, NOW + age) is not None) == (age < timedelta(days=400))


def test_a_mark_belongs_to_one_address_and_does_not_show_it() -> None:
    assert marked_at(KEYS, MARK, BEN, NOW) is None
    assert "anna" not in MARK
    assert hashed(ANNA) not in MARK


def test_a_rotated_key_still_knows_its_browsers_and_a_revoked_one_does_not() -> None:
    assert KNOWN_FOR < LONGEST_LINK_LIFE
    assert marked_at(ROTATED, MARK, ANNA, NOW) == marked_at(KEYS, MARK, ANNA, NOW)
    assert marked_at(ROTATED.only_current, MARK, ANNA, NOW) is None


def test_one_mark_is_one_browser_however_its_second_is_written() -> None:
    seconds, _, signature = MARK.partition(".")
    assert marked_at(KEYS, f"00{seconds}.{signature}", ANNA, NOW) == marked_at(KEYS, MARK, ANNA, NOW)
    assert marked_at(KEYS, f"{int(seconds) + 1}.{signature}", ANNA, NOW) is None


def test_no_stamp_of_a_form_is_a_mark() -> None:
    assert marked_at(KEYS, sign_moment(KEYS, Purpose.FORM, hashed(ANNA), NOW), ANNA, NOW) is None


@given(st.text() | st.from_regex(r"[0-9]{1,40}\.k1\.[A-Za-z0-9_-]{0,40}", fullmatch=True))
def test_no_other_text_is_a_mark(text: str) -> None:
    assert marked_at(KEYS, text, ANNA, NOW) is None
