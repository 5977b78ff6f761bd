"""Errors as RFC 9457 problem+json, mapped once. A problem never repeats what the client sent."""

import json
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict

from intake.errors import DocumentsMissingError, IntakeError, InvalidRequestError, NotFoundError
from intake.observability import Metric, count, log_failure
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


def _field_of(loc: tuple[Any, ...]) -> str:
    return ".".join(str(part) for part in loc if part != "body") or "body"


def refuse(error: IntakeError) -> Response[Any]:
    """The answer for an error that has a code."""
    errors = error.errors if isinstance(error, InvalidRequestError) else None
    more = {"kinds": error.kinds} if isinstance(error, DocumentsMissingError) else {}
    return problem(error.status, error.code, str(error), errors, **more)


def _refuse_fields(error: RequestValidationError) -> Response[Any]:
    errors = [{"field": _field_of(found["loc"]), "code": found["type"]} for found in error.errors()]
    return problem(422, InvalidRequestError.code, "A field is missing or breaks a rule.", errors)


def _nothing_here(_error: Exception) -> Response[Any]:
    return problem(404, NotFoundError.code, "There is nothing here.")


def _failed(error: Exception) -> Response[Any]:
    log_failure(error)
    return problem(500, IntakeError.code, "Something went wrong on our side. Nothing was lost; try again.")


def map_errors(app: APIGatewayHttpResolver) -> None:
    """Registers the one mapping from exceptions to answers."""
    app.exception_handler(IntakeError)(refuse)
    app.exception_handler(RequestValidationError)(_refuse_fields)
    app.exception_handler(Exception)(_failed)
    app.not_found(_nothing_here)
