"""The mail with the code that signs an editor in."""

from intake.domain.call import Call
from intake.domain.session import CODE_LIFETIME
from intake.rendering.outgoing import Envelope, OutgoingMail, compose


def code_message(code: str, call: Call, *, to: str, sender: str) -> OutgoingMail:
    """The code, and nothing that would be worth stealing with it: no link, no name. In the desk's language.

    The subject carries no code: notifications show it on locked screens.
    """
    values = {
        "magazine": call.magazine,
        "code": f"{code[:3]} {code[3:]}",
        "minutes": int(CODE_LIFETIME.total_seconds() // 60),
        "contact": call.contact,
    }
    return compose(Envelope("code", call.desk_language, to, sender, name=call.magazine), values)
