"""The mails in plain English, without templates or translations: what goes out where one of those is broken."""

from html import escape

from intake.domain.application import Application
from intake.rendering import mime
from intake.rendering.messages import OutgoingMail
from intake.rendering.templates import folded


def plain_desk_message(event: str, application: Application, *, to: str, sender: str, public_base: str) -> OutgoingMail:
    """The editors' summary or update (`event`): whose application it is, and where to read it."""
    applicant = application.applicant
    lines = [
        f"Application {application.reference} from {applicant.name} <{applicant.email}>",
        "",
        "This mail could not be written as usual. The application itself is complete; read it here:",
        f"{public_base.rstrip('/')}/desk/a/{application.id}",
    ]
    return _message(event, application, lines, to=to, sender=sender)


def plain_receipt(application: Application, *, sender: str, public_base: str, token: str) -> OutgoingMail:
    """What tells the applicant that the application arrived; not one word of it is theirs."""
    lines = [
        f"Your application has arrived. Its reference is {application.reference}.",
        "",
        "This is its page:",
        f"{public_base.rstrip('/')}/{application.language}/a/{token}",
    ]
    return _message("receipt", application, lines, to=application.applicant.email, sender=sender)


def _message(event: str, application: Application, lines: list[str], *, to: str, sender: str) -> OutgoingMail:
    is_neutral = event == "receipt" and application.preferences.neutral_mail
    subject = application.reference if is_neutral else f"Application {application.reference}"
    text = folded("\n".join(lines))
    headers = [
        ("Subject", mime.text_header("Subject", subject)),
        ("From", mime.mailbox("From", None, sender)),
        ("To", mime.mailbox("To", None, to)),
        ("Content-Language", "en"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Intake-Application", application.reference),
        ("X-Intake-Event", event),
    ]
    html = f'<!doctype html><html lang="en"><title>{subject}</title><pre>{escape(text)}</pre></html>'
    return OutgoingMail(to, sender, mime.multipart(headers, text=text, html=html))
