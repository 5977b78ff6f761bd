"""The form against programs: a field that nobody meets, and a moment to fill it in. People only press once more."""

import json
from datetime import timedelta

import pytest

import forms
from forms import PlainBrowser
from house import House

START = "/en/apply/contributors"
NINO = {
    "name": "Nino <Beridze>",
    "email": "nino@writers.example",
    "regions": ["georgia"],
    "topics": ["politics"],
    "languages": ["ka", "en"],
    "note": "From Kutaisi.\nAnd from the hills.",
    "neutral_mail": "yes",
    "has_read": "yes",
}
SENTENCE = "Nothing is lost, and nothing was sent yet: press Continue once more."


@pytest.fixture
def nino(house: House) -> PlainBrowser:
    browser = PlainBrowser(house)
    browser.open(f"{START}/about")
    return browser


def press(nino: PlainBrowser, monkeypatch: pytest.MonkeyPatch, after: timedelta, **values: object) -> None:
    monkeypatch.setattr(forms, "FILLING_IN", after)
    nino.send("/about", **values)


def reasons(said: str) -> list[str]:
    return [json.loads(line)["reason"] for line in said.splitlines() if '"RequestRefused"' in line]


def kept(nino: PlainBrowser) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for name, value in nino.page.form("/about").fields:
        fields.setdefault(name, []).append(value)
    return {name: sorted(fields[name]) for name in NINO if name in fields}


TYPED = {name: sorted([value] if isinstance(value, str) else value) for name, value in NINO.items()}

EARLY, ENOUGH = timedelta(seconds=2), timedelta(seconds=3)


@pytest.mark.parametrize(
    ("after", "values", "reason", "then"),
    [
        (EARLY, {}, "form_too_soon", timedelta(seconds=1)),
        (ENOUGH, {"website": "https://buy.example"}, "form_trap", timedelta(0)),
        (timedelta(hours=24, seconds=1), {}, "form_stale", ENOUGH),
        (ENOUGH, {"stamp": ""}, "form_stale", ENOUGH),
        (ENOUGH, {"stamp": "1.k1.x"}, "form_stale", ENOUGH),
    ],
)
def test_what_looks_like_a_program_keeps_all_and_presses_once_more(
    house: House,
    nino: PlainBrowser,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    after: timedelta,
    values: dict[str, str],
    reason: str,
    then: timedelta,
) -> None:
    press(nino, monkeypatch, after, **NINO, **values)
    assert (nino.page.status, nino.page.problems) == (422, [SENTENCE])
    assert house.rows() == []
    assert kept(nino) == TYPED
    assert dict(nino.page.form("/about").fields)["website"] == ""
    assert reasons(capsys.readouterr().out) == [reason]
    press(nino, monkeypatch, then)
    assert nino.page.path.endswith("/cv")
    assert len(house.rows()) == 1


def test_every_reason_has_the_same_page(house: House, nino: PlainBrowser, monkeypatch: pytest.MonkeyPatch) -> None:
    first = nino.page
    pages = set()
    for after, values in ((EARLY, {}), (timedelta(0), {"website": "x"})):
        nino.page = first
        press(nino, monkeypatch, after, **NINO, **values)
        pages.add(nino.page.html)
    assert len(pages) == 1


def test_a_form_with_a_mistake_keeps_its_stamp(nino: PlainBrowser, monkeypatch: pytest.MonkeyPatch) -> None:
    press(nino, monkeypatch, timedelta(seconds=1), **NINO | {"name": ""})
    assert nino.page.problems == ["Enter your full name."]
    press(nino, monkeypatch, EARLY, name="Nino")
    assert nino.page.path.endswith("/cv")


def test_a_form_of_one_application_opens_no_other(
    house: House, nino: PlainBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(nino, monkeypatch, ENOUGH, **NINO | {"key": "b4f0d1c9Xy_7Zq8-Kp2m5Lw3"})
    assert nino.page.problems == [SENTENCE]
    assert house.rows() == []


def test_neither_eyes_nor_fingers_nor_screen_readers_meet_the_field(house: House, nino: PlainBrowser) -> None:
    html = nino.page.html
    field = html[html.index('<div class="spare"') : html.index("</div>", html.index('<div class="spare"'))]
    assert 'aria-hidden="true"' in field
    assert 'tabindex="-1"' in field
    assert 'autocomplete="off"' in field
    assert "hidden" not in field.replace("aria-hidden", "")
    style = html.split("/static/")[1].split('"')[0]
    assert ".spare { position: absolute; inset-inline-start: -200vw" in house.request("GET", f"/static/{style}").body
