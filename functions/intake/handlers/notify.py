"""Mail may be owed to this application's editors or applicant: send what is."""

from typing import TYPE_CHECKING, Any

from intake import runtime
from intake.handlers.queue import handle_messages
from intake.observability import logger
from intake.services.notify import notify
from intake.services.send_mail import Outbox

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.typing import LambdaContext


def _handle(message: dict[str, str]) -> None:
    settings = runtime.settings(runtime.NotifySettings)
    outbox = Outbox(
        applications=runtime.applications(settings.table_name),
        sends=runtime.sends(settings.table_name),
        mail=runtime.mail(settings.configuration_set),
        secrets=runtime.secrets(settings.token_secret_arn),
        editors=runtime.editors(settings.table_name, settings.editor_email),
        let_through=runtime.let_through(settings.table_name),
        sender=settings.sender,
        public_base=settings.public_base,
        admin=settings.admin_email,
    )
    notify(message["application_id"], calls=runtime.calls(), outbox=outbox, now=runtime.now())


@logger.inject_lambda_context
def handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    return handle_messages(event, context, _handle)
