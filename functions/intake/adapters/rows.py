"""How the table's rows are written: keys, values and times, alike for every adapter that reads or writes them."""

from datetime import UTC, datetime
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize

_OF_APPLICATION = "application#"

APPLICATION = "application"
"""The sort key of an application's own item."""

SEND, EVENT = "send#", "event#"
"""How the sort keys begin of an application's mails, and of what editors did with it."""


def to_item(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _serialize(value) for name, value in values.items()}


def from_item(item: dict[str, Any]) -> dict[str, Any]:
    return {name: _deserialize(value) for name, value in item.items()}


def key(pk: str, sk: str) -> dict[str, Any]:
    return to_item({"pk": pk, "sk": sk})


def application_pk(application_id: str) -> str:
    """The partition key of every row of an application."""
    return f"{_OF_APPLICATION}{application_id}"


def application_id_of(pk: str) -> str:
    return pk.removeprefix(_OF_APPLICATION)


def timestamp(moment: datetime) -> str:
    """UTC with whole seconds, so that text order is time order in the indexes."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def epoch(moment: datetime) -> int:
    """Seconds since 1970, which is what DynamoDB's TTL reads."""
    return int(moment.timestamp())


def conflicting_item(refused: ClientError) -> dict[str, Any]:
    """The item that a condition failed on, where ReturnValuesOnConditionCheckFailure asked for it; empty where there
    was none."""
    item: dict[str, Any] = refused.response.get("Item", {})  # type: ignore[assignment]
    return item
