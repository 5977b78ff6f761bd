"""The mail that tells the admin that mail did not arrive."""

from intake.domain.application import Application
from intake.domain.call import Call
from intake.domain.delivery import SUMMARY
from intake.rendering.outgoing import Envelope, OutgoingMail, compose, desk_link


def undelivered_message(
    application: Application, call: Call, *, kind: str, to: str, sender: str, public_base: str
) -> OutgoingMail:
    """Names the reference, and no person: an admin need not be an editor. In the desk's language."""
    values = {
        "magazine": call.magazine,
        "reference": application.reference,
        "is_summary": kind == SUMMARY,
        "desk_link": desk_link(application, public_base),
    }
    envelope = Envelope(
        "undelivered", call.desk_language, to, sender, name=call.magazine, reference=application.reference
    )
    return compose(envelope, values)
