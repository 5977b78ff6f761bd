"""Editors in the table."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from intake.adapters.rows import from_item, key, to_item
from intake.domain.editor import EVERY_CALL, Editor
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
