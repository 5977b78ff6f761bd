"""Mail by SES. We build the MIME and decide on every second try; the SDK never repeats a send by itself."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from intake.errors import MailNotSentError

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

    from intake.rendering.outgoing import OutgoingMail


_FINAL = {"MessageRejected", "BadRequestException"}
"""SES's word on this one mail, whenever it is sent; all else (paused, over quota, throttled, a set that is not there)
passes or can be mended (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html)."""


class Mail:
    def __init__(self, client: "SESV2Client", configuration_set: str) -> None:
        """`client` must make one attempt only: after a lost answer a retry would send the mail twice."""
        self._client = client
        self._configuration_set = configuration_set

    def send(self, mail: "OutgoingMail", tags: Mapping[str, str]) -> str:
        """Hands one mail to SES and answers with its id there. `tags` ([A-Za-z0-9_-], at most 256 characters each)
        come back in SES's events.

        Raises MailNotSentError; the envelope is ours, so nothing in a header can add a recipient.
        """
        try:
            answer = self._client.send_email(
                FromEmailAddress=mail.sender,
                Destination={"ToAddresses": [mail.to]},
                Content={"Raw": {"Data": mail.raw}},
                ConfigurationSetName=self._configuration_set,
                EmailTags=[{"Name": name, "Value": value} for name, value in tags.items()],
            )
        except ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            code = error.response["Error"]["Code"]
            # A 5xx may come after SES took the mail; only a 4xx says that it did not.
            is_answered = 400 <= status < 500
            raise MailNotSentError(code, is_answered=is_answered, is_final=is_answered and code in _FINAL) from None
        except BotoCoreError as error:
            raise MailNotSentError(type(error).__name__, is_answered=False) from None
        return answer["MessageId"]
