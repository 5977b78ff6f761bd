"""A document as its applicant sees it."""

from factories import an_application, an_inspection
from intake.domain.call import Call
from intake.domain.document import Document, DocumentKind
from intake.domain.verdict import Finding, Reason, Verdict
from intake.web.document_view import document_views

ACCEPTED = Finding(verdict=Verdict.ACCEPT)
ASKED = "You sent the same file as “{}”, too. If you did not mean to, please replace one of the two."


def _lines(call: Call, finding: Finding | None, digest: str = "a" * 64) -> list[tuple[str, ...]]:
    documents = {
        DocumentKind.CV: Document(kind=DocumentKind.CV, inspection=an_inspection(sha256="a" * 64), finding=finding),
        DocumentKind.WRITING_SAMPLE: Document(
            kind=DocumentKind.WRITING_SAMPLE, inspection=an_inspection(sha256=digest), finding=ACCEPTED
        ),
    }
    return [view.lines for view in document_views(an_application(documents=documents), call, "en", "/a")]


def test_an_applicant_is_asked_about_the_same_file_in_two_places(call: Call) -> None:
    assert _lines(call, ACCEPTED) == [(ASKED.format("Writing sample"),), (), (ASKED.format("CV"),)]


def test_two_files_are_no_question(call: Call) -> None:
    assert _lines(call, ACCEPTED, "b" * 64) == [(), (), ()]


def test_nobody_is_asked_before_a_verdict_or_beside_what_must_be_replaced_anyway(call: Call) -> None:
    rejected = Finding(verdict=Verdict.REJECT, reason=Reason.FILE_DAMAGED)
    assert _lines(call, None)[0] == ()
    assert ASKED.format("Writing sample") not in _lines(call, rejected)[0]
