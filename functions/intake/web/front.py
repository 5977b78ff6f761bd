"""What stands around the routes of both HTTP functions: HEAD, the limit of a body, errors, and headers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from intake.errors import BodyTooLargeError, IntakeError, NotFoundError
from intake.observability import log_failure

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

type Resolve = Callable[[dict[str, Any], "LambdaContext"], dict[str, Any]]
type Refuse = Callable[[IntakeError, APIGatewayProxyEventV2], Response[Any]]
"""How an error is answered, and counted by its code."""


@dataclass(frozen=True)
class Front:
    """Routes that answer alike: the JSON API, the applicant's pages, or the desk. `resolve` finds the route and
    answers; what it raises is refused like a body of more than `max_bytes`."""

    resolve: Resolve
    refuse: Refuse
    max_bytes: int

    def answer(self, event: dict[str, Any], context: "LambdaContext", headers: Mapping[str, str]) -> dict[str, Any]:
        """The answer with these headers; what it says itself goes before them."""
        is_head = event["requestContext"]["http"]["method"] == "HEAD"
        answer = self._answer(_as_get(event) if is_head else event, context)
        answer["headers"] = {**headers, **(answer.get("headers") or {})}
        return {**answer, "body": ""} if is_head else answer

    def _answer(self, event: dict[str, Any], context: "LambdaContext") -> dict[str, Any]:
        try:
            if len(event.get("body") or "") > self.max_bytes:
                raise BodyTooLargeError(f"A request may have {self.max_bytes} bytes.")
            return self.resolve(event, context)
        except IntakeError as error:
            return _written(self.refuse(error, APIGatewayProxyEventV2(event)))


def map_errors(app: APIGatewayHttpResolver, refuse: Refuse) -> None:
    """Registers the one mapping from exceptions to answers. One that we do not know is logged, and fails like ours."""

    def answer(error: IntakeError) -> Response[Any]:
        return refuse(error, app.current_event)

    def fail(error: Exception) -> Response[Any]:
        log_failure(error)
        return answer(IntakeError("Something went wrong on our side. Nothing was lost; try again."))

    app.exception_handler(IntakeError)(answer)
    app.exception_handler(Exception)(fail)
    app.not_found(lambda _error: answer(NotFoundError("There is nothing here.")))


def _as_get(event: dict[str, Any]) -> dict[str, Any]:
    """HEAD is answered like GET, without the body (RFC 9110, section 9.3.2)."""
    request = event["requestContext"]
    return {**event, "requestContext": {**request, "http": {**request["http"], "method": "GET"}}}


def _written(refused: Response[Any]) -> dict[str, Any]:
    return {
        "statusCode": refused.status_code,
        "headers": {"Content-Type": refused.content_type},
        "body": refused.body,
    }
