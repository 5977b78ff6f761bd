"""An editor: an address, and the calls whose applications it reads and is mailed about."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from intake.domain.email_address import EmailAddress

EVERY_CALL = "*"
"""The route that covers every call, those to come included."""

type EditorAddress = Annotated[EmailAddress, AfterValidator(str.lower)]
"""In lower case: people type their own address either way, and mean one mailbox."""


class Editor(BaseModel):
    """`routes` are call ids, or EVERY_CALL. They decide both what is mailed to this editor and what the desk shows
    (ASVS 5.0 8.2.2): an editor of one call cannot open another call's applications by their ids."""

    model_config = ConfigDict(frozen=True)

    address: EditorAddress
    routes: Annotated[tuple[str, ...], Field(min_length=1)] = (EVERY_CALL,)

    def reads(self, call_id: str) -> bool:
        """Whether this call's applications are this editor's."""
        return EVERY_CALL in self.routes or call_id in self.routes
