"""The mail that tells the admin that mail did not arrive."""

from intake.domain.application import Application
from intake.domain.call import Call
from intake.domain.delivery import SUMMARY
from intake.rendering import mime
from intake.rendering.messages import OutgoingMail
from intake.rendering.templates import folded, render


def undelivered_message(
    application: Application, call: Call, *, kind: str, to: str, sender: str, public_base: str
) -> OutgoingMail:
    """Names the reference, and no person: an admin need not be an editor. In the desk's language."""
    language = call.desk_language
    values = {
        "magazine": call.magazine,
        "reference": application.reference,
        "is_summary": kind == SUMMARY,
        "desk_link": f"{public_base.rstrip('/')}/desk/a/{application.id}",
    }
    subject = render("mail/undelivered/subject.txt.j2", language, **values)
    headers = [
        ("Subject", mime.text_header("Subject", subject)),
        ("From", mime.mailbox("From", call.magazine, sender)),
        ("To", mime.mailbox("To", None, to)),
        ("Content-Language", language),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Intake-Application", application.reference),
        ("X-Intake-Event", "undelivered"),
    ]
    html = render("mail/undelivered/body.html.j2", language, subject=subject, **values)
    text = folded(render("mail/undelivered/body.txt.j2", language, subject=subject, **values))
    return OutgoingMail(to, sender, mime.multipart(headers, text=text, html=html))
