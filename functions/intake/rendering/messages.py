"""The mails we send: for editors a summary and updates, for the applicant a receipt. Pure: values in, bytes out."""

from datetime import timedelta

from intake.domain.application import Application
from intake.domain.call import Call
from intake.domain.summary import Summary, summary_of, text_in
from intake.rendering import dossier, formats, mime
from intake.rendering.outgoing import Envelope, Headers, OutgoingMail, compose, desk_link


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
    values = {
        "magazine": call.magazine,
        "call_title": text_in(call.title, language),
        "summary": summary,
        "region": _region(summary),
        "received": formats.moment(application.received_at, call.time_zone, language),
        "headcount": dossier.headcount(summary, language),
        "rows": dossier.expert_rows(summary, language),
        "documents": dossier.desk_cards(summary, call.time_zone, language),
        "desk_link": desk_link(application, public_base),
    }
    envelope = Envelope(
        message,
        language,
        to,
        sender,
        name=call.magazine,
        reference=application.reference,
        headers=(
            ("Reply-To", mime.mailbox("Reply-To", applicant.name, applicant.email)),
            ("List-Id", f"<{call.id}.{_domain(sender)}>"),
            *_thread("desk", application, sender),
        ),
    )
    return compose(envelope, values)


def receipt_message(application: Application, call: Call, *, sender: str, public_base: str, token: str) -> OutgoingMail:
    """What tells the applicant that the application arrived, in their language.

    Whoever mistypes an address has this mail sent to a stranger, and somebody may do so on purpose: every word is ours.
    """
    language = application.language
    answer_by = application.received_at + timedelta(days=call.answer_days)
    is_neutral = application.preferences.neutral_mail
    base = f"{public_base.rstrip('/')}/{language}"
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
    envelope = Envelope(
        "receipt",
        language,
        application.applicant.email,
        sender,
        name=None if is_neutral else call.magazine,
        reference=application.reference,
        headers=(
            ("Reply-To", mime.mailbox("Reply-To", None, call.contact)),
            *_thread("applicant", application, sender),
        ),
    )
    return compose(envelope, values)


def _thread(name: str, application: Application, sender: str) -> Headers:
    """Threads hang on a root that is no mail: SES gives every mail a Message-ID that nobody knows beforehand."""
    root = f"<{name}.{application.id}@{_domain(sender)}>"
    return ("References", root), ("In-Reply-To", root)


def _region(summary: Summary) -> str:
    """The first region and how many more, for the subject."""
    first, *more = summary.regions
    return f"{first} +{len(more)}" if more else first


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2]
