"""The form "about you": what was typed, what it amounts to, and what is wrong with it in the reader's language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pydantic import ValidationError

from intake.domain.applicant import Applicant, Preferences
from intake.domain.application import Application
from intake.domain.call import Call, Choice
from intake.domain.form_stamp import Sending, judge, new_stamp
from intake.domain.token import TokenKeys
from intake.rendering import formats
from intake.rendering.catalogues import N_, say
from intake.web.forms import Fields, one
from intake.web.page import Mistake

WRITING_LANGUAGES = (
    "ka", "hy", "az", "ru", "en", "de", "fr", "tr", "ab", "os", "ce", "inh", "av", "dar", "lez", "kum", "lbe", "kbd",
    "ady", "krc", "xmf", "ku",
)  # fmt: skip
"""What the form offers; the service takes any language."""

LINES = ("name", "email", "address_as", "byline", "fee", "alternative_contact")
TEXTS = ("availability", "note")
CHOICES = ("regions", "topics", "languages")
PREFERENCES = ("pool", "neutral_mail", "no_mail")
TRAP = "website"
"""A field that people never meet: what stands in it was put there by a program."""

_ON_THE_PAGE = (
    "name", "email", *CHOICES, "address_as", "byline", "availability", "fee", "links", "note", "alternative_contact",
    "has_read", "press",
)  # fmt: skip
_TYPED = (*LINES, *TEXTS, "links", "privacy_notice", "has_read", "key", "stamp", "proof", TRAP)

_SENTENCES = {
    # Translators: what is wrong with a field, and the way out.
    "name": N_("Enter your full name."),
    "address_as": N_("Enter a name, without a web address."),
    "byline": N_("Enter a name, without a web address."),
    "email": N_("Enter an e-mail address, such as name@example.org."),
    "regions": N_("Choose at least one region."),
    "topics": N_("Choose at least one topic."),
    "languages": N_("Choose between one and twelve languages that you write in."),
    "links": N_("Enter up to ten links, each in full and on a line of its own, such as https://example.org/article."),
}


@dataclass(frozen=True)
class Option:
    id: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class AboutForm:
    """`values` and `chosen` are as typed, whatever they are; `mistakes` says by field what is wrong with them."""

    values: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(_TYPED, ""))
    chosen: Mapping[str, frozenset[str]] = field(
        default_factory=lambda: dict.fromkeys((*CHOICES, "preferences"), frozenset())
    )
    mistakes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, application: Application) -> "AboutForm":
        """What is known already."""
        card, preferences = application.applicant, application.preferences
        values = dict.fromkeys(_TYPED, "") | {name: getattr(card, name) or "" for name in (*LINES, *TEXTS)}
        values["links"] = "\n".join(card.links)
        chosen = {name: frozenset(getattr(card, name)) for name in CHOICES}
        chosen["preferences"] = frozenset(name for name in PREFERENCES if getattr(preferences, name))
        return cls(values, chosen)

    @classmethod
    def typed(cls, fields: Fields) -> "AboutForm":
        values = {name: one(fields, name) for name in _TYPED}
        chosen = {name: frozenset(fields.get(name, ())) for name in CHOICES}
        chosen["preferences"] = frozenset(name for name in PREFERENCES if one(fields, name))
        return cls(values, chosen)

    def card(self) -> dict[str, Any]:
        """The fields of the expert card, as the service takes them; an empty one removes what was there."""
        required = {name: self.values[name] for name in ("name", "email")}
        optional = {name: self.values[name] or None for name in (*LINES, *TEXTS) if name not in required}
        links = [line.strip() for line in self.values["links"].splitlines() if line.strip()]
        return {**required, **optional, **{name: sorted(self.chosen[name]) for name in CHOICES}, "links": links}

    def preferences(self) -> Preferences:
        return Preferences(**{name: name in self.chosen["preferences"] for name in PREFERENCES})

    def applicant(self, language: str) -> "Applicant | AboutForm":
        """The expert card, or this form with its mistakes."""
        try:
            return Applicant.model_validate(self.card())
        except ValidationError as error:
            return self.wrong({str(problem["loc"][0]): _sentence(problem, language) for problem in error.errors()})

    def refusal(self, keys: TokenKeys, key: str, now: datetime, shortest: timedelta) -> str | None:
        """Why this form is not taken yet, as it is counted; None for one that is."""
        if self.values[TRAP]:
            return "form_trap"
        sending = judge(keys, self.values["stamp"], key, now, shortest)
        return None if sending is Sending.IN_TIME else sending

    def stamped(self, keys: TokenKeys, key: str, now: datetime) -> "AboutForm":
        """With a new stamp where its own is too old or none."""
        if judge(keys, self.values["stamp"], key, now) is not Sending.STALE:
            return self
        return AboutForm({**self.values, "stamp": new_stamp(keys, key, now)}, self.chosen, self.mistakes)

    def again(self, language: str) -> "AboutForm":
        """With the one sentence for whatever looks like a program: a person presses once more."""
        return self.wrong(
            {"press": say(language, N_("Nothing is lost, and nothing was sent yet: press Continue once more."))}
        )

    def wrong(self, mistakes: Mapping[str, str]) -> "AboutForm":
        return AboutForm(self.values, self.chosen, {**self.mistakes, **mistakes})

    @property
    def summary(self) -> list[Mistake]:
        """In the order of the page."""
        return [Mistake(self.mistakes[name], f"#{name}") for name in _ON_THE_PAGE if name in self.mistakes]

    def options(self, name: str, call: Call, language: str) -> list[Option]:
        """What can be chosen, in the page's language."""
        chosen = self.chosen[name]
        if name == "languages":
            codes = [*WRITING_LANGUAGES, *sorted(chosen - set(WRITING_LANGUAGES))]
            return [Option(code, formats.language_name(code, language), code in chosen) for code in codes]
        offered: tuple[Choice, ...] = getattr(call, name)
        return [Option(choice.id, choice.label[language], choice.id in chosen) for choice in offered]


def _sentence(problem: Any, language: str) -> str:
    name, limit = str(problem["loc"][0]), (problem.get("ctx") or {}).get("max_length")
    if name in _SENTENCES and not (name in LINES and problem["type"] == "string_too_long"):
        return say(language, _SENTENCES[name])
    # Translators: a field holds more letters than it may.
    return say(language, N_("Shorten this to %(limit)s characters."), limit=formats.integer(limit or 200, language))
