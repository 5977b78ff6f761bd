"""Where each row of the table of bad inputs is tested, so that none is forgotten.

Rows 77 to 80 are about the form, and tested with it.
"""

import re
from pathlib import Path

import pytest

_TESTS = Path(__file__).parents[2]
_HERE = "unit/inspection/"
_ROWS = {
    1: "test_inspector::what_is_refused_has_its_own_reason",
    2: "test_inspector::a_file_over_the_limit_and_one_that_arrived_otherwise_are_refused",
    3: "test_inspector::an_honest_document_is_accepted_and_measured",
    4: "test_pdf::ordinary_files_are_accepted",
    5: "test_pdf::whatever_acts_is_refused",
    6: "test_pdf::whatever_acts_is_refused",
    7: "test_pdf::whatever_acts_is_refused",
    8: "test_pdf::whatever_acts_is_refused",
    9: "test_pdf::whatever_acts_is_refused",
    10: "test_pdf::attached_files_are_held",
    11: "test_pdf::whatever_acts_is_refused",
    12: "test_pdf::ordinary_files_are_accepted",
    13: "test_pdf::sound_and_film_are_held",
    14: "test_pdf::a_password_is_named_even_where_the_owners_is_empty",
    15: "test_inspector::an_owner_password_alone_does_not_matter",
    16: "test_pdf::what_no_viewer_could_show_is_damaged",
    17: "test_sandbox::a_bomb_dies_at_the_memory_limit_alone",
    18: "test_pdf::pages_are_limited_in_number_and_size",
    19: "test_pdf::small_faults_are_noted",
    20: "test_pdf::small_faults_are_noted",
    21: "test_pdf::small_faults_are_noted",
    22: "test_mutations::a_changed_document_has_a_verdict",
    23: "test_inspector::notes_change_no_verdict",
    24: "test_pdf::more_than_one_change_by_appending_is_noted",
    25: "test_pdf::a_file_that_is_two_things_is_neither",
    26: "test_sandbox::a_file_is_judged_in_the_child_and_measured_by_the_caller",
    27: "test_text::what_is_not_text_is_named",
    28: "test_text::what_is_not_text_is_named",
    29: "test_inspector::an_honest_document_is_accepted_and_measured",
    30: "test_zip_safety::a_container_means_one_thing_or_is_refused",
    31: "test_docx::a_macro_project_is_refused_whatever_the_types_say",
    32: "test_docx::external_relationships_are_judged_by_kind_and_scheme",
    33: "test_docx::external_relationships_are_judged_by_kind_and_scheme",
    34: "test_docx::external_relationships_are_judged_by_kind_and_scheme",
    35: "test_docx::external_relationships_are_judged_by_kind_and_scheme",
    36: "test_addresses::every_type_tells_where_its_links_lead",
    37: "test_docx::packages_inside_packages_are_held_and_refused_from_the_third_level_on",
    38: "test_docx::fields_that_fetch_or_run_are_refused",
    39: "test_docx::a_doctype_in_any_part_and_encoding_is_refused",
    40: "test_docx::a_doctype_in_any_part_and_encoding_is_refused",
    41: "test_inspector::what_is_refused_has_its_own_reason",
    42: "test_docx::protection_without_a_password_does_not_matter",
    43: "test_zip_safety::what_is_inside_may_be_large_but_not_absurd",
    44: "test_zip_safety::a_container_means_one_thing_or_is_refused",
    45: "test_zip_safety::a_container_means_one_thing_or_is_refused",
    46: "test_zip_safety::a_container_means_one_thing_or_is_refused",
    47: "test_mutations::a_changed_document_has_a_verdict",
    48: "test_docx::other_packages_are_named",
    49: "test_inspector::what_cannot_be_fully_checked_is_held",
    50: "test_docx::text_that_does_not_show_is_noted",
    51: "test_text::texts_for_old_fonts_are_noted_and_their_language_is_not_guessed",
    52: "test_odt::each_thing_has_its_verdict",
    53: "test_odt::each_thing_has_its_verdict",
    54: "test_odt::each_thing_has_its_verdict",
    55: "test_odt::each_thing_has_its_verdict",
    56: "test_odt::a_package_without_its_mark_is_still_known",
    57: "test_text::what_is_not_text_is_named",
    58: "test_rtf::each_thing_has_its_verdict",
    59: "test_inspector::what_is_refused_has_its_own_reason",
    60: "test_rtf::each_thing_has_its_verdict",
    61: "test_text::a_marked_encoding_is_certain",
    62: "test_text::old_cyrillic_encodings_are_guessed",
    63: "test_text::what_is_not_text_is_named",
    64: "test_text::marks_piled_on_a_letter_are_refused_and_ordinary_ones_are_not",
    65: "test_text::the_name_decides_between_text_and_markdown_alone",
    66: "test_text::text_that_reads_otherwise_than_it_is_is_noted",
    67: "unit/test_verdict::the_two_sides_become_one_verdict_where_scanning_is_on",
    68: "integration/test_main_job::a_scan_without_a_clean_result_is_hold_never_accept",
    69: "unit/test_plain_text::every_file_name_has_a_line_of_255_bytes_at_most",
    70: "unit/test_plain_text::a_file_name_is_data_to_show",
    71: "unit/rendering/test_summary::a_file_name_is_shown_without_tricks",
    72: "unit/test_plain_text::a_file_name_is_data_to_show",
    73: "test_inspector::a_name_without_an_extension_is_judged_by_content_alone",
    74: "unit/rendering/test_summary::the_same_file_in_two_places_is_told",
    75: "integration/test_main_job::a_ticket_replayed_after_the_verdict_changes_nothing_that_anyone_reads",
    76: "unit/test_post_policy::every_field_and_the_bucket_must_be_covered",
}


def test_every_row_is_here() -> None:
    assert list(_ROWS) == [*range(1, 77)]


@pytest.mark.parametrize("row", _ROWS)
def test_the_test_of_a_row_exists(row: int) -> None:
    module, _, name = _ROWS[row].partition("::")
    path = _TESTS / f"{module if '/' in module else _HERE + module}.py"
    assert re.search(rf"^def test_{name}\(", path.read_text(), re.MULTILINE)
