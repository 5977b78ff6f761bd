"""One row for each mail and recipient: claimed before SES is asked, sent once SES has answered with its id, and then
what SES's events say became of it."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from intake.adapters.rows import (
    SEND,
    application_id_of,
    application_pk,
    conflicting_item,
    from_item,
    key,
    timestamp,
    to_item,
)
from intake.domain.delivery import DELIVERY_DEADLINE, Audience, Delivery, Send, SendState, audience_of
from intake.domain.status import Due

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LEASE = timedelta(seconds=60)
"""How long a claim keeps others out: longer than a send can take, shorter than the queue's visibility timeout, so
that the redelivery after a crash finds the claim expired."""


@dataclass(frozen=True)
class Claim:
    """`is_ours`: this worker may send now, and calls the mail `send_id`. Else `state` is what there is: claimed by
    another worker, sent, or refused for good; sent or refused, it told of `changes` changes."""

    is_ours: bool
    state: SendState
    send_id: str
    changes: int


@dataclass(frozen=True)
class SendKey:
    application_id: str
    sort_key: str


class Sends:
    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table = table_name

    def _key(self, application_id: str, kind: str, recipient: str) -> dict[str, Any]:
        return key(application_pk(application_id), f"{SEND}{kind}#{recipient}")

    def claim(self, application_id: str, kind: str, recipient: str, changes: int, now: datetime) -> Claim:
        """Claims the right to send this mail. A claim that was neither released nor recorded lapses after LEASE:
        then SES's answer was lost, or the worker died, and the mail may go out a second time.

        A mail to editors is due in the index from now until its fate is known; see `overdue`.
        """
        send_id = secrets.token_hex(16)
        row = {"state": SendState.CLAIMED, "claimed_at": timestamp(now), "changes": changes, "send_id": send_id}
        if audience_of(kind) is Audience.EDITORS:
            row |= {"due_kind": Due.DELIVERY, "due_at": timestamp(now + DELIVERY_DEADLINE)}
        try:
            self._client.put_item(
                TableName=self._table,
                Item=self._key(application_id, kind, recipient) | to_item(row),
                ConditionExpression="attribute_not_exists(pk) OR #state = :released"
                " OR (#state = :claimed AND claimed_at <= :lapsed)",
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues=to_item(
                    {
                        ":released": SendState.RELEASED,
                        ":claimed": SendState.CLAIMED,
                        ":lapsed": timestamp(now - LEASE),
                    }
                ),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as refused:
            found = from_item(conflicting_item(refused))
            return Claim(
                is_ours=False,
                state=SendState(found["state"]),
                send_id=found["send_id"],
                changes=int(found["changes"]),
            )
        return Claim(is_ours=True, state=SendState.CLAIMED, send_id=send_id, changes=changes)

    def record(self, application_id: str, kind: str, recipient: str, ses_id: str, now: datetime) -> None:
        values = {"state": SendState.SENT, "sent_at": timestamp(now), "lookup": ses_id}
        self._set(application_id, kind, recipient, values)

    def release(self, application_id: str, kind: str, recipient: str, code: str) -> None:
        """Gives the claim back: SES said that it did not take the mail, and why."""
        self._set(application_id, kind, recipient, {"state": SendState.RELEASED, "refused_with": code})

    def refuse(self, application_id: str, kind: str, recipient: str, code: str) -> None:
        """SES said that it will never take the mail, and why: nobody tries again."""
        self._set(application_id, kind, recipient, {"state": SendState.REFUSED, "refused_with": code})

    def _set(self, application_id: str, kind: str, recipient: str, values: dict[str, str]) -> None:
        self._client.update_item(
            TableName=self._table,
            Key=self._key(application_id, kind, recipient),
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in values),
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeNames={f"#{name}": name for name in values},
            ExpressionAttributeValues=to_item({f":{name}": value for name, value in values.items()}),
        )

    def of(self, application_id: str) -> list[Send]:
        """Every mail of an application, read consistently."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :send)",
            ExpressionAttributeValues=to_item({":pk": application_pk(application_id), ":send": SEND}),
            ConsistentRead=True,
        )
        return [_send(from_item(item)) for page in pages for item in page["Items"]]

    def deliver(self, send: Send, delivery: Delivery, ses_id: str, now: datetime) -> bool:
        """Records what became of a mail; False where no less was known, or the mail has been erased or sent anew.

        That SES speaks of it proves that it took it, even where its answer was lost.
        """
        earlier = {f":earlier{n}": known for n, known in enumerate(delivery.earlier)}
        known = f" OR delivery IN ({', '.join(earlier)})" if earlier else ""
        remove = "" if delivery is Delivery.LATE else " REMOVE due_kind, due_at"
        try:
            self._client.update_item(
                TableName=self._table,
                Key=self._key(send.application_id, send.kind, send.recipient),
                UpdateExpression="SET #state = :sent, delivery = :delivery, sent_at = if_not_exists(sent_at, :now),"
                f" lookup = if_not_exists(lookup, :ses_id){remove}",
                ConditionExpression=f"send_id = :send_id AND (attribute_not_exists(delivery){known})",
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues=to_item(
                    {
                        ":sent": SendState.SENT,
                        ":delivery": delivery,
                        ":now": timestamp(now),
                        ":ses_id": ses_id,
                        ":send_id": send.send_id,
                        **earlier,
                    }
                ),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def overdue(self, now: datetime) -> Iterator[SendKey]:
        """The mails to editors whose fate was not known by their deadline, the longest overdue first."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="due",
            KeyConditionExpression="due_kind = :kind AND due_at <= :now",
            ExpressionAttributeValues=to_item({":kind": Due.DELIVERY, ":now": timestamp(now)}),
        )
        for page in pages:
            for item in page["Items"]:
                row = from_item(item)
                yield SendKey(application_id_of(row["pk"]), row["sk"])

    def get(self, send: SendKey) -> Send | None:
        """Reads consistently; None where it was erased."""
        answer = self._client.get_item(
            TableName=self._table, Key=key(application_pk(send.application_id), send.sort_key), ConsistentRead=True
        )
        return _send(from_item(answer["Item"])) if "Item" in answer else None

    def set_late(self, send: Send) -> None:
        """Is overdue no longer; late, unless something better or worse is known by now."""
        self._client.update_item(
            TableName=self._table,
            Key=self._key(send.application_id, send.kind, send.recipient),
            UpdateExpression="SET delivery = if_not_exists(delivery, :late) REMOVE due_kind, due_at",
            ConditionExpression="send_id = :send_id",
            ExpressionAttributeValues=to_item({":late": Delivery.LATE, ":send_id": send.send_id}),
        )


def _send(row: dict[str, Any]) -> Send:
    _, kind, recipient = row["sk"].split("#", 2)
    delivery = row.get("delivery")
    return Send(
        application_id=application_id_of(row["pk"]),
        kind=kind,
        recipient=recipient,
        state=SendState(row["state"]),
        send_id=row["send_id"],
        delivery=Delivery(delivery) if delivery else None,
    )
