"""What the desk reads of applications in the table beyond one by its id: the list, and what editors did."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from intake.adapters.applications import to_application
from intake.adapters.rows import (
    EVENT,
    application_id_of,
    application_pk,
    epoch,
    from_item,
    key,
    timestamp,
    to_item,
)
from intake.domain.application import Application
from intake.domain.desk_list import PAGE_SIZE, Position
from intake.domain.document import DocumentKind
from intake.domain.event import EVENT_LIFETIME, Act, Event
from intake.domain.status import ApplicationStatus
from intake.observability import log_failure

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_LONGEST_HISTORY = 50


class Reviews:
    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table = table_name

    def submitted(
        self, call_id: str, status: ApplicationStatus, *, is_descending: bool, since: Position | None
    ) -> Iterator[Application]:
        """A call's applications of this status by the moment of submission, from that moment on, it included.

        Lazy: no more is read than is taken. The index is a moment behind, which a list may be. What cannot be read is
        left out; keep's comparison tells of it.
        """
        values = {":partition": f"{call_id}#{status}"}
        condition = "call_status = :partition"
        if since:
            condition += f" AND submitted_at {'<=' if is_descending else '>='} :since"
            values[":since"] = timestamp(datetime.fromtimestamp(since.at, tz=UTC))
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="desk",
            KeyConditionExpression=condition,
            ExpressionAttributeValues=to_item(values),
            ScanIndexForward=not is_descending,
            PaginationConfig={"PageSize": PAGE_SIZE},
        )
        for page in pages:
            yield from filter(None, map(_application, map(from_item, page["Items"])))

    def record(self, application_id: str, event: Event) -> None:
        """Adds one line to the application's history, which goes by itself after EVENT_LIFETIME."""
        sk = f"{EVENT}{timestamp(event.at)}#{secrets.token_hex(4)}"
        row: dict[str, Any] = {
            "who": event.who,
            "act": event.act.value,
            "kind": event.kind.value,
            "attempt": event.attempt,
            "version": event.version,
            "expires_at": epoch(event.at + EVENT_LIFETIME),
        }
        self._client.put_item(TableName=self._table, Item=key(application_pk(application_id), sk) | to_item(row))

    def history(self, application_id: str, now: datetime) -> list[Event]:
        """What editors did last, the latest first; what is past its time is left out even before the table drops it."""
        answer = self._client.query(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :event)",
            ExpressionAttributeValues=to_item({":pk": application_pk(application_id), ":event": EVENT}),
            ScanIndexForward=False,
            Limit=_LONGEST_HISTORY,
            ConsistentRead=True,
        )
        events = [_event(from_item(item)) for item in answer["Items"]]
        return [event for event in events if event.at + EVENT_LIFETIME > now]


def _application(row: dict[str, Any]) -> Application | None:
    """None, logged and counted, for an item that cannot be read."""
    try:
        return to_application(row)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the rest of the list is not
        log_failure(error, application=application_id_of(row["pk"]))
        return None


def _event(row: dict[str, Any]) -> Event:
    return Event(
        at=datetime.fromisoformat(row["sk"].split("#")[1]),
        who=row["who"],
        act=Act(row["act"]),
        kind=DocumentKind(row["kind"]),
        attempt=int(row["attempt"]),
        version=row["version"],
    )
