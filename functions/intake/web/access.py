"""What every route of the apply function needs first: its settings, a call, and the application that a token opens."""

from intake import runtime
from intake.adapters.applications import Applications
from intake.adapters.documents import IncomingBucket
from intake.domain.application import Application
from intake.domain.call import Call
from intake.domain.proof import Challenge, new_challenge
from intake.domain.reference import application_id_for, is_application_id
from intake.domain.token import Purpose, TokenKeys, application_id_of, key_id_of, sign, verify
from intake.errors import NotFoundError
from intake.services import check_proof


def settings() -> runtime.ApplySettings:
    found: runtime.ApplySettings = runtime.settings(runtime.ApplySettings)
    return found


def applications() -> Applications:
    return runtime.applications(settings().table_name)


def opened_with(token: str) -> Applications:
    """The applications as far as this token opens them, at each look and each change anew: whose address was mended
    meanwhile, or who withdrew, is not changed by an older link."""
    return applications().where(lambda application: not application.is_closed and _opens(token, application))


def incoming() -> IncomingBucket:
    return runtime.incoming_bucket(settings().incoming_bucket)


def call_named(call_id: str) -> Call:
    """Raises NotFoundError."""
    try:
        return runtime.calls()[call_id]
    except KeyError:
        raise NotFoundError("There is no such call.") from None


def opened_by(token: str) -> Application:
    """The application that an applicant's token opens. A wrong token answers like an unknown id: NotFoundError."""
    application_id = application_id_of(token)
    if not is_application_id(application_id):
        raise NotFoundError("There is no such application.")
    return opened_with(token).get(application_id)


def _opens(token: str, application: Application) -> bool:
    known = runtime.secrets(settings().token_secret_arn).token_keys(key_id_of(token))
    addresses = {Purpose.APPLICANT: "", Purpose.RECEIPT: application.applicant.email}
    return any(
        verify(known, token, purpose, application.id, application.token_counter, address)
        for purpose, address in addresses.items()
    )


def keys() -> TokenKeys:
    """Raises KeysUnavailableError."""
    return runtime.secrets(settings().token_secret_arn).token_keys()


def challenge() -> Challenge | None:
    """What a client has to solve before it opens an application; None where nothing is asked for."""
    return new_challenge(keys(), runtime.now()) if settings().asks_for_proof else None


def is_proven(text: str, key: str) -> bool:
    """Whether whoever sends this may open the application of this Idempotency-Key; where nothing is asked for, yes."""
    if not settings().asks_for_proof:
        return True
    proofs = runtime.proofs(settings().table_name)
    return check_proof.is_proven(text, application_id_for(key), keys=keys(), proofs=proofs, now=runtime.now())


def token_of(application: Application) -> str:
    return sign(keys(), Purpose.APPLICANT, application.id, application.token_counter)


def token_after(token: str, mended: Application) -> str:
    """What goes on opening it: for somebody who came by a receipt and gave another address, the link to that one."""
    if _opens(token, mended):
        return token
    return sign(keys(), Purpose.RECEIPT, mended.id, mended.token_counter, mended.applicant.email)
