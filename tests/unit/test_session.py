"""Codes and sessions: the rules that keep strangers out."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain import session as rules
from intake.domain.session import (
    CODE_LIFETIME,
    CODE_TRIES,
    CODE_WINDOW,
    CODES_PER_WINDOW,
    CodeAnswer,
    PendingCode,
    Session,
)
from intake.domain.token import TokenKeys

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
BROWSER = "b" * 43
KEYS = TokenKeys("k1", {"k1": b"one", "k2": b"two"})

codes = st.integers(0, 999_999).map("{:06d}".format)
moments = st.integers(0, 3 * 3600).map(lambda seconds: NOW + timedelta(seconds=seconds))


def a_code(code: str = "123456", editor: str | None = "anna@magazine.example", tries: int = 1) -> PendingCode:
    return PendingCode(rules.code_hash(BROWSER, code), editor, "/desk", NOW + CODE_LIFETIME, tries)


def test_the_numbers_are_those_of_the_promise() -> None:
    assert (timedelta(minutes=10), 5) == (CODE_LIFETIME, CODE_TRIES)
    assert (5, timedelta(hours=1)) == (CODES_PER_WINDOW, CODE_WINDOW)
    assert timedelta(hours=8) == rules.SESSION_LIFETIME


def test_codes_are_six_digits_and_not_always_the_same() -> None:
    drawn = {rules.new_code() for _ in range(200)}
    assert all(len(code) == 6 and code.isascii() and code.isdigit() for code in drawn)
    assert len(drawn) > 190


def test_a_secret_has_256_bits() -> None:
    assert len(rules.new_secret()) == 43
    assert rules.new_secret() != rules.new_secret()


@given(codes, codes)
def test_only_the_right_code_is_right(code: str, guess: str) -> None:
    answer = a_code(code).answer(BROWSER, guess, NOW)
    assert (answer is CodeAnswer.RIGHT) == (guess == code)


@given(codes)
def test_the_right_code_is_wrong_in_another_browser(code: str) -> None:
    assert a_code(code).answer("c" * 43, code, NOW) is CodeAnswer.WRONG


@given(codes, st.integers(1, CODE_TRIES))
def test_nobodys_code_is_never_right(code: str, tries: int) -> None:
    assert a_code(code, editor=None, tries=tries).answer(BROWSER, code, NOW) is not CodeAnswer.RIGHT


@given(codes, st.integers(1, 20))
def test_after_five_tries_nothing_is_right(code: str, tries: int) -> None:
    answer = a_code(code, tries=tries).answer(BROWSER, code, NOW)
    assert answer is (CodeAnswer.RIGHT if tries <= 5 else CodeAnswer.OVER)


@given(codes.filter(lambda code: code != "123456"))
def test_the_fifth_wrong_try_is_wrong_like_the_others_and_the_last(guess: str) -> None:
    tried = [a_code(tries=tries) for tries in range(1, CODE_TRIES + 2)]
    answers = [pending.answer(BROWSER, guess, NOW) for pending in tried]
    assert answers == [CodeAnswer.WRONG] * CODE_TRIES + [CodeAnswer.OVER]
    assert [pending.is_spent for pending in tried] == [False] * (CODE_TRIES - 1) + [True] * 2


@given(moments)
def test_a_code_ends_after_ten_minutes(at: datetime) -> None:
    answer = a_code().answer(BROWSER, "123456", at)
    assert answer is (CodeAnswer.RIGHT if at < NOW + timedelta(minutes=10) else CodeAnswer.OVER)


@given(st.text())
def test_any_text_can_be_typed_as_a_code(text: str) -> None:
    answer = a_code().answer(BROWSER, rules.typed_code(text), NOW)
    assert (answer is CodeAnswer.RIGHT) == (rules.typed_code(text) == "123456")


@pytest.mark.parametrize("typed", ["123456", "123 456", " 123-456\r\n", "123\u00a0456"])
def test_spaces_and_hyphens_do_not_count(typed: str) -> None:
    assert rules.typed_code(typed) == "123456"


@given(st.lists(moments).map(sorted))
def test_no_hour_ever_sees_more_than_five_codes(asked: list[datetime]) -> None:
    times: tuple[datetime, ...] = ()
    given_at = []
    for at in asked:
        if (added := rules.with_request(times, at, CODES_PER_WINDOW)) is not None:
            times = added
            given_at.append(at)
    for at in given_at:
        assert sum(at <= other < at + CODE_WINDOW for other in given_at) <= CODES_PER_WINDOW
    assert len(times) <= CODES_PER_WINDOW


def test_a_known_browser_has_as_many_for_itself_and_all_of_an_address_have_twenty() -> None:
    (others,) = rules.limits(KEYS, "anna@magazine.example", None)
    own, together = rules.limits(KEYS, "anna@magazine.example", NOW)
    assert (others.codes, own.codes, together.codes) == (5, 5, 20)
    own_of_another, same = rules.limits(KEYS, "anna@magazine.example", NOW - timedelta(seconds=1))
    assert own_of_another.key != own.key
    assert same == together
    keys_of_another_address = {limit.key for limit in rules.limits(KEYS, "ben@magazine.example", NOW)}
    assert keys_of_another_address.isdisjoint({own.key, together.key})


def test_the_sixth_code_waits_until_the_first_is_an_hour_old() -> None:
    times = tuple(NOW + timedelta(minutes=minute) for minute in range(5))
    assert rules.with_request(times, NOW + CODE_WINDOW - timedelta(seconds=1), CODES_PER_WINDOW) is None
    assert rules.with_request(times, NOW + CODE_WINDOW, CODES_PER_WINDOW) == (*times[1:], NOW + CODE_WINDOW)


@given(moments)
def test_a_session_is_over_when_its_time_has_come(at: datetime) -> None:
    assert Session("anna@magazine.example", NOW + CODE_WINDOW).is_over(at) == (at >= NOW + CODE_WINDOW)


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_form_token_belongs_to_its_session(session_id: str, other: str) -> None:
    token = rules.form_token(session_id)
    assert rules.is_form_token(session_id, token)
    assert rules.is_form_token(other, token) == (other == session_id)
    assert session_id == token or session_id not in token or len(session_id) < 10


@given(st.text())
def test_no_text_passes_for_a_form_token(token: str) -> None:
    assert not rules.is_form_token("session", token)


def test_hashes_tell_nothing_and_purposes_do_not_mix() -> None:
    tags = {
        rules.hashed("anna@magazine.example"),
        *(limit.key for limit in rules.limits(KEYS, "anna@magazine.example", None)),
        *(limit.key for limit in rules.limits(KEYS, "anna@magazine.example", NOW)),
        rules.editor_tag(KEYS, "anna@magazine.example"),
        rules.form_token("anna@magazine.example"),
        rules.code_hash("anna@magazine.example", "123456"),
    }
    assert len({tag[:16] for tag in tags}) == 7
    assert rules.limits(KEYS, "anna@magazine.example", None) != rules.limits(
        TokenKeys("k2", KEYS.keys), "anna@magazine.example", None
    )
