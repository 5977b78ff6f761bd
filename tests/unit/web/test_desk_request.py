"""What a browser sends to the desk: cookies, forms, and where they came from."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from intake.web.desk_request import ForeignRequestError, check_same_origin, cookies_of, form_of

BASE = "https://apply.magazine.example"


@pytest.mark.parametrize(
    "event",
    [
        {"cookies": ["__Host-desk=s=1", "other=2"]},
        {"headers": {"cookie": "__Host-desk=s=1; other=2"}},
        {"cookies": [], "headers": {"cookie": "__Host-desk=s=1;other=2"}},
    ],
)
def test_cookies_come_as_a_list_or_in_the_header(event: dict[str, object]) -> None:
    assert cookies_of(event) == {"__Host-desk": "s=1", "other": "2"}


def test_of_two_cookies_of_one_name_the_first_counts() -> None:
    """RFC 6265 5.4: the one with the longer path comes first."""
    assert cookies_of({"cookies": ["a=1", "a=2"]}) == {"a": "1"}


@pytest.mark.parametrize("event", [{}, {"headers": None}, {"cookies": None, "headers": {}}])
def test_no_cookies_are_none(event: dict[str, object]) -> None:
    assert cookies_of(event) == {}


@given(st.text())
def test_any_header_can_be_read(header: str) -> None:
    assert all(name in header for name in cookies_of({"headers": {"cookie": header}}))


@given(st.text(max_size=500))
@example("&" * 200)
def test_any_body_is_a_form_or_foreign(body: str) -> None:
    try:
        form_of({"body": body})
    except ForeignRequestError:
        assert body.count("&") >= 200


@pytest.mark.parametrize(
    "headers",
    [{"origin": BASE}, {"origin": BASE, "sec-fetch-site": "same-origin"}, {"sec-fetch-site": "same-origin"}],
)
def test_our_own_pages_are_known(headers: dict[str, str]) -> None:
    check_same_origin(headers, f"{BASE}/")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "http://apply.magazine.example"},
        {"origin": f"{BASE}:8443"},
        {"origin": "https://elsewhere.example", "sec-fetch-site": "same-origin"},
        {"origin": BASE, "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "none"},
        {"referer": f"{BASE}/desk"},
    ],
)
def test_all_others_are_foreign(headers: dict[str, str]) -> None:
    with pytest.raises(ForeignRequestError):
        check_same_origin(headers, BASE)
