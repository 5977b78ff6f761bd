"""What an editor may see: the list of a call, and one application. Reads only."""

from collections.abc import Mapping
from datetime import datetime

from intake.adapters.applications import Applications
from intake.adapters.reviews import Reviews
from intake.domain.application import Application
from intake.domain.call import Call
from intake.domain.desk_list import Order, Page, Position, page_of
from intake.domain.editor import Editor
from intake.domain.event import Event
from intake.domain.reference import is_application_id
from intake.errors import NotFoundError
from intake.observability import logger


def calls_of(editor: Editor, calls: Mapping[str, Call]) -> list[Call]:
    """The calls that are this editor's."""
    return [call for call in calls.values() if editor.reads(call.id)]


def list_applications(call: Call, order: Order, after: Position | None, *, reviews: Reviews) -> Page:
    streams = [
        reviews.submitted(call.id, status, is_descending=order.is_descending, since=after) for status in order.statuses
    ]
    return page_of(streams, order, after)


def read_application(application_id: str, editor: Editor, tag: str, *, applications: Applications) -> Application:
    """One application, if it was sent and its call is this editor's. `tag` is what logs call the editor.

    Raises NotFoundError: a draft, an erased one and one of somebody else's call answer like one that never was
    (ASVS 5.0 8.2.2).
    """
    if not is_application_id(application_id):
        raise NotFoundError("There is no such application.")
    application = applications.get(application_id)
    if application.is_draft or application.is_closed or not editor.reads(application.call):
        logger.warning("access_denied", editor=tag, application=application.id)
        raise NotFoundError("There is no such application.")
    return application


def history_of(application: Application, *, reviews: Reviews, now: datetime) -> list[Event]:
    return reviews.history(application.id, now)
