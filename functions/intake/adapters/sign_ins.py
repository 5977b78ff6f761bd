"""What signing in needs in the table: codes, sessions, and how often a code was asked for."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from intake.adapters.rows import epoch, from_item, key, timestamp, to_item
from intake.domain.session import CODE_TRIES, CODE_WINDOW, PendingCode, Session, hashed

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class SignIns:
    """Codes and sessions: looked up by the hash of a secret that only the browser has."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._client = client
        self._table = table_name

    def requests(self, limit_key: str) -> tuple[datetime, ...]:
        """When codes were asked for under this key, as far as that still counts."""
        item = self._get(f"seen#{limit_key}", "codes")
        return tuple(_moment(at) for at in item["times"]) if item else ()

    def record_requests(self, limit_key: str, known: tuple[datetime, ...], times: tuple[datetime, ...]) -> bool:
        """Writes the new times over those that were read; False where somebody else was faster."""
        row = {"times": [timestamp(at) for at in times], "expires_at": epoch(times[-1] + CODE_WINDOW)}
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if known:
            condition = {
                "ConditionExpression": "times = :known",
                "ExpressionAttributeValues": to_item({":known": [timestamp(at) for at in known]}),
            }
        try:
            self._client.put_item(
                TableName=self._table, Item=key(f"seen#{limit_key}", "codes") | to_item(row), **condition
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def keep_code(self, browser: str, pending: PendingCode) -> None:
        row: dict[str, Any] = {
            "code_hash": pending.code_hash,
            "target": pending.target,
            "tries": pending.tries,
            "expires_at": epoch(pending.expires_at),
        }
        if pending.editor:
            row["editor"] = pending.editor
        self._client.put_item(TableName=self._table, Item=key(f"code#{hashed(browser)}", "code") | to_item(row))

    def count_try(self, browser: str, now: datetime) -> PendingCode | None:
        """The pending code with this try counted, before anything is compared: guesses made at once all count.

        None where this browser has no code, or none that may still be guessed at.
        """
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=key(f"code#{hashed(browser)}", "code"),
                UpdateExpression="ADD tries :one",
                ConditionExpression="tries < :tries AND expires_at > :now",
                ExpressionAttributeValues=to_item({":one": 1, ":tries": CODE_TRIES, ":now": epoch(now)}),
                ReturnValues="ALL_NEW",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return None
        row = from_item(answer["Attributes"])
        return PendingCode(
            code_hash=row["code_hash"],
            editor=row.get("editor"),
            target=row["target"],
            expires_at=datetime.fromtimestamp(int(row["expires_at"]), tz=now.tzinfo),
            tries=int(row["tries"]),
        )

    def use_code(self, browser: str) -> bool:
        """Takes the code away; True for the one request that did it (ASVS 5.0 6.5.1: a code is used once)."""
        return self._delete(f"code#{hashed(browser)}", "code")

    def open_session(self, session_id: str, session: Session) -> None:
        row = {"editor": session.editor, "expires_at": epoch(session.expires_at)}
        self._client.put_item(
            TableName=self._table, Item=key(f"session#{hashed(session_id)}", "session") | to_item(row)
        )

    def session(self, session_id: str, now: datetime) -> Session | None:
        """The session, unless it is over; the table's TTL may be days late."""
        row = self._get(f"session#{hashed(session_id)}", "session")
        if row is None:
            return None
        session = Session(row["editor"], datetime.fromtimestamp(int(row["expires_at"]), tz=now.tzinfo))
        return None if session.is_over(now) else session

    def close_session(self, session_id: str) -> None:
        self._delete(f"session#{hashed(session_id)}", "session")

    def _get(self, pk: str, sk: str) -> dict[str, Any] | None:
        answer = self._client.get_item(TableName=self._table, Key=key(pk, sk), ConsistentRead=True)
        return from_item(answer["Item"]) if "Item" in answer else None

    def _delete(self, pk: str, sk: str) -> bool:
        answer = self._client.delete_item(TableName=self._table, Key=key(pk, sk), ReturnValues="ALL_OLD")
        return "Attributes" in answer


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
