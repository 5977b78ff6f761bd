import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import APPLICATION_ID, NOW, a_version, an_inspection, an_upload
from intake.domain.document import Document, DocumentKey, DocumentKind, DocumentStatus
from intake.domain.verdict import Finding, Reason, ScanResult, Verdict

CV = Document(kind=DocumentKind.CV)


def test_a_key_is_made_of_ids_only_and_is_read_back() -> None:
    key = DocumentKey(application_id=APPLICATION_ID, kind=DocumentKind.WRITING_SAMPLE, attempt=3)
    assert str(key) == f"incoming/{APPLICATION_ID}/writing-sample/3"
    assert key.desk == f"desk/{APPLICATION_ID}/writing-sample/3/original"
    assert DocumentKey.parse(str(key)) == key


@pytest.mark.parametrize(
    "key",
    [
        "",
        "incoming/a/cv",
        "incoming/a/cv/1/2",
        "incoming/a/cv/01",
        "incoming/a/cv/x",
        "incoming/a/cv/٣",
        "incoming/a/photo/1",
        "incoming/a/cover_letter/1",
        "desk/a/cv/1",
    ],
)
def test_a_key_that_is_not_ours_is_refused(key: str) -> None:
    with pytest.raises(ValueError):
        DocumentKey.parse(key)


def test_a_ticket_changes_nothing_that_counts_until_its_upload_arrives() -> None:
    checked = CV.ticketed(an_upload()).arrived(1, a_version(), NOW).inspected(an_inspection())
    again = checked.ticketed(an_upload("better.pdf"))
    assert (again.attempt, again.stored, again.inspection) == (1, checked.stored, checked.inspection)
    replaced = again.arrived(2, a_version("v2"), NOW)
    assert (replaced.attempt, replaced.upload, replaced.inspection) == (2, an_upload("better.pdf"), None)


def test_a_replayed_ticket_never_replaces_the_first_version() -> None:
    arrived = CV.ticketed(an_upload()).arrived(1, a_version("v1"), NOW)
    assert arrived.arrived(1, a_version("v2"), NOW) == arrived


def test_an_older_upload_that_arrives_late_does_not_replace_a_newer_one() -> None:
    both = CV.ticketed(an_upload("old.pdf")).ticketed(an_upload("new.pdf"))
    newer = both.arrived(2, a_version("v2"), NOW)
    assert newer.arrived(1, a_version("v1"), NOW) == newer


def test_an_upload_without_a_ticket_does_not_count() -> None:
    assert CV.arrived(1, a_version(), NOW) == CV


def test_a_link_stands_at_once_and_outlives_uploads_begun_before() -> None:
    sample = Document(kind=DocumentKind.WRITING_SAMPLE).ticketed(an_upload())
    linked = sample.linked("https://magazine.example/piece")
    assert linked.status is DocumentStatus.CHECKED
    assert linked.arrived(1, a_version(), NOW) == linked
    assert linked.ticketed(an_upload()).arrived(2, a_version(), NOW).link is None


def test_a_late_inspection_may_still_come_and_a_real_one_stays() -> None:
    late = an_inspection(verdict=Verdict.HOLD, reason=Reason.INSPECTION_LATE, sha256=None)
    real = an_inspection()
    assert CV.inspected(late).inspected(real).inspection == real
    assert CV.inspected(real).inspected(late).inspection == real


@given(st.lists(st.sampled_from(ScanResult), min_size=1))
def test_a_threat_once_found_is_never_forgotten(results: list[ScanResult]) -> None:
    document = CV
    for result in results:
        document = document.scanned(result)
    if ScanResult.THREATS_FOUND in results:
        assert document.scan is ScanResult.THREATS_FOUND
    elif ScanResult.NO_THREATS_FOUND in results:
        assert document.scan is ScanResult.NO_THREATS_FOUND
    else:
        assert document.scan is not None


def test_a_finding_is_pending_only_while_it_is_news() -> None:
    document = CV.ticketed(an_upload()).arrived(1, a_version(), NOW).inspected(an_inspection())
    assert document.pending_finding(is_scanning=True) is None
    accepted = Finding(verdict=Verdict.ACCEPT)
    clean = document.scanned(ScanResult.NO_THREATS_FOUND)
    assert clean.pending_finding(is_scanning=True) == accepted
    final = clean.model_copy(update={"finding": accepted})
    assert final.pending_finding(is_scanning=True) is None
    withdrawn = final.scanned(ScanResult.THREATS_FOUND).pending_finding(is_scanning=True)
    assert withdrawn == Finding(verdict=Verdict.REJECT, reason=Reason.MALWARE)
