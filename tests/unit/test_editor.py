"""Editors: their addresses, and which calls are theirs."""

import pytest
from pydantic import ValidationError

from intake.domain.editor import Editor


def test_an_editor_reads_every_call_unless_told_otherwise() -> None:
    assert Editor(address="anna@magazine.example").reads("contributors")
    routed = Editor(address="anna@magazine.example", routes=("contributors", "photographers"))
    assert [routed.reads(call) for call in ("contributors", "photographers", "illustrators")] == [True, True, False]


def test_an_address_is_one_mailbox_however_it_is_typed() -> None:
    assert Editor(address=" Anna@Magazine.EXAMPLE ").address == "anna@magazine.example"


@pytest.mark.parametrize(
    "address", ["", "anna", "a@b@c.example", "a@magazine.example, b@magazine.example", "a\n@b.example"]
)
def test_what_is_no_address_is_no_editor(address: str) -> None:
    with pytest.raises(ValidationError):
        Editor(address=address)


def test_an_editor_of_nothing_is_refused() -> None:
    with pytest.raises(ValidationError):
        Editor(address="anna@magazine.example", routes=())
