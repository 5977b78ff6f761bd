"""What inspection says of one file: by content, each refusal with its own reason."""

import pytest

import documents
from intake.domain.verdict import Note, Reason, Verdict

HONEST = {
    "cv.pdf": (documents.pdf("Curriculum vitae of a reporter. " * 20, pages=2), "pdf", 2, 200),
    "letter.docx": (documents.docx("Dear editors of the magazine. " * 20), "docx", None, 100),
    "sample.odt": (documents.odt("The river rose in the night. " * 20), "odt", None, 120),
    "letter.rtf": (documents.rtf("A letter to the editors. " * 20), "rtf", None, 100),
    "letter.txt": (documents.text("A letter to the editors. " * 20), "txt", None, 100),
    "letter.md": (documents.text("# Letter\n\nTo the editors of it. " * 20), "md", None, 120),
}


@pytest.mark.parametrize("filename", HONEST)
def test_an_honest_document_is_accepted_and_measured(judge, filename: str) -> None:
    body, kind, pages, words = HONEST[filename]
    found = judge(body, filename)
    assert (found.verdict, found.reason, found.type) == (Verdict.ACCEPT, None, kind)
    assert found.words == pytest.approx(words, abs=2 if kind != "md" else 25)
    assert found.language == "en"
    assert found.size == len(body)
    if pages:
        assert found.pages == pages


REFUSED = {
    "empty": (b"", "cv.pdf", Reason.FILE_EMPTY, None),
    "javascript": (documents.pdf_with_javascript(), "cv.pdf", Reason.ACTIVE_CONTENT, None),
    "password pdf": (documents.encrypted_pdf(), "cv.pdf", Reason.PASSWORD, None),
    "password office": (documents.ole_container("EncryptedPackage"), "cv.docx", Reason.PASSWORD, None),
    "damaged pdf": (documents.pdf()[:300], "cv.pdf", Reason.FILE_DAMAGED, None),
    "damaged docx": (documents.docx()[:-300], "cv.docx", Reason.FILE_DAMAGED, None),
    "macros": (documents.docx_with_macros(), "cv.docx", Reason.MACROS, None),
    "doctype": (documents.docx_with_doctype(), "cv.docx", Reason.FILE_DAMAGED, None),
    "bomb": (documents.docx_bomb(), "cv.docx", Reason.ARCHIVE_UNSAFE, None),
    "workbook": (documents.renamed_workbook(), "cv.docx", Reason.TYPE_MISMATCH, "xlsx"),
    "program": (documents.exe(), "cv.pdf", Reason.TYPE_MISMATCH, "exe"),
    "program by name": (documents.text(), "cv.exe", Reason.TYPE_MISMATCH, None),
    "renamed rtf": (documents.rtf(), "cv.docx", Reason.TYPE_MISMATCH, None),
    "polyglot": (documents.pdf() + documents.docx(), "cv.pdf", Reason.TYPE_MISMATCH, None),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_has_its_own_reason(judge, case: str) -> None:
    body, filename, reason, kind = REFUSED[case]
    found = judge(body, filename)
    assert (found.verdict, found.reason) == (Verdict.REJECT, reason)
    if kind:
        assert found.found == kind


def test_a_file_over_the_limit_and_one_that_arrived_otherwise_are_refused(judge) -> None:
    body = documents.pdf()
    assert judge(body, "cv.pdf", max_bytes=len(body)).verdict is Verdict.ACCEPT
    assert judge(body, "cv.pdf", max_bytes=len(body) - 1).reason is Reason.FILE_TOO_LARGE
    assert judge(body, "cv.pdf", sha256="0" * 64).reason is Reason.UPLOAD_DAMAGED


def test_a_type_that_the_call_does_not_take_is_refused(judge) -> None:
    assert judge(documents.odt(), "sample.odt", types=("pdf",)).reason is Reason.TYPE_NOT_ALLOWED


def test_what_cannot_be_fully_checked_is_held(judge) -> None:
    legacy = judge(documents.ole_container("WordDocument"), "cv.doc")
    assert (legacy.verdict, legacy.reason) == (Verdict.HOLD, Reason.LEGACY_FORMAT)
    attached = judge(documents.pdf_with_attachment(), "cv.pdf")
    assert (attached.verdict, attached.reason) == (Verdict.HOLD, Reason.ATTACHMENTS)


def test_an_owner_password_alone_does_not_matter(judge) -> None:
    assert judge(documents.encrypted_pdf(user=""), "cv.pdf").verdict is Verdict.ACCEPT


def test_notes_change_no_verdict(judge) -> None:
    scan = judge(documents.image_only_pdf(), "cv.pdf")
    assert (scan.verdict, scan.words, scan.notes) == (Verdict.ACCEPT, None, (Note.NO_TEXT,))
    short = judge(documents.pdf(), "cv.pdf", min_words=1000)
    assert (short.verdict, short.notes) == (Verdict.ACCEPT, (Note.WORDS_BELOW_RANGE,))
    long = judge(documents.pdf(), "cv.pdf", max_words=10)
    assert (long.verdict, long.notes) == (Verdict.ACCEPT, (Note.WORDS_ABOVE_RANGE,))


def test_a_name_without_an_extension_is_judged_by_content_alone(judge) -> None:
    assert judge(documents.pdf(), "Lebenslauf").type == "pdf"
    assert judge(documents.pdf(), "CV 12.05.2026").type == "pdf"
    assert judge(documents.pdf(), None).type == "pdf"


@pytest.mark.parametrize(
    ("content", "language"),
    [
        ("საქართველოს მთიან სოფლებში ზამთარი გრძელია და გზები ხშირად იკეტება თოვლის გამო. " * 3, "ka"),
        ("Հայաստանի լեռնային գյուղերում ձմեռը երկար է, և ճանապարհները հաճախ փակվում են։ " * 3, "hy"),
        ("В горных сёлах зима длинная, и дороги часто закрывают из-за снега и лавин. " * 3, "ru"),
        ("Kənddə qış uzun olur və yollar tez-tez qar səbəbindən bağlanır, həyat çətinləşir. " * 3, "az"),
        ("Im Winter sind die Straßen in den Bergdörfern oft wegen Schnee gesperrt. " * 3, "de"),
        ("Нохчийн маттахь язйина ю хӀара йоза, цундела иза кхечу маттахь дац, бохуш, хьехадо. " * 3, "und-Cyrl"),
    ],
)
def test_the_language_is_named_only_where_it_is_certain(judge, content: str, language: str) -> None:
    assert judge(documents.text(content), "sample.txt").language == language
