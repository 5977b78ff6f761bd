"""What the JSON API takes. Unknown fields are refused, every field has a limit."""

import json
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from intake.domain.applicant import Applicant, HttpLink, Preferences
from intake.domain.document import DocumentKind, Upload
from intake.domain.plain_text import clean_text, safe_filename
from intake.errors import InvalidRequestError
from intake.services.hand_in_document import HandedIn
from intake.services.open_application import NewApplication
from intake.web.body import text_of

MAX_BODY_BYTES = 600_000
"""Room for three typed documents; far below API Gateway's 10 MB and Lambda's 6 MB."""

MAX_FORM_BYTES = 900_000
"""A form writes a Georgian letter in nine bytes, and HTTP API hands forms over in base64: room for MAX_TEXT of them."""

MAX_TEXT = 60_000
"""Characters of a document typed into the form: some twenty pages."""

type Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
type Filename = Annotated[str, Field(min_length=1, max_length=1000)]
type Size = Annotated[int, Field(ge=0, le=10**12)]
"""Bytes. An empty file may be announced: it is inspected like any other, and told so."""


def with_text(event: dict[str, Any]) -> dict[str, Any]:
    """The event with its body as text, for the resolver to read. Raises InvalidRequestError where it is none."""
    try:
        return {**event, "body": text_of(event), "isBase64Encoded": False}
    except ValueError:
        raise InvalidRequestError(
            "The body is no text in UTF-8.", [{"field": "body", "code": "json_invalid"}]
        ) from None


def read_json(text: str) -> Any:
    """What a body says. Raises JSONDecodeError, and InvalidRequestError for JSON that no honest client sends.

    Python's parser gives up on brackets nested in thousands (RecursionError) and on numbers of more than 4300 digits.
    """
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except (RecursionError, ValueError):
        raise InvalidRequestError(
            "The body is nested too deeply, or holds too long a number.", [{"field": "body", "code": "json_excessive"}]
        ) from None


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FileToUpload(_Body):
    filename: Filename
    size: Size
    sha256: Sha256 | None = None

    def to_upload(self) -> Upload:
        return Upload(filename=safe_filename(self.filename), size=self.size, sha256=self.sha256)


class DocumentBody(_Body):
    """`filename` and `size` (and `sha256`) for a file, or `text`, or `link`: exactly one of the three."""

    kind: DocumentKind
    filename: Filename | None = None
    size: Size | None = None
    sha256: Sha256 | None = None
    text: Annotated[str, clean_text, Field(min_length=1, max_length=MAX_TEXT)] | None = None
    link: HttpLink | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        is_file = self.filename is not None and self.size is not None
        has_file_field = any(value is not None for value in (self.filename, self.size, self.sha256))
        if [is_file, self.text is not None, self.link is not None].count(True) != 1 or has_file_field != is_file:
            raise ValueError("a document is a file (filename, size), a text or a link")
        return self

    def to_handed_in(self) -> HandedIn:
        if self.filename is None or self.size is None:
            return HandedIn(kind=self.kind, text=self.text, link=self.link)
        upload = Upload(filename=safe_filename(self.filename), size=self.size, sha256=self.sha256)
        return HandedIn(kind=self.kind, upload=upload)


class NewApplicationBody(_Body):
    """`privacy_notice` is the version of the notice that the applicant was shown; `proof` the solved
    challenge, where the call's `proof` asks for one."""

    call: Annotated[str, Field(max_length=40)]
    language: Annotated[str, Field(max_length=10)]
    privacy_notice: Annotated[str, Field(max_length=20)]
    proof: Annotated[str, Field(max_length=2000)] | None = None
    applicant: Applicant
    preferences: Preferences = Preferences()
    documents: Annotated[list[DocumentBody], Field(max_length=3)] = []

    def to_new_application(self) -> NewApplication:
        return NewApplication(
            language=self.language,
            privacy_notice=self.privacy_notice,
            applicant=self.applicant,
            preferences=self.preferences,
            documents=tuple(document.to_handed_in() for document in self.documents),
        )


class MendBody(_Body):
    """Only the fields to change; null removes one (RFC 7396). The rules are those of a new application."""

    applicant: Annotated[dict[str, Any], Field(max_length=20)] = {}
    preferences: Annotated[dict[str, Any], Field(max_length=5)] = {}
