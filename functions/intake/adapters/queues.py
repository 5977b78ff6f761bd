"""Queues: messages carry ids only."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_BATCH = 10
"""SendMessageBatch takes ten entries
(https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html)."""


class QueueError(Exception):
    """The queue did not take every message."""


class Queue:
    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, messages: Sequence[dict[str, str]]) -> None:
        """Sends all, in batches. Raises QueueError when one was not taken; sending all again is harmless."""
        for start in range(0, len(messages), _BATCH):
            batch = messages[start : start + _BATCH]
            answer = self._client.send_message_batch(
                QueueUrl=self._url,
                Entries=[{"Id": str(n), "MessageBody": json.dumps(message)} for n, message in enumerate(batch)],
            )
            if answer.get("Failed"):
                raise QueueError(f"{len(answer['Failed'])} of {len(batch)} messages were not taken")
