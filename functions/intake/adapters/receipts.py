"""Which receipts were let through to one mailbox, under a keyed hash of its address; the rows go by TTL."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from intake.adapters.rows import epoch, from_item, key, timestamp, to_item
from intake.domain.receipts import RECEIPT_WINDOW

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class LetThrough:
    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table = table_name

    def get(self, mailbox: str) -> dict[str, datetime]:
        """Reads consistently. The table's TTL may be days late, so some of it may count no more."""
        answer = self._client.get_item(TableName=self._table, Key=_key(mailbox), ConsistentRead=True)
        given = from_item(answer["Item"])["given"] if "Item" in answer else {}
        return {tag: datetime.fromisoformat(at) for tag, at in given.items()}

    def put(self, mailbox: str, known: Mapping[str, datetime], given: Mapping[str, datetime]) -> bool:
        """Writes what was let through over what was read; False where another worker was faster."""
        row = {"given": _timestamps(given), "expires_at": epoch(max(given.values()) + RECEIPT_WINDOW)}
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if known:
            condition = {
                "ConditionExpression": "given = :known",
                "ExpressionAttributeValues": to_item({":known": _timestamps(known)}),
            }
        try:
            self._client.put_item(TableName=self._table, Item=_key(mailbox) | to_item(row), **condition)
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True


def _key(mailbox: str) -> dict[str, Any]:
    return key(f"seen#{mailbox}", "receipts")


def _timestamps(times: Mapping[str, datetime]) -> dict[str, str]:
    return {tag: timestamp(at) for tag, at in times.items()}
