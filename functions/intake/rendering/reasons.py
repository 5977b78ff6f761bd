"""Why a file is held or rejected: a sentence for the applicant with the way out, and a line for editors."""

from intake.domain.call import DocumentRule
from intake.domain.document import Document
from intake.domain.verdict import Inspection, Reason
from intake.rendering import formats
from intake.rendering.catalogues import N_, say
from intake.rendering.labels import found_label, type_label, your_kind

_APPLICANT = {
    # Translators: %(name)s begins the sentence: the name of a file, or "Your CV". Say what happened and the way out.
    Reason.FILE_EMPTY: N_("%(name)s is empty. Choose another file and upload it."),
    Reason.FILE_TOO_LARGE: N_("%(name)s is larger than %(max)s. Make it smaller and upload it again."),
    Reason.FILE_DAMAGED: N_(
        "%(name)s is damaged and cannot be opened. Save it again, ideally as PDF, and upload that."
    ),
    Reason.UPLOAD_DAMAGED: N_("%(name)s did not arrive whole. Upload it again."),
    # Translators: %(found)s is like "an Excel workbook", %(types)s like "PDF, Word (DOCX) or RTF".
    Reason.TYPE_NOT_ALLOWED: N_("%(name)s is %(found)s. Save it as %(types)s and upload it again."),
    Reason.TYPE_MISMATCH: N_(
        "%(name)s is not of the type that its file name ends with: it is %(found)s. Save it as "
        "%(types)s and upload it again."
    ),
    Reason.LEGACY_FORMAT: N_(
        "%(name)s is %(found)s, which we cannot fully check. Save it as %(types)s and upload it again."
    ),
    Reason.PASSWORD: N_("%(name)s needs a password. Save a copy without a password and upload it again."),
    Reason.MACROS: N_("%(name)s contains macros. Save it as PDF and upload that."),
    Reason.ACTIVE_CONTENT: N_("%(name)s contains scripts or programs. Print it to a PDF file and upload that."),
    Reason.EXTERNAL_CONTENT: N_(
        "%(name)s loads content from elsewhere. Print it to a PDF file, which holds everything, and upload that."
    ),
    Reason.ATTACHMENTS: N_("%(name)s has other files inside. Upload a copy without them."),
    Reason.MULTIMEDIA: N_("%(name)s contains sound or video. Upload a copy without them."),
    Reason.ARCHIVE_UNSAFE: N_("%(name)s is packed in a way that is not safe to open. Save it as PDF and upload that."),
    Reason.TOO_COMPLEX: N_("%(name)s is too complex to check. Print it to a PDF file and upload that."),
    Reason.INSPECTION_FAILED: N_(
        "%(name)s could not be checked. The editors know; if you can, save it again as PDF and upload that."
    ),
    Reason.INSPECTION_LATE: N_("%(name)s could not be checked in time. The editors know; you need not do anything."),
    Reason.MALWARE: N_("%(name)s was blocked because it may harm a computer. Upload another file."),
    Reason.SCAN_FAILED: N_("%(name)s could not be checked. The editors know; you need not do anything."),
    Reason.SCAN_UNSUPPORTED: N_(
        "%(name)s is of a kind that cannot be fully checked. The editors know; if you can, upload a PDF file instead."
    ),
    Reason.SCAN_LATE: N_("%(name)s could not be checked in time. The editors know; you need not do anything."),
}

LINES_FOR_EDITORS = {
    # Translators: lines for editors, about a file they see named beside.
    Reason.FILE_EMPTY: N_("The file is empty."),
    Reason.FILE_TOO_LARGE: N_("The file is larger than %(max)s."),
    Reason.FILE_DAMAGED: N_("The file is damaged and cannot be opened."),
    Reason.UPLOAD_DAMAGED: N_("The file did not arrive whole."),
    Reason.TYPE_NOT_ALLOWED: N_("The file is %(found)s, which the call does not take."),
    Reason.TYPE_MISMATCH: N_("The file is not what its name says: it is %(found)s."),
    Reason.LEGACY_FORMAT: N_("The file is %(found)s, which cannot be fully checked."),
    Reason.PASSWORD: N_("The file is protected by a password, so nobody could look inside."),
    Reason.MACROS: N_("The file contains macros."),
    Reason.ACTIVE_CONTENT: N_("The file contains scripts or programs."),
    Reason.EXTERNAL_CONTENT: N_(
        "The file loads content from elsewhere: opening it would tell others that it was opened."
    ),
    Reason.ATTACHMENTS: N_("The file has other files inside, which were not checked."),
    Reason.MULTIMEDIA: N_("The file contains sound or video, which was not checked."),
    Reason.ARCHIVE_UNSAFE: N_("The file is packed in a way that is not safe to open."),
    Reason.TOO_COMPLEX: N_("The file is too complex to check."),
    Reason.INSPECTION_FAILED: N_("Our check of the file failed."),
    Reason.INSPECTION_LATE: N_("Our check of the file did not finish in time."),
    Reason.MALWARE: N_("The malware scan found a threat in the file."),
    Reason.SCAN_FAILED: N_("The malware scan of the file failed."),
    Reason.SCAN_UNSUPPORTED: N_("The malware scan cannot read a file of this kind."),
    Reason.SCAN_LATE: N_("The malware scan of the file did not finish in time."),
}


def message_about(document: Document, rule: DocumentRule, language: str) -> str | None:
    """The sentence for the applicant, who knows the file by its name; None where there is nothing to say."""
    if document.finding is None or document.finding.reason is None:
        return None
    is_named = document.upload is not None and not document.upload.is_typed
    name = document.upload.filename if document.upload and is_named else your_kind(document.kind, language)
    return applicant_sentence(
        document.finding.reason, name, rule=rule, inspection=document.inspection, language=language
    )


def applicant_sentence(
    reason: Reason, name: str, *, rule: DocumentRule, inspection: Inspection | None, language: str
) -> str:
    """What happened to the file called `name`, and the way out. Plain text: escape it where it is shown."""
    return say(language, _APPLICANT[reason], name=name, **_values(rule, inspection, language))


def editors_line(reason: Reason, *, rule: DocumentRule, inspection: Inspection | None, language: str) -> str:
    return say(language, LINES_FOR_EDITORS[reason], **_values(rule, inspection, language))


def _values(rule: DocumentRule, inspection: Inspection | None, language: str) -> dict[str, str]:
    return {
        "max": formats.size(rule.max_bytes, language),
        "types": formats.alternatives([type_label(name, language) for name in rule.types], language),
        "found": _found(inspection, language),
    }


def _found(inspection: Inspection | None, language: str) -> str:
    if inspection and inspection.found:
        return found_label(inspection.found, language)
    if inspection and inspection.type:
        # Translators: reads on after "is"; %(type)s is like "PDF".
        return say(language, N_("a file of type %(type)s"), type=type_label(inspection.type, language))
    return say(language, N_("a file of a kind we do not know"))
