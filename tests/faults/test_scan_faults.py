"""GuardDuty speaks before, after, twice, never, of something unknown, and in any order with our own inspection."""

import itertools
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from hypothesis import given
from hypothesis import strategies as st

from desk import Browser
from factories import NOW, a_version, an_application, an_inspection, an_upload
from faults.crash_points import stage_for
from faults.invariants import broken_delivery, event_of
from faults.scenarios import BETTER_CV, EDITORS, applicant, apply, sign_in
from faults.scenarios import CV as CV_FILE
from faults.stage import Stage
from intake.domain.application import Application
from intake.domain.document import Document, DocumentKind
from intake.domain.verdict import Finding, Inspection, Reason, ScanResult, Verdict, combine

CV = DocumentKind.CV


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with stage_for(tmp_path, None) as sweep:
        yield sweep.stage


# ---------------------------------------------------------------- any order, as pure rules

LATE = Inspection(verdict=Verdict.HOLD, reason=Reason.INSPECTION_LATE)
INSPECTIONS = (an_inspection(), an_inspection(verdict=Verdict.HOLD, reason=Reason.ATTACHMENTS),
               an_inspection(verdict=Verdict.REJECT, reason=Reason.MACROS))  # fmt: skip

type Word = Inspection | ScanResult


def heard(words: tuple[Word, ...]) -> Application:
    """An application after these words about its CV, each recorded and settled as the service does."""
    uploaded = Document(kind=CV).ticketed(an_upload()).arrived(1, a_version(), NOW)
    application = an_application(documents={CV: uploaded})
    for word in words:
        document = application.document(CV)
        if word is ScanResult.LATE:
            document = document.inspected(LATE)
        document = document.scanned(word) if isinstance(word, ScanResult) else document.inspected(word)
        application = application.with_document(document)
        if finding := document.pending_finding(is_scanning=True):
            application = application.with_finding(CV, finding, "v1", NOW)
    return application


scans = st.lists(st.sampled_from(ScanResult), max_size=4).map(tuple)


@given(scans, st.sampled_from(INSPECTIONS), st.randoms(use_true_random=False))
def test_no_order_and_no_repetition_accepts_what_was_not_found_clean(
    scans: tuple[ScanResult, ...], inspection: Inspection, chance: Any
) -> None:
    words: list[Word] = [*scans, *scans[:1], inspection, inspection]
    chance.shuffle(words)
    finding = heard(tuple(words)).document(CV).finding
    spoken = set(scans) - {ScanResult.LATE}
    if ScanResult.THREATS_FOUND in spoken:
        assert finding == Finding(verdict=Verdict.REJECT, reason=Reason.MALWARE)
    elif inspection.verdict is Verdict.REJECT:
        assert finding == Finding(verdict=Verdict.REJECT, reason=inspection.reason)
    elif ScanResult.NO_THREATS_FOUND in spoken:
        assert finding == combine(inspection, ScanResult.NO_THREATS_FOUND, is_scanning=True)
    elif scans:
        assert finding is not None
        assert finding.verdict is Verdict.HOLD
    else:
        assert finding is None


@pytest.mark.parametrize("result", list(ScanResult))
def test_what_counts_in_the_end_is_the_same_in_every_order(result: ScanResult) -> None:
    words: tuple[Word, ...] = (an_inspection(), result, result, ScanResult.NO_THREATS_FOUND)
    ends = {heard(order).document(CV).finding for order in itertools.permutations(words)}
    assert len(ends) == 1


# ---------------------------------------------------------------- through the queues

RESULTS = ("NO_THREATS_FOUND", "THREATS_FOUND", "UNSUPPORTED", "FAILED", "ACCESS_DENIED", "SOMETHING_NEW")


@pytest.mark.parametrize("first", ["inspection", "scan"])
@pytest.mark.parametrize("result", RESULTS)
def test_before_or_after_our_inspection_and_twice(stage: Stage, first: str, result: str) -> None:
    stage.scan_result = result
    nino = apply(stage)
    queues = ["InspectQueue", "ScanQueue"]
    for queue in queues if first == "inspection" else queues[::-1]:
        for message in stage.messages(queue):
            stage.send(queue, message)
        while stage.deliver(queue):
            pass
    stage.calm_down()
    assert broken_delivery(stage, nino, EDITORS) == []
    verdict = {"NO_THREATS_FOUND": "accept", "THREATS_FOUND": "reject"}.get(result, "hold")
    assert nino.client.document("cv")["verdict"] == verdict


