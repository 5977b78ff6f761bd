from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factories import KEPT_UNTIL, NOW, a_version, an_applicant, an_application, an_inspection, an_upload
from intake.domain.application import (
    CHECK_DEADLINE,
    FEW_CHANGES,
    LONGEST_PAUSE,
    MANY_CHANGES,
    MAX_EMAIL_CHANGES,
    MAX_UPLOADS,
    SHORTEST_PAUSE,
    STREAM_GRACE,
    Application,
    Preferences,
)
from intake.domain.document import DocumentKind
from intake.domain.status import ApplicantView, ApplicationStatus, Due
from intake.domain.verdict import ACCEPTED, Finding, Reason, Verdict
from intake.errors import DocumentsMissingError, NotAllowedNowError, TooManyUploadsError

CV = DocumentKind.CV
LONGER = KEPT_UNTIL + timedelta(days=240)
REJECTED = Finding(verdict=Verdict.REJECT, reason=Reason.MACROS)


def uploaded(application: Application, attempt: int = 1) -> Application:
    return application.with_ticket(CV, an_upload()).with_arrival(CV, attempt, a_version(f"v{attempt}"), NOW)


def checked(application: Application, finding: Finding = ACCEPTED, attempt: int = 1) -> Application:
    arrived = uploaded(application, attempt)
    inspected = arrived.with_document(arrived.document(CV).inspected(an_inspection()))
    return inspected.with_finding(CV, finding, "d1", NOW)


def test_submission_names_what_was_never_uploaded() -> None:
    with pytest.raises(DocumentsMissingError) as refused:
        uploaded(an_application()).submitted(tuple(DocumentKind), NOW, kept_until=LONGER)
    assert refused.value.kinds == ["cover_letter", "writing_sample"]


def test_submission_while_checks_run_waits_for_them_until_the_deadline() -> None:
    submitted = uploaded(an_application()).submitted((CV,), NOW, kept_until=LONGER)
    assert (submitted.status, submitted.outstanding) == (ApplicationStatus.SUBMITTED, 1)
    assert (submitted.due_kind, submitted.due_at) == (Due.MAIL, NOW + CHECK_DEADLINE)
    assert not submitted.owes_summary


def test_the_last_verdict_makes_the_summary_owed() -> None:
    submitted = uploaded(an_application()).submitted((CV,), NOW, kept_until=LONGER)
    final = submitted.with_finding(CV, ACCEPTED, "d1", NOW)
    assert (final.outstanding, final.owes_summary, final.due_at) == (0, True, NOW + STREAM_GRACE)


def test_submitting_again_changes_nothing() -> None:
    submitted = checked(an_application()).submitted((CV,), NOW, kept_until=LONGER)
    assert submitted.submitted((CV,), NOW + timedelta(hours=1), kept_until=LONGER) == submitted


def test_a_rejected_file_counts_as_present_and_asks_for_attention() -> None:
    submitted = checked(an_application(), REJECTED).submitted((CV,), NOW, kept_until=LONGER)
    assert submitted.seen_by_applicant is ApplicantView.NEEDS_ATTENTION


def test_once_the_editors_are_told_only_the_end_of_its_time_is_due() -> None:
    submitted = checked(an_application()).submitted((CV,), NOW, kept_until=LONGER)
    told = submitted.told(submitted.changes, NOW)
    assert (told.status, told.owes_summary, told.owes_update) == (ApplicationStatus.NOTIFIED, False, False)
    assert (told.due_kind, told.due_at) == (Due.RETENTION, LONGER)
    assert told.seen_by_applicant is ApplicantView.WITH_EDITORS


def test_a_change_while_the_summary_was_being_sent_is_still_owed() -> None:
    submitted = checked(an_application()).submitted((CV,), NOW, kept_until=LONGER)
    mended = submitted.mended(an_applicant(fee="200 EUR"), Preferences(), NOW)
    told = mended.told(submitted.changes, NOW)
    assert (told.status, told.owes_update, told.due_kind) == (ApplicationStatus.NOTIFIED, True, Due.MAIL)


