"""What must hold once everything has settled, however often workers died. Each answers a list of what does not.

A second mail is no loss, but it must have its cause: `mails_twice` lists them for the caller to judge.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from boto3.dynamodb.types import TypeDeserializer

from house import House
from intake.domain.application import Application
from intake.domain.document import Document, DocumentKind
from intake.domain.erasure import erasure_mark
from intake.domain.reference import reference_for
from intake.domain.status import Due
from intake.domain.verdict import Verdict
from mails import summary_of
from people import ApiClient

_deserialize = TypeDeserializer().deserialize


@dataclass
class Applicant:
    """An applicant and what they were told; `references` are those of every 2xx answer to Send."""

    client: ApiClient
    email: str
    personal: tuple[str, ...]
    references: list[str] = field(default_factory=list)

    def submit(self) -> None:
        answer = self.client.submit()
        if answer.status == 202:
            self.references.append(answer.json()["reference"])


def _rows(house: House, application_id: str) -> dict[str, dict[str, Any]]:
    rows = [{name: _deserialize(value) for name, value in row.items()} for row in house.rows()]
    return {row["sk"]: row for row in rows if row["pk"] == f"application#{application_id}"}


def _application(row: dict[str, Any]) -> Application:
    return Application.model_validate({name: row[name] for name in Application.model_fields if name in row})


def event_of(mail: Message) -> str:
    return str(mail["X-Intake-Event"])


def _mails(house: House, reference: str) -> Counter[tuple[str, str, str]]:
    """(recipient, event, subject) of every mail about an application."""
    return Counter(
        (str(mail["To"]), event_of(mail), summary_of(mail).subject)
        for mail in house.mails
        if mail["X-Intake-Application"] == reference
    )


def mails_twice(house: House) -> list[str]:
    """The event of every mail that is a second one, to a recipient who had been told the same before.

    Two updates of different changes have one subject, two notices to the admin too; how many were owed, the rows of
    sends say.
    """
    counted = Counter((str(mail["X-Intake-Application"]), str(mail["To"]), event_of(mail)) for mail in house.mails)
    owed: Counter[tuple[str, str, str]] = Counter()
    for row in house.rows():
        if row["sk"]["S"].startswith(("send#update-", "send#undelivered-")):
            reference = reference_for(row["pk"]["S"].removeprefix("application#"))
            _, kind, recipient = row["sk"]["S"].split("#")
            owed[reference, recipient, kind.partition("-")[0]] += 1
    return [key[2] for key, times in counted.items() for _ in range(times - max(owed[key], 1))]


def broken_delivery(house: House, applicant: Applicant, editors: tuple[str, ...]) -> list[str]:
    """I1 to I5 for an application that was sent."""
    rows = _rows(house, applicant.client.application_id)
    if "application" not in rows or "applicant" not in rows["application"]:
        return ["I1: no record"]
    application = _application(rows["application"])
    broken = []
    if application.is_draft or application.due_kind is not Due.RETENTION or application.reported < application.changes:
        broken.append(f"I2: {application.status}, due {application.due_kind}")
    told = Counter((to, event) for to, event, _ in _mails(house, application.reference))
    for editor in editors:
        if told[editor, "summary"] != 1:
            broken.append(f"I2: {told[editor, 'summary']} different summaries for an editor")
    if told[applicant.email, "receipt"] != 1:
        broken.append(f"I2: {told[applicant.email, 'receipt']} different receipts")
    sends = {sk: row for sk, row in rows.items() if sk.startswith("send#")}
    broken += [
        f"I2: {sk.split('#')[1]} is {row['state']}"
        for sk, row in sends.items()
        if row["state"] != "sent" and not _is_superseded(sk.split("#")[1], application)
    ]
    if set(applicant.references) != {application.reference}:
        broken.append(f"I3: {len(set(applicant.references))} references")
    return broken + _broken_documents(house, application)


def _is_superseded(send: str, application: Application) -> bool:
    """An update whose answer was lost is not sent again where a later one has told all that it told."""
    event, _, changes = send.partition("-")
    return event == "update" and int(changes) < application.reported


def _broken_documents(house: House, application: Application) -> list[str]:
    """I4: what lies on the desk is what was inspected. I5: nothing may be opened without a verdict that allows it."""
    found = house.s3.list_object_versions(Bucket=house.physical["DeskBucket"], Prefix=f"desk/{application.id}/")
    on_desk = {version["VersionId"]: version["Key"] for version in found.get("Versions", [])}
    broken = []
    for document in application.documents.values():
        if document.stored is None:
            continue
        broken += _broken_copies(house, application, document, on_desk)
        if document.finding is None or document.pending_finding(is_scanning=True) is not None:
            broken.append(f"I5: the verdict on the {document.kind} is not final")
        if document.desk_version is None:
            continue
        if _is_closed_to_editors(document):
            broken.append(f"I5: the {document.kind} can be opened without a verdict for it")
        key = on_desk.pop(document.desk_version, None)
        if key is None or document.inspection is None:
            broken.append(f"I4: the {document.kind} is not on the desk, or was never inspected")
        elif hashlib.sha256(house.body("DeskBucket", key, document.desk_version)).hexdigest() != (
            document.inspection.sha256
        ):
            broken.append(f"I4: the {document.kind} on the desk is not what was inspected")
    return broken + [
        line for version_id, key in on_desk.items() for line in _broken_leftover(house, application, key, version_id)
    ]


def _broken_copies(house: House, application: Application, document: Document, on_desk: dict[str, str]) -> list[str]:
    """I4 for the copies: what is recorded lies where it should, byte for byte. Takes them out of `on_desk`."""
    if document.owes_copies:
        return [f"I4: the {document.kind} has no copies"]
    if document.copies is None:
        return []
    kept = document.copies
    named = {"reading": kept.reading, "stripped": kept.stripped}
    named |= {f"page-{number}": copy for number, copy in kept.pages.items()}
    broken = []
    for name, copy in named.items():
        if copy is None:
            continue
        key = on_desk.pop(copy.version_id, "")
        if not key.endswith(f"/{document.attempt}/{name}"):
            broken.append(f"I4: the copy {name} of the {document.kind} is not on the desk")
        elif hashlib.sha256(house.body("DeskBucket", key, copy.version_id)).hexdigest() != copy.sha256:
            broken.append(f"I4: the copy {name} of the {document.kind} is not what was recorded")
    return broken


def _is_closed_to_editors(document: Document) -> bool:
    return document.finding is None or document.finding.verdict is Verdict.REJECT


def _broken_leftover(house: House, application: Application, key: str, version_id: str) -> list[str]:
    """Of what no record points to: it must have been replaced or withdrawn, and an original be what was uploaded."""
    _, _, kind, attempt, name = key.split("/")
    document = application.document(DocumentKind(kind.replace("-", "_")))
    broken = []
    if int(attempt) == document.attempt and not _is_closed_to_editors(document):
        broken.append(f"I4: {name} of the {document.kind} without a record")
    if name != "original":
        return broken
    incoming = f"incoming/{application.id}/{kind}/{attempt}"
    versions = house.s3.list_object_versions(Bucket=house.physical["IncomingBucket"], Prefix=incoming)["Versions"]
    # The prefix of attempt 1 is that of attempts 10 to 19 too.
    ours = [version["VersionId"] for version in versions if version["Key"] == incoming]
    uploaded = {house.body("IncomingBucket", incoming, version_id) for version_id in ours}
    if house.body("DeskBucket", key, version_id) not in uploaded:
        broken.append(f"I4: an earlier {document.kind} on the desk was never uploaded")
    return broken


def broken_books(house: House, applicant: Applicant, editors: tuple[str, ...]) -> list[str]:
    """I7, at any moment: what was accepted is delivered, waits to be, or was erased."""
    if not applicant.references:
        return []
    row = _rows(house, applicant.client.application_id).get("application", {})
    is_erased = row.get("status") in {"erased", "expired"}
    is_waiting = row.get("due_kind") == "mail"
    told = {to for to, event, _ in _mails(house, applicant.references[0]) if event == "summary"}
    return [] if is_erased or is_waiting or told >= set(editors) else ["I7: accepted, and in no book"]


def left_after_erasure(house: House, applicant: Applicant) -> list[str]:
    """I6: not one byte, nothing personal in any row or queue, and a mark that no restore of the table takes away."""
    application_id = applicant.client.application_id
    left = [f"I6: a version in {bucket}" for bucket, prefix in (("IncomingBucket", "incoming"), ("DeskBucket", "desk"))
            if house.keys(bucket, f"{prefix}/{application_id}/")]  # fmt: skip
    if not house.keys("DeskBucket", erasure_mark(application_id)):
        left.append("I6: no mark outside the table")
    rows = _rows(house, application_id)
    left += [f"I6: a row {sk.split('#')[0]}" for sk in rows if sk != "application"]
    text = str(house.rows()) + str([house.messages(name) for name, _ in house._of_type("AWS::SQS::Queue")])
    left += [f"I6: {words!r}" for words in applicant.personal if words.lower() in text.lower()]
    if applicant.client.ask("GET").status != 404:
        left.append("I6: the token still opens something")
    return left


def left_in_queues(house: House) -> list[str]:
    return [f"{name} is not empty" for name, _ in house._of_type("AWS::SQS::Queue") if house.messages(name)]
