"""One row for each mail and recipient: claimed before SES is asked, sent once SES has answered with its id."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from intake.adapters.applications import conflicting_item, from_item, partition_key, timestamp, to_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LEASE = timedelta(seconds=60)
"""How long a claim keeps others out: longer than a send can take, shorter than the queue's visibility timeout, so
that the redelivery after a crash finds the claim expired."""


@dataclass(frozen=True)
class Claim:
    """`is_ours`: this worker may send now. `is_sent`: the mail went out before, telling of `changes` changes.

    Neither: another worker holds the claim."""

    is_ours: bool
    is_sent: bool
    changes: int


class Sends:
    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table = table_name

    def _key(self, application_id: str, kind: str, recipient: str) -> dict[str, Any]:
        return to_item({"pk": partition_key(application_id), "sk": f"send#{kind}#{recipient}"})

    def claim(self, application_id: str, kind: str, recipient: str, changes: int, now: datetime) -> Claim:
        """Claims the right to send this mail. A claim that was neither released nor recorded lapses after LEASE:
        then SES's answer was lost, or the worker died, and the mail may go out a second time."""
        try:
            self._client.put_item(
                TableName=self._table,
                Item=self._key(application_id, kind, recipient)
                | to_item({"state": "claimed", "claimed_at": timestamp(now), "changes": changes}),
                ConditionExpression="attribute_not_exists(pk) OR #state = :released"
                " OR (#state = :claimed AND claimed_at <= :lapsed)",
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues=to_item(
                    {":released": "released", ":claimed": "claimed", ":lapsed": timestamp(now - LEASE)}
                ),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as refused:
            row = from_item(conflicting_item(refused))
            return Claim(is_ours=False, is_sent=row["state"] == "sent", changes=int(row["changes"]))
        return Claim(is_ours=True, is_sent=False, changes=changes)

    def record(self, application_id: str, kind: str, recipient: str, ses_id: str, now: datetime) -> None:
        self._set(application_id, kind, recipient, {"state": "sent", "sent_at": timestamp(now), "lookup": ses_id})

    def release(self, application_id: str, kind: str, recipient: str, code: str) -> None:
        """Gives the claim back: SES said that it did not take the mail, and why."""
        self._set(application_id, kind, recipient, {"state": "released", "refused_with": code})

    def _set(self, application_id: str, kind: str, recipient: str, values: dict[str, str]) -> None:
        self._client.update_item(
            TableName=self._table,
            Key=self._key(application_id, kind, recipient),
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in values),
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeNames={f"#{name}": name for name in values},
            ExpressionAttributeValues=to_item({f":{name}": value for name, value in values.items()}),
        )
