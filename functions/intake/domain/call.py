"""A call for contributors, as data: templates/calls/{id}.toml. Nothing in the code is about one magazine."""

import re
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from intake.domain.applicant import Applicant
from intake.domain.document import DocumentKind
from intake.domain.file_types import FILE_TYPES
from intake.errors import CallNotOpenError, InvalidRequestError

LANGUAGES = ("de", "en", "ru", "ka", "hy", "az")
"""The languages that templates/locales has complete catalogues for; English is the source language."""

MAX_DOCUMENT_BYTES = 25_000_000
"""No call may ask for larger files: inspection budgets its time and memory for this."""


class CallState(StrEnum):
    UPCOMING = "upcoming"
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:  # OSError: the name of a directory, such as "Europe"
        raise ValueError(f"unknown time zone {name!r}; use an IANA name, such as Europe/Berlin") from error
    return name


def _known_types(types: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := [name for name in types if name not in FILE_TYPES]:
        raise ValueError(f"unknown file type {unknown[0]!r}; known are {', '.join(FILE_TYPES)}")
    return types


type Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
type Localized = dict[str, str]
"""A text by language code."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Choice(_Part):
    """One region or topic that an applicant can choose."""

    id: Identifier
    label: Localized


class DocumentRule(_Part):
    """What a document of one kind must be. Sizes in bytes; a number of words outside the range is only a note."""

    kind: DocumentKind
    required: bool
    types: Annotated[tuple[str, ...], Field(min_length=1), AfterValidator(_known_types)]
    max_bytes: Annotated[int, Field(gt=0, le=MAX_DOCUMENT_BYTES)]
    min_words: Annotated[int, Field(ge=0)] | None = None
    max_words: Annotated[int, Field(gt=0)] | None = None
    may_be_link: bool = False
    hint: Localized

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.may_be_link and self.kind is not DocumentKind.WRITING_SAMPLE:
            raise ValueError("only a writing sample may be a link")
        if self.min_words and self.max_words and self.min_words > self.max_words:
            raise ValueError("min_words is larger than max_words")
        return self


class PrivacyNotice(_Part):
    """`version` is stored with each application; change it whenever the text changes."""

    version: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(\.[0-9]+)?$")]
    text: Localized


class Retention(_Part):
    """How long what is kept, in days."""

    draft_days: Annotated[int, Field(ge=1, le=30)] = 30
    declined_days: Annotated[int, Field(ge=1, le=180)] = 180
    undecided_days: Annotated[int, Field(ge=30, le=365)] = 270

    def of_draft(self, opened_at: datetime) -> datetime:
        """When a draft that was opened then expires, in UTC."""
        return _days_after(opened_at, self.draft_days)

    def of_undecided(self, submitted_at: datetime) -> datetime:
        """When what was sent then and nobody decided expires, in UTC."""
        return _days_after(submitted_at, self.undecided_days)


def _days_after(moment: datetime, days: int) -> datetime:
    """Days of 24 hours: in UTC, since in a zone with summer time Python would add days of its calendar."""
    return moment.astimezone(UTC) + timedelta(days=days)


_PAPER = {"accent": "#f7f4ed", "accent_dark": "#15181a"}
"""The page behind the accents (--paper in templates/static/intake.css)."""


def _luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance of #rrggbb."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


class Theme(_Part):
    """The call's own colour for links, buttons and marks, on light and on dark pages; each readable on its page.

    A logo, if any, is templates/calls/{id}.svg.
    """

    accent: Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")] = "#1d4f44"
    accent_dark: Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")] = "#a9d8c9"

    @model_validator(mode="after")
    def _check(self) -> Self:
        for name, paper in _PAPER.items():
            if (contrast := _contrast(getattr(self, name), paper)) < 4.5:
                raise ValueError(f"{name} cannot be read on the page: its contrast is {contrast:.1f}, and must be 4.5")
        return self


class Call(_Part):
    """One call. `time_zone` is an IANA name; `opens_at` and `closes_at` carry an offset and are optional."""

    id: Identifier
    magazine: str
    title: Localized
    lead: Localized
    offer: dict[str, tuple[str, ...]]
    languages: Annotated[tuple[str, ...], Field(min_length=1)]
    desk_language: str
    time_zone: Annotated[str, AfterValidator(_zone)]
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    contact: str
    answer_days: Annotated[int, Field(ge=1, le=365)]
    regions: Annotated[tuple[Choice, ...], Field(min_length=1)]
    topics: Annotated[tuple[Choice, ...], Field(min_length=1)]
    documents: Annotated[tuple[DocumentRule, ...], Field(min_length=1)]
    privacy_notice: PrivacyNotice
    retention: Retention = Retention()
    theme: Theme = Theme()

    @model_validator(mode="after")
    def _check(self) -> Self:
        for language in (*self.languages, self.desk_language):
            if language not in LANGUAGES:
                raise ValueError(f"there is no catalogue for the language {language!r}")
        for name, text in self._texts():
            if missing := [language for language in self.languages if not text.get(language)]:
                raise ValueError(f"{name} has no text in {', '.join(missing)}")
        for name, moment in (("opens_at", self.opens_at), ("closes_at", self.closes_at)):
            if moment and moment.tzinfo is None:
                raise ValueError(f"{name} needs an offset, such as 2026-12-01T00:00:00+01:00")
        for name, ids in (("region", self.region_ids), ("topic", self.topic_ids), ("document", self.kinds)):
            if len(set(ids)) != len(ids):
                raise ValueError(f"a {name} is named twice")
        if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", self.contact):
            raise ValueError("contact must be an e-mail address")
        return self

    def _texts(self) -> list[tuple[str, Localized | dict[str, tuple[str, ...]]]]:
        return [
            ("title", self.title),
            ("lead", self.lead),
            ("offer", self.offer),
            ("privacy_notice.text", self.privacy_notice.text),
            *((f"regions.{choice.id}", choice.label) for choice in self.regions),
            *((f"topics.{choice.id}", choice.label) for choice in self.topics),
            *((f"documents.{rule.kind}.hint", rule.hint) for rule in self.documents),
        ]

    @property
    def region_ids(self) -> tuple[str, ...]:
        return tuple(choice.id for choice in self.regions)

    @property
    def topic_ids(self) -> tuple[str, ...]:
        return tuple(choice.id for choice in self.topics)

    @property
    def kinds(self) -> tuple[DocumentKind, ...]:
        return tuple(rule.kind for rule in self.documents)

    def rule(self, kind: DocumentKind) -> DocumentRule | None:
        return next((rule for rule in self.documents if rule.kind is kind), None)

    def rule_for(self, kind: DocumentKind) -> DocumentRule:
        """The rule for this kind of document. Raises InvalidRequestError where the call asks for none."""
        rule = self.rule(kind)
        if rule is None:
            raise InvalidRequestError(
                "The call asks for no such document.", [{"field": "kind", "code": "unknown_kind"}]
            )
        return rule

    def state(self, now: datetime, *, is_paused: bool = False) -> CallState:
        if self.closes_at and now >= self.closes_at:
            return CallState.CLOSED
        if self.opens_at and now < self.opens_at:
            return CallState.UPCOMING
        return CallState.PAUSED if is_paused else CallState.OPEN

    def require_open(self, now: datetime, grace: timedelta = timedelta()) -> None:
        """Raises CallNotOpenError unless the call takes applications now, or did so `grace` ago."""
        if CallState.OPEN not in (self.state(now), self.state(now - grace)):
            raise CallNotOpenError("The call takes no applications now.")

    def check_applicant(self, applicant: Applicant) -> None:
        """Raises InvalidRequestError for a region or topic that the call does not have."""
        errors = [
            {"field": f"applicant.{field}", "code": "unknown_choice"}
            for field, chosen, known in (
                ("regions", applicant.regions, self.region_ids),
                ("topics", applicant.topics, self.topic_ids),
            )
            if set(chosen) - set(known)
        ]
        if errors:
            raise InvalidRequestError("A choice is not one of the call's.", errors)
