"""`intake redrive`: dead letters back to their queues, once the cause is mended."""

import argparse
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from intake_ops.deployed import Deployed

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

QUEUES = ("inspect", "scan", "notify", "delivery", "erase")
"""What a function works on and gives up after some tries. The dead letters of the stream and of events are no messages
of ours: keep has queued the same applications."""

_AT_ONCE = 10
_HIDDEN_SECONDS = 60

DESCRIPTION = """\
A message that failed several times waits among the dead letters of its queue for two weeks, and an alarm tells of it.
Read why it failed, mend that, then move the messages back; docs/operations.md says what each alarm asks for. Moving
one twice is harmless: every function finds what was done already. Dead letters hold ids, no personal data."""

EXAMPLES = """\
examples:
  intake redrive                  how many dead letters there are, and all of them back
  intake redrive notify erase     those of two queues
  intake redrive --count          only how many there are"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description, parser.epilog = DESCRIPTION, EXAMPLES
    parser.add_argument(
        "queue", nargs="*", choices=QUEUES, metavar="QUEUE", help=f"one of: {', '.join(QUEUES)}; all if none is named"
    )
    parser.add_argument("--count", action="store_true", help="move nothing, say how many there are")


def run(arguments: argparse.Namespace, find_stack: Callable[[], Deployed]) -> Iterator[str]:
    """A line for each queue as soon as it is done. Asking again goes on where it was stopped."""
    deployed = find_stack()
    sqs = deployed.session.client("sqs")
    for name in arguments.queue or QUEUES:
        letters = deployed.outputs[f"{name.title()}DlqUrl"]
        if arguments.count:
            yield f"{name}: {waiting(sqs, letters)} dead letters"
        else:
            moved = move(sqs, letters, deployed.outputs[f"{name.title()}QueueUrl"])
            yield f"{name}: {moved} moved back" if moved else f"{name}: no dead letters"


def waiting(sqs: "SQSClient", url: str) -> int:
    """How many messages there are, roughly: SQS counts approximately."""
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(attributes["Attributes"]["ApproximateNumberOfMessages"])


def move(sqs: "SQSClient", letters: str, queue: str) -> int:
    """Sends each to its queue and only then deletes it: a stop in between leaves one twice, never none.

    What dies again meanwhile is not moved a second time: as many as there were at the beginning, and no more.
    """
    moved, most = 0, max(waiting(sqs, letters), _AT_ONCE)
    while moved < most:
        found = sqs.receive_message(
            QueueUrl=letters, MaxNumberOfMessages=_AT_ONCE, VisibilityTimeout=_HIDDEN_SECONDS, WaitTimeSeconds=1
        ).get("Messages", [])
        if not found:
            break
        for message in found:
            sqs.send_message(QueueUrl=queue, MessageBody=message["Body"])
            sqs.delete_message(QueueUrl=letters, ReceiptHandle=message["ReceiptHandle"])
            moved += 1
    return moved
