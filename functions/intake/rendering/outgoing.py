"""What every mail of ours has: the envelope, the headers that keep machines from answering, and its two bodies."""

from collections.abc import Mapping
from dataclasses import dataclass

from intake.domain.application import Application
from intake.rendering import mime
from intake.rendering.templates import folded, render

type Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class OutgoingMail:
    """One mail for one recipient. SES sets Message-ID and Date, whatever we would say."""

    to: str
    sender: str
    raw: bytes


@dataclass(frozen=True)
class Envelope:
    """Whom a mail is for and what it is: `event` names its folder in templates/mail, `name` is what its sender is
    called, `reference` the application's, `headers` are those that it alone has."""

    event: str
    language: str
    to: str
    sender: str
    name: str | None = None
    reference: str | None = None
    headers: Headers = ()


def compose(envelope: Envelope, values: Mapping[str, object]) -> OutgoingMail:
    """The mail as its templates say it; they are given `values`."""
    folder, language = f"mail/{envelope.event}", envelope.language
    subject = render(f"{folder}/subject.txt.j2", language, **values)
    html = render(f"{folder}/body.html.j2", language, subject=subject, **values)
    text = folded(render(f"{folder}/body.txt.j2", language, subject=subject, **values))
    return sealed(envelope, subject, text=text, html=html)


def sealed(envelope: Envelope, subject: str, *, text: str, html: str) -> OutgoingMail:
    """The mail with its headers, whoever wrote its words."""
    of_an_application = [("X-Intake-Application", envelope.reference)] if envelope.reference else []
    headers = [
        ("Subject", mime.text_header("Subject", subject)),
        ("From", mime.mailbox("From", envelope.name, envelope.sender)),
        ("To", mime.mailbox("To", None, envelope.to)),
        *envelope.headers,
        ("Content-Language", envelope.language),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        *of_an_application,
        ("X-Intake-Event", envelope.event),
    ]
    return OutgoingMail(envelope.to, envelope.sender, mime.multipart(headers, text=text, html=html))


def desk_link(application: Application, public_base: str) -> str:
    """Where editors read the application."""
    return f"{public_base.rstrip('/')}/desk/a/{application.id}"
