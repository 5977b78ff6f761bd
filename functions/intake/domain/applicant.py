"""What an applicant says about themselves, the expert card, and how they want to be written to. No I/O."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from intake.domain.email_address import EmailAddress
from intake.domain.plain_text import clean_line, clean_text, no_web_address

type Line = Annotated[str, clean_line]
type Name = Annotated[Line, no_web_address]
type Text = Annotated[str, clean_text]
type HttpLink = Annotated[
    str, StringConstraints(max_length=500, pattern=r"^https?://[^\s/?#@\\]+\.[^\s/?#@\\]+([/?#]\S*)?$")
]
"""Shown as text and never fetched; neither a user name before the host nor a backslash,
which browsers take for a slash: both would disguise it."""
type LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Applicant(_Part):
    """The expert card. `languages` are those the applicant writes in, as BCP 47 codes."""

    name: Annotated[Name, Field(min_length=1, max_length=200)]
    email: EmailAddress
    regions: Annotated[tuple[str, ...], Field(min_length=1, max_length=20)]
    topics: Annotated[tuple[str, ...], Field(min_length=1, max_length=20)]
    languages: Annotated[tuple[LanguageCode, ...], Field(min_length=1, max_length=12)]
    address_as: Annotated[Name, Field(max_length=100)] | None = None
    byline: Annotated[Name, Field(max_length=200)] | None = None
    availability: Annotated[Text, Field(max_length=500)] | None = None
    fee: Annotated[Line, Field(max_length=200)] | None = None
    links: Annotated[tuple[HttpLink, ...], Field(max_length=10)] = ()
    note: Annotated[Text, Field(max_length=2000)] | None = None
    alternative_contact: Annotated[Line, Field(max_length=200)] | None = None


class Preferences(_Part):
    """`pool`: may be kept for later calls; `neutral_mail`: subjects that tell nothing; `no_mail`: no mail at all."""

    pool: bool = False
    neutral_mail: bool = False
    no_mail: bool = False
