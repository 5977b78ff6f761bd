"""Mends the expert card, a mistyped address included, and takes an application back for good."""

from datetime import datetime
from typing import Any

from pydantic import ValidationError

from intake.adapters.applications import Applications
from intake.domain.applicant import Applicant, Preferences
from intake.domain.application import Application
from intake.domain.call import Call
from intake.errors import InvalidRequestError


def mend_application(
    application_id: str,
    applicant: dict[str, Any],
    preferences: dict[str, Any],
    *,
    call: Call,
    applications: Applications,
    now: datetime,
) -> Application:
    """With these fields of the card and the preferences changed, the others as they are (RFC 7396: null removes).

    Raises InvalidRequestError, NotAllowedNowError, NotFoundError.
    """

    def transition(current: Application) -> Application:
        try:
            mended = Applicant.model_validate(current.applicant.model_dump() | applicant)
            preferred = Preferences.model_validate(current.preferences.model_dump() | preferences)
        except ValidationError as error:
            raise InvalidRequestError.of_fields(error.errors()) from None
        call.check_applicant(mended)
        return current.mended(mended, preferred, now)

    return applications.change(application_id, transition)


def withdraw_application(application_id: str, *, applications: Applications, now: datetime) -> Application:
    """Revokes the token at once and marks the application for erasure. Raises NotFoundError."""
    return applications.change(application_id, lambda current: current.erased(now))
