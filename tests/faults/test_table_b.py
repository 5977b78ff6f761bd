"""Which test proves which fault: the 37 rows of the table of faults, by number. The tests named here exist."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FAULTS: dict[str, tuple[str, ...]] = {
    "1 kill between any two calls": ("faults/test_crash_points.py::test_a_worker_killed_at_any_call_loses_nothing",),
    "2 SES's answer lost": (
        "integration/test_main_job.py::test_a_lost_answer_is_tried_again_only_after_the_claim_has_lapsed",
        "faults/test_ledger.py::test_what_was_accepted_is_what_was_mailed",
    ),
    "3 SES throttled, 5xx, refused": (
        "faults/test_mail_faults.py::test_whatever_ses_says_mail_stays_owed_for_days_and_then_goes_out_once",
    ),
    "4 SES rejects, sandbox": (
        "integration/test_mail_delivery.py::test_what_ses_refuses_for_good_is_not_tried_again_and_the_admin_is_told",
        "integration/test_mail_delivery.py::test_the_desk_says_whom_the_summary_did_not_reach",
    ),
    "5 SES paused, over its quota": (
        "faults/test_mail_faults.py::test_whatever_ses_says_mail_stays_owed_for_days_and_then_goes_out_once",
        "infra/test_template_security.py::test_nothing_fails_in_silence",
    ),
    "6 the SDK retries a send": (
        "integration/test_conditions.py::test_the_sdk_never_repeats_a_send_by_itself",
        "faults/test_mail_faults.py::test_one_message_makes_one_try_for_each_recipient",
    ),
    "7 event twice": ("faults/test_event_faults.py::test_a_second_event_inspects_nothing_again",),
    "8 events out of order": (
        "faults/test_event_faults.py::test_a_replacement_that_is_heard_of_first_counts",
        "faults/test_event_faults.py::test_of_two_versions_of_one_upload_only_one_is_ever_read",
    ),
    "9 version gone": (
        "faults/test_event_faults.py::test_a_version_that_is_gone_is_no_fault_and_its_application_still_arrives",
        "faults/test_refused_copies.py::"
        "test_a_version_that_is_gone_where_s3_says_403_is_held_in_time_and_the_editors_get_one_summary",
    ),
    "10 event never arrives": (
        "integration/test_reconcile.py::test_a_replacement_whose_events_were_both_lost_is_inspected_all_the_same",
        "integration/test_reconcile.py::test_a_draft_whose_events_were_lost_is_inspected_before_it_is_sent",
        "integration/test_main_job.py::test_an_inspection_that_never_comes_holds_the_document_and_nobody_can_open_it",
    ),
    "11 foreign events": ("faults/test_event_faults.py::test_what_is_not_ours_is_taken_counted_and_forgotten",),
    "12 poison message": (
        "faults/test_event_faults.py::test_a_message_that_always_fails_becomes_a_dead_letter_and_can_be_moved_back",
    ),
    "13 one of a batch fails": ("faults/test_event_faults.py::test_of_a_batch_exactly_what_failed_comes_back",),
    "14 a whole batch fails": ("faults/test_event_faults.py::test_a_batch_that_fails_as_a_whole_is_answered_too",),
    "15 time-out, second worker": (
        "faults/test_mail_faults.py::test_a_worker_that_is_slow_and_the_next_one_send_one_mail",
        "faults/test_mail_faults.py::test_no_worker_outlives_its_claim_and_no_redelivery_comes_before_its_end",
        "faults/test_event_faults.py::test_two_workers_at_one_document_come_to_one_verdict",
    ),
    "16 crash or memory in the parser": (
        "unit/inspection/test_sandbox.py::test_a_child_that_dies_is_a_verdict_and_the_next_file_is_judged",
        "unit/inspection/test_sandbox.py::test_a_bomb_dies_at_the_memory_limit_alone",
    ),
    "17 parser hangs": ("unit/inspection/test_sandbox.py::test_a_child_that_waits_is_ended",),
    "18 scan before, after, twice, never": (
        "faults/test_scan_faults.py::test_no_order_and_no_repetition_accepts_what_was_not_found_clean",
        "faults/test_scan_faults.py::test_before_or_after_our_inspection_and_twice",
        "faults/test_scan_faults.py::test_a_late_scan_is_hold_and_is_asked_for_once",
    ),
    "19 threat found after promotion": (
        "faults/test_scan_faults.py::"
        "test_a_threat_found_after_the_summary_withdraws_the_document_and_tells_the_editors",
    ),
    "20 ticket replayed": (
        "integration/test_main_job.py::test_a_ticket_replayed_after_the_verdict_changes_nothing_that_anyone_reads",
    ),
    "21 copies race": (
        "faults/test_event_faults.py::test_two_workers_at_one_document_come_to_one_verdict",
        "faults/test_event_faults.py::test_what_lies_at_a_desk_key_already_is_adopted_only_if_it_is_what_was_inspected",
        "integration/test_conditions.py::test_a_desk_key_is_taken_once_and_a_second_copy_finds_the_first",
    ),
    "22 copied, and the record lost": (
        "faults/test_event_faults.py::test_a_copy_whose_record_was_lost_is_found_again",
    ),
    "23 table throttled, condition failed": (
        "faults/test_event_faults.py::test_a_busy_table_is_asked_again_and_the_applicant_never_knows",
        "integration/test_conditions.py::test_a_change_made_meanwhile_is_seen_and_kept",
    ),
    "24 double click, parallel sends": (
        "faults/test_event_faults.py::test_opened_and_sent_by_many_requests_at_once_it_is_one_application",
        "cloud/test_end_to_end.py::test_twenty_at_once_each_call_repeated",
        "browser/test_applying.py::test_clicking_twice_makes_one_application_and_one_summary",
    ),
    "25 same key, other body": (
        "integration/test_api.py::test_the_same_key_with_another_body_is_a_conflict_and_changes_nothing",
    ),
    "26 redriven after days": ("faults/test_mail_faults.py::test_a_message_from_long_ago_sends_nothing_twice",),
    "27 erased during inspection": (
        "faults/test_event_faults.py::test_what_was_taken_back_while_it_was_inspected_stays_gone",
        "faults/test_interleaved.py::test_an_erasure_asked_for_while_mails_go_out_stays_due",
    ),
    "28 redriven after erasure": ("faults/test_event_faults.py::test_old_messages_about_what_was_erased_do_nothing",),
    "29 erasure dies half-way": ("faults/test_crash_points.py::test_a_worker_killed_at_any_call_loses_nothing",),
    "30 TTL has not run": (
        "integration/test_desk_sessions.py::"
        "test_a_session_lasts_eight_hours_and_is_checked_although_its_row_is_still_there",
        "integration/test_desk_documents.py::test_every_opening_is_in_the_history_for_ninety_days",
    ),
    "31 link expired": (
        "faults/test_event_faults.py::test_a_ticket_that_ran_out_stores_nothing_and_a_fresh_one_does",
        "faults/test_event_faults.py::test_who_comes_back_too_late_to_open_a_document_signs_in_and_gets_a_link",
        "integration/test_desk_documents.py::test_an_accepted_original_is_downloaded_for_a_minute_as_an_attachment",
        "browser/test_applying.py::test_a_ticket_that_ran_out_is_renewed_without_asking",
    ),
    "32 mail scanner follows links": (
        "integration/test_desk_access.py::test_get_and_head_change_nothing",
        "integration/test_desk_sign_in.py::"
        "test_a_link_from_a_mail_shows_nothing_before_and_the_application_after_signing_in",
    ),
    "33 bounce, complaint, unknown feedback": (
        "integration/test_mail_delivery.py::test_a_bounced_summary_goes_to_whoever_lacks_it_and_the_admin_is_told_once",
        "integration/test_mail_delivery.py::test_a_complaint_or_a_rejection_counts_like_a_bounce",
        "integration/test_mail_delivery.py::test_what_is_not_about_a_mail_of_ours_changes_nothing",
    ),
    "34 the keys cannot be read": (
        "integration/test_keys.py::test_without_keys_everything_that_needs_them_says_come_again",
    ),
    "35 clocks and calendars": (
        "unit/test_calls.py::test_what_is_kept_is_kept_for_whole_days_whatever_clocks_and_calendars_do",
        "faults/test_retention.py::test_what_nobody_decided_is_erased_to_the_second_and_not_before",
        "faults/test_retention.py::test_a_worker_whose_clock_is_behind_brings_nothing_back",
    ),
    "36 broken template": ("faults/test_mail_faults.py::test_a_mistake_in_a_template_costs_its_looks_and_no_mail",),
    "37 upload breaks": (
        "browser/test_applying.py::test_an_upload_that_breaks_twice_recovers_by_itself",
        "faults/test_ledger.py::test_what_was_accepted_is_what_was_mailed",
    ),
}


def test_every_fault_has_its_row() -> None:
    numbers = [int(fault.partition(" ")[0]) for fault in FAULTS]
    assert numbers == list(range(1, 38))


@pytest.mark.parametrize("fault", FAULTS)
def test_the_tests_of_a_fault_exist(fault: str) -> None:
    for named in FAULTS[fault]:
        path, _, name = named.partition("::")
        tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, named
