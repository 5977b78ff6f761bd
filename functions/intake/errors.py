"""Errors that a client or a person can cause, each with a stable code and an HTTP status, and those of mail and queues
that more than one room has to know. What one room raises for its caller lies where it is raised."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Self


class IntakeError(Exception):
    """Base of the errors that the API answers with.

    `code` is stable and part of the API (docs/architecture.md); `status` is the HTTP status it is answered with;
    the message is written for the client's developer and never repeats what the client sent.
    """

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500


class NotFoundError(IntakeError):
    """The thing is not there, or its token is wrong: the two answer alike, so ids cannot be probed."""

    code = "not_found"
    status = 404


class InvalidRequestError(IntakeError):
    """The request is no JSON, or breaks a rule; `errors` names each field with a stable code."""

    code = "invalid_request"
    status = 422

    def __init__(self, message: str, errors: list[dict[str, str]] | None = None) -> None:
        super().__init__(message)
        self.errors = errors or []

    @classmethod
    def of_fields(cls, problems: Iterable[Mapping[str, Any]]) -> Self:
        """From what a pydantic model found wrong (`errors()`): fields and rules, never what stood there."""
        return cls(
            "A field is missing or breaks a rule.",
            [{"field": _dotted(problem["loc"]), "code": problem["type"]} for problem in problems],
        )


def _dotted(loc: Iterable[object]) -> str:
    return ".".join(str(part) for part in loc if part != "body") or "body"


class BodyTooLargeError(IntakeError):
    code = "body_too_large"
    status = 413


class CallNotOpenError(IntakeError):
    """The call takes no applications now: it is upcoming, paused or closed."""

    code = "call_not_open"
    status = 409


class ProofNeededError(IntakeError):
    """A proof of work is asked for, and there is none that is right, in time and this application's."""

    code = "proof_needed"
    status = 400


class IdempotencyConflictError(IntakeError):
    """The Idempotency-Key was used before with another body."""

    code = "idempotency_conflict"
    status = 409


class DocumentsMissingError(IntakeError):
    """Submission was asked for while required documents were never uploaded; `kinds` names them."""

    code = "documents_missing"
    status = 409

    def __init__(self, kinds: list[str]) -> None:
        super().__init__("Required documents were never uploaded.")
        self.kinds = kinds


class NotAllowedNowError(IntakeError):
    """The application's state does not allow this any more."""

    code = "not_allowed_now"
    status = 409


class TooManyUploadsError(IntakeError):
    """Every upload ticket of this document has been used up."""

    code = "too_many_uploads"
    status = 429


class ConcurrentChangeError(IntakeError):
    """Somebody else changed the application in the same moment, more often than we retry."""

    code = "try_again"
    status = 503


class KeysUnavailableError(IntakeError):
    """The keys that sign links, or that of the documents, are out of reach: no right, disabled, no connection."""

    code = "keys_unavailable"
    status = 503


class MailNotSentError(Exception):
    """SES did not take a mail. `is_answered` tells whether SES said so, or its answer was lost; `is_final` that it
    would say the same tomorrow."""

    def __init__(self, code: str, *, is_answered: bool, is_final: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.is_answered = is_answered
        self.is_final = is_final


class ComeAgainError(Exception):
    """Nothing broke: the message has to be delivered again. Why was counted where that was decided."""
