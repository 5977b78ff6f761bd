"""Every error on the desk as a page, mapped once. A page never says what was asked for."""

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from intake.errors import IntakeError
from intake.observability import Metric, count, log_failure, logger
from intake.web.desk_door import first_call, sign_in_page
from intake.web.desk_frame import page
from intake.web.desk_request import ForeignRequestError, SignInNeededError


def map_errors(app: APIGatewayHttpResolver) -> None:
    """Registers the one mapping from exceptions to pages."""

    def ask_to_sign_in(_error: SignInNeededError) -> Response[str]:
        # A form sent after the session's end is refused; a link from a mail is simply not signed in yet.
        return sign_in_page(status=200 if app.current_event.http_method == "GET" else 403)

    def refuse_foreign(_error: ForeignRequestError) -> Response[str]:
        logger.warning("foreign_request_refused")
        count(Metric.REQUEST_REFUSED, "foreign_request")
        return page("foreign", first_call(), status=403)

    def refuse(error: IntakeError) -> Response[str]:
        count(Metric.REQUEST_REFUSED, error.code)
        if error.status >= 500:
            return page("failed", first_call(), status=error.status)
        return page("missing", first_call(), status=error.status)

    def nothing_here(_error: Exception) -> Response[str]:
        return page("missing", first_call(), status=404)

    def failed(error: Exception) -> Response[str]:
        log_failure(error)
        return page("failed", first_call(), status=500)

    app.exception_handler(SignInNeededError)(ask_to_sign_in)
    app.exception_handler(ForeignRequestError)(refuse_foreign)
    app.exception_handler(IntakeError)(refuse)
    app.exception_handler(Exception)(failed)
    app.not_found(nothing_here)
