"""Has a summary that reached nobody sent once more, because an admin says so."""

from datetime import datetime

from intake.adapters.applications import Applications
from intake.adapters.editors import Editors
from intake.adapters.sends import Sends
from intake.domain.delivery import SUMMARY, SendState
from intake.domain.reconciliation import owing_summary
from intake.errors import NotFoundError


def send_again(
    application_id: str, *, applications: Applications, sends: Sends, editors: Editors, now: datetime
) -> bool:
    """Owes the summary to the editors who never got it, and to those to whom SES refused it; False where there are
    none. An address that it came back from is not tried again."""
    try:
        application = applications.get(application_id)
    except NotFoundError:
        return False
    summaries = [send for send in sends.of(application_id) if send.kind == SUMMARY]
    refused = [send for send in summaries if send.state is SendState.REFUSED]
    asked = {send.recipient for send in summaries}
    if not refused and set(editors.routed_to(application.call)) <= asked:
        return False
    for send in refused:
        sends.release(application_id, SUMMARY, send.recipient, "sent_again")
    applications.change(application_id, lambda current: owing_summary(current, now))
    return True