def test_a_replaced_file_owes_an_update_once_it_is_checked() -> None:
    notified = checked(an_application()).submitted((CV,), NOW, kept_until=LONGER)
    notified = notified.told(notified.changes, NOW)
    replaced = uploaded(notified, attempt=2)
    assert (replaced.owes_update, replaced.outstanding, replaced.due_kind) == (False, 1, Due.MAIL)
    final = replaced.with_finding(CV, ACCEPTED, "d2", NOW)
    assert (final.owes_update, final.status) == (True, ApplicationStatus.NOTIFIED)


def test_a_file_replaced_while_mail_goes_out_keeps_its_deadline() -> None:
    submitted = checked(an_application()).submitted((CV,), NOW, kept_until=LONGER)
    told = uploaded(submitted, attempt=2).told(submitted.changes, NOW)
    assert (told.outstanding, told.due_kind, told.due_at) == (1, Due.MAIL, NOW + CHECK_DEADLINE)


def changed(application: Application, times: int) -> Application:
    for number in range(times):
        application = application.mended(an_applicant(fee=f"{application.changes} {number}"), Preferences(), NOW)
    return application


def in_time(application: Application) -> bool:
    """Whether keep looks when the verdict on the file of NOW is late, and not later."""
    return (application.due_kind, application.due_at) == (Due.MAIL, NOW + CHECK_DEADLINE)


@pytest.mark.parametrize("told", [FEW_CHANGES, FEW_CHANGES + 1, MANY_CHANGES + 1])
def test_however_much_is_changed_a_verdict_is_late_after_its_deadline(told: int) -> None:
    submitted = changed(checked(an_application()).submitted((CV,), NOW, kept_until=LONGER), told)
    replaced = uploaded(submitted.told(submitted.changes, NOW), attempt=2)
    assert in_time(replaced)
    later = NOW + CHECK_DEADLINE - timedelta(minutes=1)
    mended = replaced.mended(an_applicant(fee="1 EUR"), Preferences(), later)
    linked = mended.with_link(DocumentKind.WRITING_SAMPLE, "https://archive.example/nino", later)
    assert in_time(mended)
    assert in_time(linked)
    assert in_time(linked.told(linked.changes, later))


def test_another_file_and_its_verdict_leave_the_first_its_deadline() -> None:
    letter, later = DocumentKind.COVER_LETTER, NOW + timedelta(minutes=20)
    submitted = uploaded(an_application()).submitted((CV,), NOW, kept_until=LONGER)
    second = submitted.with_ticket(letter, an_upload()).with_arrival(letter, 1, a_version("l1"), later)
    assert in_time(second)
    assert in_time(second.with_finding(letter, ACCEPTED, "d2", later))
    first_checked = second.with_finding(CV, ACCEPTED, "d1", later)
    assert first_checked.due_at == later + CHECK_DEADLINE


def test_a_look_at_what_is_owed_puts_off_no_verdict() -> None:
    submitted = uploaded(an_application()).submitted((CV,), NOW, kept_until=LONGER)
    assert in_time(submitted.postponed(NOW + CHECK_DEADLINE - timedelta(minutes=5)))
    late = NOW + CHECK_DEADLINE
    assert submitted.postponed(late).due_at == late + SHORTEST_PAUSE


@pytest.mark.parametrize(
    ("changes", "pause"),
    [
        (FEW_CHANGES, timedelta(0)),
        (FEW_CHANGES + 1, timedelta(hours=1)),
        (MANY_CHANGES, timedelta(hours=1)),
        (MANY_CHANGES + 1, timedelta(days=1)),
    ],
)
def test_the_more_is_changed_the_longer_updates_wait(changes: int, pause: timedelta) -> None:
    submitted = checked(an_application()).submitted((CV,), NOW, kept_until=LONGER)
    told = submitted.told(submitted.changes, NOW)
    owing = changed(told, changes - told.changes)
    assert owing.changes == changes
    assert owing.due_at == NOW + (pause or STREAM_GRACE)
    assert owing.owes_update_by(NOW + pause)
    assert not owing.owes_update_by(NOW + pause - timedelta(seconds=1)) or pause == timedelta(0)


