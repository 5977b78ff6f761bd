"""Errors as RFC 9457 problem+json, mapped once. A problem never repeats what the client sent."""

import json
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from pydantic import BaseModel, ConfigDict

from intake.errors import DocumentsMissingError, IntakeError, InvalidRequestError
from intake.observability import Metric, count
from intake.web import front
from intake.web.headers import retry_after


class FieldProblem(BaseModel):
    """`field` is a dotted path into the request, `code` a stable word for the rule that it breaks."""

    field: str
    code: str


class Problem(BaseModel):
    """RFC 9457; `code` is the stable name of the problem, `errors` and `kinds` say more where they are present."""

    model_config = ConfigDict(extra="forbid")

    type: str = "about:blank"
    title: str
    status: int
    code: str
    detail: str | None = None
    errors: list[FieldProblem] | None = None
    kinds: list[str] | None = None


def problem(
    status: int, code: str, detail: str | None = None, errors: list[dict[str, str]] | None = None, **more: Any
) -> Response[Any]:
    """The answer for an error, which is counted by its code."""
    count(Metric.REQUEST_REFUSED, code)
    body = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        code=code,
        detail=detail,
        errors=[FieldProblem(**error) for error in errors] if errors else None,
        **more,
    )
    return Response(
        status_code=status,
        content_type="application/problem+json",
        body=json.dumps(body.model_dump(exclude_none=True)),
        headers=retry_after(status),
    )


def refuse(error: IntakeError, _event: APIGatewayProxyEventV2) -> Response[Any]:
    """The problem that an error is."""
    errors = error.errors if isinstance(error, InvalidRequestError) else None
    more = {"kinds": error.kinds} if isinstance(error, DocumentsMissingError) else {}
    return problem(error.status, error.code, str(error), errors, **more)


def map_errors(app: APIGatewayHttpResolver) -> None:
    """Every exception becomes a problem, and what the API's models refuse one that names the fields."""

    def refuse_fields(error: RequestValidationError) -> Response[Any]:
        return refuse(InvalidRequestError.of_fields(error.errors()), app.current_event)

    front.map_errors(app, refuse)
    app.exception_handler(RequestValidationError)(refuse_fields)
