"""The mails we send: for editors a summary and updates, for the applicant a receipt. Pure: values in, bytes out."""

from dataclasses import dataclass
from datetime import timedelta

from intake.domain.application import Application
from intake.domain.call import Call
from intake.domain.summary import Summary, summary_of, text_in
from intake.rendering import dossier, formats, mime
from intake.rendering.templates import folded, render


@dataclass(frozen=True)
class OutgoingMail:
    """One mail for one recipient. SES sets Message-ID and Date, whatever we would say."""

    to: str
    sender: str
    raw: bytes


def summary_message(application: Application, call: Call, *, to: str, sender: str, public_base: str) -> OutgoingMail:
    """The editors' first mail about an application, in the desk's language."""
    return _desk_message("summary", application, call, to=to, sender=sender, public_base=public_base)


def update_message(application: Application, call: Call, *, to: str, sender: str, public_base: str) -> OutgoingMail:
    """What the editors get when something changed: the whole application as it is now, in the summary's thread."""
    return _desk_message("update", application, call, to=to, sender=sender, public_base=public_base)


def _desk_message(
    message: str, application: Application, call: Call, *, to: str, sender: str, public_base: str
) -> OutgoingMail:
    language, applicant = call.desk_language, application.applicant
    summary = summary_of(application, call, language)
    headers = [
        ("From", mime.mailbox("From", call.magazine, sender)),
        ("To", mime.mailbox("To", None, to)),
        ("Reply-To", mime.mailbox("Reply-To", applicant.name, applicant.email)),
        ("List-Id", f"<{call.id}.{_domain(sender)}>"),
        *_headers(message, application, language=language, thread="desk", sender=sender),
    ]
    values = {
        "magazine": call.magazine,
        "call_title": text_in(call.title, language),
        "summary": summary,
        "region": _region(summary),
        "received": formats.moment(application.received_at, call.time_zone, language),
        "headcount": dossier.headcount(summary, language),
        "rows": dossier.expert_rows(summary, language),
        "documents": dossier.desk_cards(summary, call.time_zone, language),
        "desk_link": f"{public_base.rstrip('/')}/desk/a/{application.id}",
    }
    return OutgoingMail(to, sender, _raw(message, language, headers, values))


def receipt_message(application: Application, call: Call, *, sender: str, public_base: str, token: str) -> OutgoingMail:
    """What tells the applicant that the application arrived, in their language.

    Whoever mistypes an address has this mail sent to a stranger, and somebody may do so on purpose: every word is ours.
    """
    language = application.language
    answer_by = application.received_at + timedelta(days=call.answer_days)
    is_neutral = application.preferences.neutral_mail
    base = f"{public_base.rstrip('/')}/{language}"
    headers = [
        ("From", mime.mailbox("From", None if is_neutral else call.magazine, sender)),
        ("To", mime.mailbox("To", None, application.applicant.email)),
        ("Reply-To", mime.mailbox("Reply-To", None, call.contact)),
        *_headers("receipt", application, language=language, thread="applicant", sender=sender),
    ]
    values = {
        "magazine": call.magazine,
        "call_title": text_in(call.title, language),
        "reference": application.reference,
        "is_neutral": is_neutral,
        "received": formats.moment(application.received_at, call.time_zone, language),
        "answer_by": formats.day_of(answer_by, call.time_zone, language),
        "documents": dossier.receipt_cards(summary_of(application, call, language), language),
        "page_link": f"{base}/a/{token}",
        "call_link": f"{base}/apply/{call.id}",
        "contact": call.contact,
        "notice_version": application.privacy_notice,
    }
    return OutgoingMail(application.applicant.email, sender, _raw("receipt", language, headers, values))


def _headers(
    message: str, application: Application, *, language: str, thread: str, sender: str
) -> list[tuple[str, str]]:
    """Threads hang on a root that is no mail: SES gives every mail a Message-ID that nobody knows beforehand."""
    root = f"<{thread}.{application.id}@{_domain(sender)}>"
    return [
        ("References", root),
        ("In-Reply-To", root),
        ("Content-Language", language),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Intake-Application", application.reference),
        ("X-Intake-Event", message),
    ]


def _raw(message: str, language: str, headers: list[tuple[str, str]], values: dict[str, object]) -> bytes:
    subject = render(f"mail/{message}/subject.txt.j2", language, **values)
    html = render(f"mail/{message}/body.html.j2", language, subject=subject, **values)
    text = folded(render(f"mail/{message}/body.txt.j2", language, subject=subject, **values))
    return mime.multipart([("Subject", mime.text_header("Subject", subject)), *headers], text=text, html=html)


def _region(summary: Summary) -> str:
    """The first region and how many more, for the subject."""
    first, *more = summary.regions
    return f"{first} +{len(more)}" if more else first


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2]
