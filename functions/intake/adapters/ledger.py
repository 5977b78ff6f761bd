"""The whole table, page by page, and how far the comparison of everything has come."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from intake.adapters.rows import APPLICATION, from_item, key, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_PAGE = 500
"""Rows read at once: some 150 applications with their sends."""

_PROGRESS = key("reconciliation", "progress")


class Ledger:
    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table = table_name

    def page(self, after: str = "") -> tuple[Sequence[dict[str, Any]], str]:
        """The applications' items as they lie there, tombstones too, and after what to go on ("" at the end).

        No index is asked, since what an index lacks is what is looked for.
        """
        begin = {"ExclusiveStartKey": to_item(json.loads(after))} if after else {}
        answer = self._client.scan(
            TableName=self._table,
            Limit=_PAGE,
            FilterExpression="sk = :application",
            ExpressionAttributeValues=to_item({":application": APPLICATION}),
            **begin,  # type: ignore[arg-type]
        )
        last = answer.get("LastEvaluatedKey")
        return [from_item(item) for item in answer["Items"]], json.dumps(from_item(last)) if last else ""

    def progress(self) -> dict[str, Any]:
        answer = self._client.get_item(TableName=self._table, Key=_PROGRESS, ConsistentRead=True)
        return json.loads(answer["Item"]["state"]["S"]) if "Item" in answer else {}

    def save(self, progress: dict[str, Any]) -> None:
        self._client.put_item(TableName=self._table, Item=_PROGRESS | to_item({"state": json.dumps(progress)}))