def test_another_verdict_on_what_editors_may_have_read_never_waits() -> None:
    submitted = checked(an_application()).submitted((CV,), NOW, kept_until=LONGER)
    told = changed(submitted, 2 * MANY_CHANGES).told(submitted.changes, NOW)
    assert not told.owes_update_by(NOW)
    withdrawn = told.with_finding(CV, Finding(verdict=Verdict.REJECT, reason=Reason.MALWARE), None, NOW)
    assert withdrawn.owes_update_by(NOW)
    assert withdrawn.due_at == NOW + STREAM_GRACE


def test_another_verdict_waits_neither_when_an_update_goes_out_meanwhile() -> None:
    submitted = checked(an_application()).submitted((CV,), NOW, kept_until=LONGER)
    sending = changed(submitted, 2 * MANY_CHANGES).told(submitted.changes, NOW)
    withdrawn = sending.with_finding(CV, Finding(verdict=Verdict.REJECT, reason=Reason.MALWARE), None, NOW)
    told = withdrawn.told(sending.changes, NOW)
    assert told.owes_update_by(NOW)
    assert told.mended(an_applicant(fee="1 EUR"), Preferences(), NOW).due_at == NOW + STREAM_GRACE
    calm = told.told(told.changes, NOW).mended(an_applicant(fee="2 EUR"), Preferences(), NOW)
    assert not calm.owes_update_by(NOW)


def test_an_item_of_before_nothing_was_urgent_can_be_read() -> None:
    old = an_application().model_dump(mode="json", exclude={"urgent"})
    assert Application.model_validate(old) == an_application()


def test_a_draft_owes_nothing_whatever_is_found() -> None:
    draft = checked(an_application())
    assert (draft.due_kind, draft.owes_summary, draft.changes) == (Due.RETENTION, False, 0)


def test_preferences_alone_are_no_news_to_the_editors() -> None:
    submitted = checked(an_application()).submitted((CV,), NOW, kept_until=LONGER)
    told = submitted.told(submitted.changes, NOW)
    assert not told.mended(told.applicant, Preferences(no_mail=True), NOW).owes_update


def test_tickets_and_changes_of_address_have_a_limit() -> None:
    application = an_application()
    for _ in range(MAX_UPLOADS):
        application = application.with_ticket(CV, an_upload())
    with pytest.raises(TooManyUploadsError):
        application.with_ticket(CV, an_upload())
    for n in range(MAX_EMAIL_CHANGES):
        application = application.mended(an_applicant(email=f"nino{n}@writers.example"), Preferences(), NOW)
    with pytest.raises(NotAllowedNowError):
        application.mended(an_applicant(email="one.more@writers.example"), Preferences(), NOW)


def test_an_erased_application_takes_nothing_more() -> None:
    erased = uploaded(an_application()).erased(NOW)
    assert (erased.status, erased.token_counter, erased.due_kind) == (ApplicationStatus.ERASED, 1, Due.ERASURE)
    assert erased.with_finding(CV, ACCEPTED, "d1", NOW).due_kind is Due.ERASURE
    assert erased.with_arrival(CV, 1, a_version("v9"), NOW) == erased
    waiting = an_application().with_ticket(CV, an_upload()).erased(NOW)
    assert waiting.with_arrival(CV, 1, a_version("v1"), NOW) == waiting
    for change in (
        lambda: erased.with_ticket(CV, an_upload()),
        lambda: erased.submitted((), NOW, kept_until=LONGER),
        lambda: erased.mended(an_applicant(fee="1"), Preferences(), NOW),
    ):
        with pytest.raises(NotAllowedNowError):
            change()


