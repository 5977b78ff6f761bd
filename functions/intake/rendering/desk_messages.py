"""The mail with the code that signs an editor in."""

from intake.domain.call import Call
from intake.domain.session import CODE_LIFETIME
from intake.rendering import mime
from intake.rendering.messages import OutgoingMail
from intake.rendering.templates import folded, render


def code_message(code: str, call: Call, *, to: str, sender: str) -> OutgoingMail:
    """The code, and nothing that would be worth stealing with it: no link, no name. In the desk's language.

    The subject carries no code: notifications show it on locked screens.
    """
    language = call.desk_language
    values = {
        "magazine": call.magazine,
        "code": f"{code[:3]} {code[3:]}",
        "minutes": int(CODE_LIFETIME.total_seconds() // 60),
        "contact": call.contact,
    }
    subject = render("mail/code/subject.txt.j2", language, **values)
    headers = [
        ("Subject", mime.text_header("Subject", subject)),
        ("From", mime.mailbox("From", call.magazine, sender)),
        ("To", mime.mailbox("To", None, to)),
        ("Content-Language", language),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
        ("X-Intake-Event", "code"),
    ]
    html = render("mail/code/body.html.j2", language, subject=subject, **values)
    text = folded(render("mail/code/body.txt.j2", language, subject=subject, **values))
    return OutgoingMail(to, sender, mime.multipart(headers, text=text, html=html))