@pytest.mark.parametrize("is_racing", [False, True])
def test_a_clean_scan_of_another_version_is_no_word_about_the_one_that_was_inspected(
    stage: Stage, is_racing: bool
) -> None:
    """One ticket, two versions; also where the scan's worker has read the record before the inspection is in it."""
    stage.scan_result = None
    nino = applicant(stage)
    key = nino.client.tickets["cv"]["fields"]["key"]
    versions = [stage.store(key, body) for body in (CV_FILE, BETTER_CV)]
    inspections = {message["version_id"]: message for message in stage.messages("InspectQueue")}
    scan = {name: inspections[versions[1]][name] for name in ("bucket", "key", "version_id", "etag")}

    def inspect() -> None:
        assert stage.hand_over("InspectQueue", [json.dumps(inspections[versions[0]])]) == set()

    def hear_the_scan() -> None:
        assert stage.hand_over("ScanQueue", [json.dumps(scan | {"status": "NO_THREATS_FOUND"})]) == set()

    if is_racing:
        with stage.interrupted("after-call.s3.HeadObject", inspect):
            hear_the_scan()
    else:
        inspect()
        hear_the_scan()
    inspect()
    assert nino.client.document("cv")["verdict"] is None


def late(stage: Stage, rounds: int = 1) -> Any:
    """Nobody scans: keep finds it, so often, and the queue delivers that twice."""
    stage.scan_result = None
    nino = apply(stage)
    stage.settle()
    stage.clock += timedelta(minutes=31)
    for _ in range(rounds):
        stage.keep()
    for message in stage.messages("ScanQueue"):
        stage.send("ScanQueue", message)
    stage.settle()
    return nino


def test_a_late_scan_is_hold_and_is_asked_for_once(stage: Stage) -> None:
    nino = late(stage)
    cv = nino.client.document("cv")
    assert (cv["verdict"], cv["reason"]) == ("hold", "scan_late")
    for _ in range(5):
        stage.keep(after=timedelta(minutes=31))
        stage.settle()
    application_id = nino.client.application_id
    asked = {asked["key"]: asked for asked in stage.scans_asked_for}
    assert set(asked) == {f"incoming/{application_id}/{kind}/1" for kind in ("cv", "cover-letter")}
    assert len(stage.scans_asked_for) == 2
    key = f"incoming/{application_id}/cv/1"
    version = stage.s3.head_object(Bucket=stage.physical["IncomingBucket"], Key=key)["VersionId"]
    assert asked[key] == {"bucket": stage.physical["IncomingBucket"], "key": key, "versionId": version}
    stage.scan_result = "NO_THREATS_FOUND"
    stage.rescan(key)
    stage.calm_down()
    assert nino.client.document("cv")["verdict"] == "accept"
    assert {event_of(mail) for mail in stage.mails if mail["To"] in EDITORS} == {"summary", "update"}


def test_an_inspection_that_is_late_asks_for_no_scan(stage: Stage) -> None:
    nino = apply(stage)
    for wait in (timedelta(0), timedelta(minutes=31)):  # keep asks for it once more, and nobody answers
        stage.keep(after=wait)
        while stage.messages("InspectQueue"):
            stage.drop("InspectQueue")
        stage.settle()
    assert nino.client.document("cv")["reason"] == "inspection_late"
    assert stage.scans_asked_for == []


def test_guardduty_refusing_keeps_up_no_hold(stage: Stage) -> None:
    def refuse(params: Any, model: Any, **_: Any) -> Any:
        if model.name != "SendObjectMalwareScan":
            return None
        said = {"Error": {"Code": "AccessDeniedException", "Message": ""}, "ResponseMetadata": {"HTTPStatusCode": 403}}
        return AWSResponse(params["url"], 403, {}, None), said

    stage.session.events.register("before-call", refuse)
    nino = late(stage)
    assert nino.client.document("cv")["reason"] == "scan_late"
    stage.calm_down()
    assert broken_delivery(stage, nino, EDITORS) == []


def test_a_threat_found_after_the_summary_withdraws_the_document_and_tells_the_editors(stage: Stage) -> None:
    nino = apply(stage)
    stage.calm_down()
    browser = Browser(stage)
    sign_in(browser)
    address = f"/desk/a/{nino.client.application_id}"
    page = browser.get(address)
    assert f"{address}/cv" in page.forms
    stage.scan_result = "THREATS_FOUND"
    stage.rescan(nino.client.tickets["cv"]["fields"]["key"])
    stage.deliver("ScanQueue")
    assert f"{address}/cv" not in browser.get(address).forms
    assert browser.submit(page, f"{address}/cv").status == 404  # the page that is still open in another tab
    stage.calm_down()
    assert (nino.client.document("cv")["verdict"], nino.client.document("cv")["reason"]) == ("reject", "malware")
    told = [(mail["To"], event_of(mail)) for mail in stage.mails if event_of(mail) in {"summary", "update"}]
    assert told == [(editor, event) for event in ("summary", "update") for editor in EDITORS]
    stage.scan_result = "NO_THREATS_FOUND"
    stage.rescan(nino.client.tickets["cv"]["fields"]["key"])
    stage.calm_down()
    assert nino.client.document("cv")["verdict"] == "reject"
    assert broken_delivery(stage, nino, EDITORS) == []