def test_what_expired_is_closed_and_its_token_revoked() -> None:
    draft = an_application()
    submitted = checked(draft).submitted((CV,), NOW, kept_until=LONGER)
    notified = submitted.told(submitted.changes, NOW)
    for application, until in ((draft, KEPT_UNTIL), (submitted, LONGER), (notified, LONGER)):
        assert application.expired(until - timedelta(seconds=1)) == application
        expired = application.expired(until)
        assert (expired.status, expired.token_counter) == (ApplicationStatus.EXPIRED, 1)
        assert (expired.due_kind, expired.due_at) == (Due.ERASURE, until)
        assert expired.seen_by_applicant is ApplicantView.CLOSED
        assert expired.expired(until + timedelta(days=1)) == expired


def test_no_change_keeps_an_application_for_longer() -> None:
    submitted = checked(an_application()).submitted((CV,), NOW, kept_until=LONGER)
    later = LONGER - timedelta(days=1)
    mended = submitted.mended(an_applicant(fee="200 EUR"), Preferences(), later)
    replaced = mended.with_ticket(CV, an_upload()).with_arrival(CV, 2, a_version("v2"), later)
    assert replaced.kept_until == LONGER
    assert replaced.expired(LONGER).is_closed  # although its mail is still owed


def test_no_mail_that_waits_keeps_an_application_for_longer() -> None:
    submitted = checked(an_application()).submitted((CV,), NOW, kept_until=LONGER)
    last = LONGER - timedelta(minutes=1)
    told = changed(submitted, 2 * MANY_CHANGES).told(submitted.changes + 2 * MANY_CHANGES, last)
    throttled = told.mended(an_applicant(fee="200 EUR"), Preferences(), last)
    waiting = told.told(told.changes, last, LONGER + timedelta(days=1))
    bounced = told.with_undelivered("summary", "anna@magazine.example", last)
    for owing in (throttled, waiting, bounced, throttled.postponed(last)):
        assert (owing.due_kind, owing.due_at) == (Due.MAIL, LONGER)


def test_documents_are_overdue_after_the_deadline_and_not_before() -> None:
    submitted = uploaded(an_application()).submitted((CV,), NOW, kept_until=LONGER)
    assert submitted.overdue_documents(NOW + CHECK_DEADLINE - timedelta(seconds=1)) == []
    assert submitted.overdue_documents(NOW + CHECK_DEADLINE) == [submitted.document(CV)]


def test_a_draft_document_can_be_removed_and_a_sent_one_not() -> None:
    removed = uploaded(an_application()).without_document(CV)
    assert not removed.document(CV).is_present
    assert removed.with_arrival(CV, 1, a_version(), NOW) == removed
    with pytest.raises(NotAllowedNowError):
        checked(an_application()).submitted((CV,), NOW, kept_until=LONGER).without_document(CV)


@given(st.timedeltas(timedelta(), timedelta(days=400)))
def test_keep_looks_again_between_ten_minutes_and_an_hour_later(age: timedelta) -> None:
    later = an_application(submitted_at=NOW, kept_until=NOW + timedelta(days=500)).postponed(NOW + age)
    assert later.due_at is not None
    assert SHORTEST_PAUSE <= later.due_at - (NOW + age) <= LONGEST_PAUSE


def test_an_outage_of_four_days_costs_a_hundred_looks_and_news_are_looked_at_soon_again() -> None:
    application, now, looks = an_application(submitted_at=NOW), NOW, 0
    while now < NOW + timedelta(days=4):
        application, looks = application.postponed(now), looks + 1
        assert application.due_at is not None
        now = application.due_at
    assert looks == 105
    cv = application.document(DocumentKind.CV).model_copy(update={"uploaded_at": now})
    renewed = application.model_copy(update={"documents": {DocumentKind.CV: cv}})
    assert renewed.postponed(now).due_at == now + SHORTEST_PAUSE
