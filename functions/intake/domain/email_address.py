"""One strict e-mail address. `email.utils.parseaddr` is never used: it answers with a part of what it was given."""

from typing import Annotated

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, StringConstraints


def _checked(address: str) -> str:
    try:
        checked = validate_email(
            address,
            check_deliverability=False,
            strict=True,  # also RFC 5321's 64 octets for the local part
            allow_smtputf8=False,  # SES takes ASCII local parts only
            test_environment=True,  # RFC 6761 .test is what our own tests and demos use
        )
    except EmailNotValidError as error:
        raise ValueError("not an e-mail address") from error
    if checked.ascii_email is None:
        raise ValueError("not an e-mail address")
    return checked.ascii_email


type EmailAddress = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), AfterValidator(_checked)]
"""RFC 5321 address, ASCII: an international domain is kept as Punycode, which is what is sent to.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_Destination.html
"""
