"""Every error on the desk as a page. A page never says what was asked for."""

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from intake.errors import BodyTooLargeError, IntakeError
from intake.observability import Metric, count, logger
from intake.web import front
from intake.web.desk_door import first_call, sign_in_page
from intake.web.desk_frame import page
from intake.web.desk_request import ForeignRequestError, SignInNeededError


def refuse(error: IntakeError, _event: APIGatewayProxyEventV2) -> Response[str]:
    """The page for an error. No form of the desk is too long: what is came from elsewhere."""
    count(Metric.REQUEST_REFUSED, error.code)
    template = "foreign" if isinstance(error, BodyTooLargeError) else "failed" if error.status >= 500 else "missing"
    return page(template, first_call(), status=error.status)


def map_errors(app: APIGatewayHttpResolver) -> None:
    """Every exception becomes a page; two are the desk's own."""
    front.map_errors(app, refuse)
    app.exception_handler(SignInNeededError)(_ask_to_sign_in)
    app.exception_handler(ForeignRequestError)(_refuse_foreign)


def _ask_to_sign_in(_error: SignInNeededError) -> Response[str]:
    return sign_in_page()


def _refuse_foreign(_error: ForeignRequestError) -> Response[str]:
    logger.warning("foreign_request_refused")
    count(Metric.REQUEST_REFUSED, "foreign_request")
    return page("foreign", first_call(), status=403)
