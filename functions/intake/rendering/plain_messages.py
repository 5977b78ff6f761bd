"""The mails in plain English, without templates or translations: what goes out where one of those is broken."""

from html import escape

from intake.domain.application import Application
from intake.rendering.catalogues import SOURCE_LANGUAGE
from intake.rendering.outgoing import Envelope, OutgoingMail, desk_link, sealed
from intake.rendering.templates import folded


def plain_desk_message(event: str, application: Application, *, to: str, sender: str, public_base: str) -> OutgoingMail:
    """The editors' summary or update (`event`): whose application it is, and where to read it."""
    applicant = application.applicant
    lines = [
        f"Application {application.reference} from {applicant.name} <{applicant.email}>",
        "",
        "This mail could not be written as usual. The application itself is complete; read it here:",
        desk_link(application, public_base),
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
    html = f'<!doctype html><html lang="en"><title>{subject}</title><pre>{escape(text)}</pre></html>'
    envelope = Envelope(event, SOURCE_LANGUAGE, to, sender, reference=application.reference)
    return sealed(envelope, subject, text=text, html=html)
