"""What goes wrong on a page, as a page: in the reader's language, and with a way out."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from intake.domain.call import LANGUAGES
from intake.errors import (
    BodyTooLargeError,
    CallNotOpenError,
    ConcurrentChangeError,
    IntakeError,
    KeysUnavailableError,
    NotAllowedNowError,
    NotFoundError,
    TooManyUploadsError,
)
from intake.observability import Metric, count
from intake.rendering.catalogues import N_, say
from intake.web.languages import negotiated
from intake.web.page import page

_TEXTS = {
    NotFoundError.code: (
        N_("There is no page here"),
        N_(
            "Check the address: it is long, and all of it is needed. An application that was withdrawn no longer has "
            "a page."
        ),
    ),
    CallNotOpenError.code: (
        N_("This call takes no applications now"),
        N_("Its page says when it does. Nothing that you sent before is lost."),
    ),
    NotAllowedNowError.code: (
        N_("This cannot be changed any more"),
        N_("The editors have decided, or it was changed too often. Write to the magazine if something is wrong."),
    ),
    TooManyUploadsError.code: (
        N_("That was one file too many"),
        N_("This document was replaced very often. What arrived last counts. Write to the magazine for another try."),
    ),
    BodyTooLargeError.code: (
        N_("That was too much text"),
        N_("Go back, where it still stands, and shorten it, or send it as a file."),
    ),
    ConcurrentChangeError.code: (
        N_("Please try again"),
        N_("Your application was being changed in the same moment. Nothing was lost: go back and try again."),
    ),
    KeysUnavailableError.code: (
        N_("We cannot open anything just now"),
        N_("Nothing is lost, and the people who run this were told. Go back and try again in a while."),
    ),
}
_FAILED = (
    N_("Something went wrong on our side"),
    N_("Nothing that arrived is lost. Go back and try again; if it keeps happening, write to the magazine."),
)


def refuse(error: IntakeError, event: APIGatewayProxyEventV2) -> Response[str]:
    """The page for an error; in the language of the address, else of the browser."""
    count(Metric.REQUEST_REFUSED, error.code)
    first = event.path.strip("/").partition("/")[0]
    language = first if first in LANGUAGES else negotiated(event.headers.get("accept-language", ""), LANGUAGES)
    title, text = (say(language, part) for part in _TEXTS.get(error.code, _FAILED))
    brand = say(language, N_("Applications"))
    return page("problem", language, brand=brand, home="/", title=title, text=text, status=error.status)
