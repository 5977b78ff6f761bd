"""Editors in the table, with what signing in needs: codes, sessions, and how often a code was asked for."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from intake.adapters.rows import epoch, from_item, key, timestamp, to_item
from intake.domain.editor import EVERY_CALL, Editor
from intake.domain.session import CODE_TRIES, CODE_WINDOW, PendingCode, Session, hashed
from intake.observability import log_failure

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_EDITOR = "editor#"
_PARTITION = "editors"
"""Where editors stand in the desk index, by address: listing them needs no scan, and no index of their own."""


class Editors:
    """Who may read. The first editor is a parameter of the stack: one of every call, whatever the table says, so that
    no application is ever nobody's (promise P1). A row that cannot be read is nobody, and keeps no one else from mail.
    """

    def __init__(self, client: "DynamoDBClient", table_name: str, first_editor: str) -> None:
        self._client = client
        self._table = table_name
        # Not validated again: an address that our own rules find odd must still get its mail.
        self._first = Editor.model_construct(address=first_editor.lower(), routes=(EVERY_CALL,))

    def get(self, address: str) -> Editor | None:
        """Reads consistently, with one read for everybody: how long it takes tells nothing."""
        answer = self._client.get_item(
            TableName=self._table, Key=key(f"{_EDITOR}{address}", "editor"), ConsistentRead=True
        )
        if address == self._first.address:
            return self._first
        return _editor(from_item(answer["Item"])) if "Item" in answer else None

    def all(self) -> list[Editor]:
        """Everybody, by address."""
        readable = filter(None, map(_editor, self._rows()))
        listed = {editor.address: editor for editor in readable} | {self._first.address: self._first}
        return [listed[address] for address in sorted(listed)]

    def routed_to(self, call_id: str) -> tuple[str, ...]:
        """The addresses that this call's applications are mailed to."""
        return tuple(editor.address for editor in self.all() if editor.reads(call_id))

    def unreadable(self) -> list[str]:
        """The addresses of rows that cannot be read: written by hand, or by rules that were others."""
        return [_address(row) for row in self._rows() if _editor(row) is None]

    def _rows(self) -> Iterator[dict[str, Any]]:
        """Only rows of editors: what stands in the index is anybody's who may write an application."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName="desk",
            KeyConditionExpression="call_status = :editors",
            ExpressionAttributeValues=to_item({":editors": _PARTITION}),
        )
        for page in pages:
            rows = map(from_item, page["Items"])
            yield from (row for row in rows if row["pk"].startswith(_EDITOR))

    def put(self, editor: Editor) -> None:
        """Adds an editor, or changes its routes."""
        row = {"routes": list(editor.routes), "call_status": _PARTITION, "submitted_at": editor.address}
        self._client.put_item(TableName=self._table, Item=key(f"{_EDITOR}{editor.address}", "editor") | to_item(row))

    def remove(self, address: str) -> bool:
        """Whether there was such a row. The editor's sessions end with it: each request asks for the editor again."""
        answer = self._client.delete_item(
            TableName=self._table, Key=key(f"{_EDITOR}{address}", "editor"), ReturnValues="ALL_OLD"
        )
        return "Attributes" in answer


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


def _address(row: dict[str, Any]) -> str:
    address: str = row["pk"].removeprefix(_EDITOR)
    return address


def _editor(row: dict[str, Any]) -> Editor | None:
    """None, logged and counted, for a row that cannot be read."""
    try:
        return Editor(address=_address(row), routes=tuple(row["routes"]))
    except Exception as error:  # noqa: BLE001 - whatever is wrong with it, the other editors are not
        log_failure(error)
        return None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
