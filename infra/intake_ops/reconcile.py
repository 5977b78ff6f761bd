"""`intake reconcile`: the whole comparison of S3, table and mails, now."""

import argparse
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from intake import runtime
from intake.adapters.applications import Applications
from intake.adapters.editors import Editors
from intake.adapters.ledger import Ledger
from intake.adapters.listing import Listing
from intake.adapters.queues import Queue
from intake.adapters.sends import Sends
from intake.domain.erasure import ERASED
from intake.domain.reconciliation import Discrepancy, Place
from intake.domain.reference import reference_for
from intake.services.reconcile import Found, Reconciler, comparisons
from intake.services.send_again import send_again
from intake_ops.deployed import Deployed
from intake_ops.redrive import QUEUES, waiting

DESCRIPTION = """\
Compares everything: each upload with its document, each original at the desk with its verdict, each application with
the mails that were sent. keep does the same by itself, once a day and bit by bit; ask for it after an outage, when an
alarm says so, or for your peace of mind. What can be repaired is put right at once by the deployed functions. An
application whose summary reached nobody is mailed once more, to editors who were added since and where SES refused;
`intake editors add` first, if its editors have changed. Nothing is deleted but what an erasure left behind, or what a
restored table brought back.

Answers 0 when nothing is left to do, 1 when something needs a person: the table names it."""

EXAMPLES = """\
example:
  intake reconcile"""

_WORDS = {
    Discrepancy.LOST_UPLOAD: "uploads that nobody had heard of",
    Discrepancy.LEFT_AFTER_ERASURE: "documents left after an erasure",
    Discrepancy.BROUGHT_BACK: "erased applications that a restore brought back",
    Discrepancy.UNFINISHED_VERDICT: "verdicts that were not finished",
    Discrepancy.UNKNOWN_OBJECT: "documents of nobody's",
    Discrepancy.MAIL_NOT_OWED: "summaries that nobody owed",
    Discrepancy.NOBODY_TOLD: "applications whose summary reached nobody",
    Discrepancy.UNREADABLE: "records that cannot be read",
}

_PLACES = {
    Place.WITH_EDITORS: "with the editors",
    Place.WAITING: "waiting for a verdict or mail",
    Place.UNACCOUNTED: "of which no editor was told",
    Place.DRAFT: "drafts",
    Place.ERASED: "erased",
}


class NeedsPersonError(Exception):
    """Something is left that no function can repair; one line. All was printed before."""


@dataclass
class _Sum:
    found: Counter[Discrepancy] = field(default_factory=Counter)
    told: list[tuple[Discrepancy, str]] = field(default_factory=list)
    repaired: Counter[Discrepancy] = field(default_factory=Counter)
    places: Counter[Place] = field(default_factory=Counter)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description, parser.epilog = DESCRIPTION, EXAMPLES


def run(arguments: argparse.Namespace, find_stack: Callable[[], Deployed]) -> Iterator[str]:  # noqa: ARG001
    """The table, line by line. Raises NeedsPersonError at its end where something is left."""
    deployed = find_stack()
    reconciler, now = _reconciler(deployed), runtime.now()
    total = _Sum()
    for compare in comparisons(reconciler, now).values():
        after: str | None = ""
        while after is not None:
            page = compare(after)
            total.places.update(page.places)
            for found in page.found:
                _note(found, total, deployed, reconciler, now)
            after = page.after or None
    yield from _table(total)
    sqs, left = deployed.session.client("sqs"), len(total.told)
    for name in QUEUES:
        if letters := waiting(sqs, deployed.outputs[f"{name.title()}DlqUrl"]):
            left += letters
            yield f"{letters:>6}  dead letters of {name}: intake redrive {name}"
    if left:
        raise NeedsPersonError(f"{left} left that need a person")


def _note(found: Found, total: _Sum, deployed: Deployed, reconciler: Reconciler, now: datetime) -> None:
    total.found[found.discrepancy] += 1
    is_repaired = not found.discrepancy.needs_person
    if found.discrepancy is Discrepancy.NOBODY_TOLD:
        editors = Editors(
            deployed.session.client("dynamodb"), deployed.outputs["TableName"], deployed.parameters["EditorEmail"]
        )
        is_repaired = send_again(
            found.application_id, applications=reconciler.applications, sends=reconciler.sends, editors=editors, now=now
        )
    if is_repaired:
        total.repaired[found.discrepancy] += 1
    else:
        total.told.append((found.discrepancy, found.application_id))


def _table(total: _Sum) -> Iterator[str]:
    yield "Applications"
    yield from (f"{total.places[place]:>6}  {words}" for place, words in _PLACES.items())
    yield ""
    yield " found  repaired"
    for discrepancy, words in _WORDS.items():
        yield f"{total.found[discrepancy]:>6}  {total.repaired[discrepancy]:>8}  {words}"
    if total.told:
        yield ""
        yield "For a person"
    yield from (f"  {_named(discrepancy, found)}" for discrepancy, found in total.told)


def _named(discrepancy: Discrepancy, application_id: str) -> str:
    """By reference, where there is one; else by what stands in the key."""
    is_application = discrepancy is not Discrepancy.UNKNOWN_OBJECT
    what = reference_for(application_id) if is_application and len(application_id) == 40 else application_id
    return f"{what}: {discrepancy.replace('_', ' ')}"


def _reconciler(deployed: Deployed) -> Reconciler:
    session, outputs = deployed.session, deployed.outputs
    dynamodb, s3, sqs = session.client("dynamodb"), session.client("s3"), session.client("sqs")
    table = outputs["TableName"]
    return Reconciler(
        applications=Applications(dynamodb, table),
        sends=Sends(dynamodb, table),
        incoming=Listing(s3, outputs["IncomingBucket"], "incoming/"),
        desk=Listing(s3, outputs["DeskBucket"], "desk/"),
        erased=Listing(s3, outputs["DeskBucket"], ERASED),
        ledger=Ledger(dynamodb, table),
        inspect_queue=Queue(sqs, outputs["InspectQueueUrl"]),
        scan_queue=Queue(sqs, outputs["ScanQueueUrl"]),
        erase_queue=Queue(sqs, outputs["EraseQueueUrl"]),
    )
