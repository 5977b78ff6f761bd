"""A page of the desk: the frame that all pages share, in the desk's language, with who is signed in."""

from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.shared.cookies import Cookie

from intake.domain.call import Call
from intake.domain.session import form_token
from intake.web import page as frame
from intake.web.page import Mistake
from intake.web.static_files import asset, has_asset


@dataclass(frozen=True)
class Seat:
    """A signed-in editor as pages show it: the address, and the token that every form carries."""

    address: str
    token: str

    @classmethod
    def of(cls, address: str, session_id: str) -> "Seat":
        return cls(address, form_token(session_id))


def page(
    template: str,
    call: Call,
    *,
    status: int = 200,
    seat: Seat | None = None,
    mistakes: tuple[Mistake, ...] = (),
    cookies: tuple[Cookie, ...] = (),
    **values: Any,
) -> Response[str]:
    """A page in the looks of this call. Without `seat` nobody is signed in."""
    logo = f"{call.id}.svg"
    answer = frame.page(
        f"desk/{template}",
        call.desk_language,
        brand=call.magazine,
        home="/desk",
        theme=asset(f"{call.id}.css"),
        logo=asset(logo) if has_asset(logo) else None,
        mistakes=mistakes,
        status=status,
        seat=seat,
        **values,
    )
    # Never compressed: where a form's token and an applicant's words share a page, its length would tell of the token
    # (BREACH, CVE-2013-3587).
    answer.compress = False
    answer.cookies.extend(cookies)
    return answer


def see_other(path: str, *cookies: Cookie) -> Response[str]:
    answer = frame.see_other(path)
    answer.cookies.extend(cookies)
    return answer
