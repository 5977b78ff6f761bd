"""Applications in DynamoDB: one item each, every write conditional on the revision that was read."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from intake.adapters.rows import (
    APPLICATION,
    application_id_of,
    application_pk,
    conflicting_item,
    from_item,
    key,
    timestamp,
    to_item,
)
from intake.domain.application import Application
from intake.domain.status import ApplicationStatus, Due
from intake.errors import ConcurrentChangeError, NotFoundError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_TO_ERASE = (ApplicationStatus.ERASED, ApplicationStatus.EXPIRED)
_TRIES = 8
_PAUSE_SECONDS = 0.05


def _item(application: Application) -> dict[str, Any]:
    """The item of an application: its fields, and what the stream filter and the indexes need."""
    values = application.model_dump(mode="json", exclude_none=True)
    if application.due_at:
        values["due_at"] = timestamp(application.due_at)
    if application.submitted_at:
        values["submitted_at"] = timestamp(application.submitted_at)
        values["call_status"] = f"{application.call}#{application.status}"
        values["lookup"] = application.reference
    return to_item(
        {
            **values,
            "pk": application_pk(application.id),
            "sk": APPLICATION,
            "reference": application.reference,
            "outstanding": application.outstanding,
        }
    )


def is_tombstone(values: dict[str, Any]) -> bool:
    return "applicant" not in values


def to_application(values: dict[str, Any]) -> Application:
    """Raises NotFoundError for a tombstone: what was erased answers like what never was."""
    if is_tombstone(values):
        raise NotFoundError("There is no such application.")
    return Application.model_validate({name: values[name] for name in Application.model_fields if name in values})


@dataclass(frozen=True)
class Erasure:
    """An application marked for erasure; `is_buried` once only its tombstone is left, erased at `erased_at`."""

    is_buried: bool
    erased_at: datetime | None


class Applications:
    """`is_open` says of each what may be read and changed; all else answers like what never was."""

    def __init__(
        self, client: "DynamoDBClient", table_name: str, is_open: Callable[[Application], bool] = lambda _: True
    ) -> None:
        self._client = client
        self._table = table_name
        self._is_open = is_open

    def where(self, is_open: Callable[[Application], bool]) -> "Applications":
        """The same, for somebody to whom only some are open. Each change asks again, of the very state it changes: what
        was open at a look before may be so no longer."""
        return Applications(self._client, self._table, is_open)

    def create(self, application: Application) -> tuple[Application, bool]:
        """Writes a new application, or finds the one with the same id; the flag says whether it is new.

        Raises NotFoundError where the application with this id was erased.
        """
        try:
            self._client.put_item(
                TableName=self._table,
                Item=_item(application),
                ConditionExpression="attribute_not_exists(pk)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as refused:
            return to_application(from_item(conflicting_item(refused))), False
        return application, True

    def _read(self, application_id: str) -> dict[str, Any] | None:
        answer = self._client.get_item(
            TableName=self._table,
            Key=key(application_pk(application_id), APPLICATION),
            ConsistentRead=True,
        )
        return from_item(answer["Item"]) if "Item" in answer else None

    def get(self, application_id: str) -> Application:
        """Reads consistently. Raises NotFoundError, also for what was erased."""
        values = self._read(application_id)
        if values is None:
            raise NotFoundError("There is no such application.")
        application = to_application(values)
        if not self._is_open(application):
            raise NotFoundError("There is no such application.")
        return application

    def change(self, application_id: str, transition: Callable[[Application], Application]) -> Application:
        """Applies a pure transition to the newest state and writes the result, if it is another value.

        The transition runs again when somebody else was faster. Raises what it raises, NotFoundError, and
        ConcurrentChangeError after several tries.
        """
        for attempt in range(_TRIES):
            current = self.get(application_id)
            changed = transition(current)
            if changed == current:
                return current
            changed = changed.model_copy(update={"revision": current.revision + 1})
            item = _item(changed)
            try:
                self._put(item, current.revision)
            except self._client.exceptions.ConditionalCheckFailedException as refused:
                if conflicting_item(refused) == item:
                    return changed  # the SDK repeated it, since the answer was lost: it may have closed to whoever asks
                time.sleep(random.uniform(0, _PAUSE_SECONDS * 2**attempt))  # noqa: S311 - jitter
            else:
                return changed
        raise ConcurrentChangeError("The application is being changed; try again.")

    def _put(self, item: dict[str, Any], revision: int) -> None:
        self._client.put_item(
            TableName=self._table,
            Item=item,
            ConditionExpression="revision = :revision",
            ExpressionAttributeValues=to_item({":revision": revision}),
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )

    def due(self, kind: Due, now: datetime) -> Iterator[str]:
        """The ids of the applications for which this is due, the longest due first."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="due",
            KeyConditionExpression="due_kind = :kind AND due_at <= :now",
            ExpressionAttributeValues=to_item({":kind": kind.value, ":now": timestamp(now)}),
        )
        for page in pages:
            for item in page["Items"]:
                yield application_id_of(from_item(item)["pk"])

    def rows(self, application_id: str) -> list[dict[str, Any]]:
        """Every row of an application as plain values, its item included."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_item({":pk": application_pk(application_id)}),
            ConsistentRead=True,
        )
        return [from_item(item) for page in pages for item in page["Items"]]

    def erasure(self, application_id: str) -> Erasure | None:
        """The state of an erasure, or None where none is due: of what was withdrawn, and of what expired, be it a draft
        or an application that nobody decided in time."""
        values = self._read(application_id)
        if values is None or values["status"] not in _TO_ERASE:
            return None
        at = values.get("erased_at")
        return Erasure(is_buried=is_tombstone(values), erased_at=datetime.fromisoformat(at) if at else None)

    def bury(self, application_id: str, erased_at: datetime, look_again_at: datetime | None) -> None:
        """Deletes every row of an erased application and leaves a tombstone without personal data in its place.

        The tombstone is in the due index while `look_again_at` is set. Raises ConcurrentChangeError.
        """
        for row in self.rows(application_id):
            if row["sk"] != APPLICATION:
                self._client.delete_item(TableName=self._table, Key=key(row["pk"], row["sk"]))
        tombstone = {
            "pk": application_pk(application_id),
            "sk": APPLICATION,
            "status": ApplicationStatus.ERASED.value,
            "erased_at": timestamp(erased_at),
        }
        if look_again_at:
            tombstone |= {"due_kind": Due.ERASURE.value, "due_at": timestamp(look_again_at)}
        try:
            self._client.put_item(
                TableName=self._table,
                Item=to_item(tombstone),
                ConditionExpression="#status IN (:erased, :expired)",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues=to_item({f":{status}": status.value for status in _TO_ERASE}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            raise ConcurrentChangeError("The application is not marked as erased.") from None
