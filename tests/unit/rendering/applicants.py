"""An application with everything in it: four scripts, every verdict, markup where people could put some."""

from hashlib import sha256
from typing import Any

from factories import NOW, a_version, an_applicant, an_application, an_inspection, an_upload
from intake.domain.application import Application
from intake.domain.document import Document, DocumentKind
from intake.domain.status import ApplicationStatus
from intake.domain.verdict import ACCEPTED, Finding, Note, Reason, Verdict

FULL_CARD: dict[str, Any] = {
    "name": "გიორგი მაჭავარიანი",
    "email": "giorgi@kutaisi.example",
    "regions": ("dagestan", "georgia"),
    "topics": ("society", "culture"),
    "languages": ("ka", "lez", "az-Cyrl"),
    "address_as": "Գևորգ",
    "byline": "Giorgi M.",
    "availability": "From April, two texts a month.\nNot in August.",
    "fee": "250 EUR",
    "links": ("https://tetri-sopeli.example/gza", "https://news.example/author?id=7&lang=ka"),
    "note": "Good day,\n\nI write about <villages> & rivers. More at https://evil.example/x\n\nCV: checked",
    "alternative_contact": "Signal giorgi.42",
}


def a_checked_document(kind: DocumentKind, finding: Finding | None = ACCEPTED, **changes: Any) -> Document:
    upload = an_upload(changes.pop("filename", f"{kind}.pdf"))
    return Document(
        kind=kind,
        attempt=1,
        issued=1,
        upload=upload.model_copy(update={"is_typed": changes.pop("is_typed", False)}),
        stored=a_version(size=changes.pop("size", 412_000)),
        uploaded_at=changes.pop("uploaded_at", NOW),
        inspection=an_inspection(**{"sha256": sha256(kind.encode()).hexdigest()} | changes),
        finding=finding,
    )


def some_documents() -> list[Document]:
    return [
        a_checked_document(DocumentKind.CV, filename='რეზიუმე "გიორგი".pdf', words=1780, language="ka"),
        a_checked_document(
            DocumentKind.COVER_LETTER,
            Finding(verdict=Verdict.HOLD, reason=Reason.ATTACHMENTS),
            filename="<img src=x onerror=alert(1)>.docx",
            type="docx",
            pages=None,
            notes=(Note.COMMENTS, Note.WORDS_ABOVE_RANGE),
        ),
        a_checked_document(
            DocumentKind.WRITING_SAMPLE,
            Finding(verdict=Verdict.REJECT, reason=Reason.PASSWORD),
            filename="Əliyev Rəşad oğlu.pdf",
            pages=None,
            words=None,
            language=None,
        ),
    ]


def submitted(*documents: Document, card: dict[str, Any] | None = None, **changes: Any) -> Application:
    """A submitted application with the full card, or parts of it changed, and these documents or the usual ones."""
    return an_application(
        **{
            "status": ApplicationStatus.SUBMITTED,
            "submitted_at": NOW,
            "applicant": an_applicant(**FULL_CARD | (card or {})),
            "documents": {document.kind: document for document in documents or some_documents()},
        }
        | changes
    )
