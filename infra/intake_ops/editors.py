"""`intake editors`: who may read applications, and is mailed about them. Every change holds at once."""

import argparse
from collections.abc import Callable

from pydantic import TypeAdapter, ValidationError

from intake import runtime
from intake.adapters.editors import Editors
from intake.domain.editor import EVERY_CALL, Editor, EditorAddress
from intake_ops.deployed import Deployed

_ADDRESS = TypeAdapter[str](EditorAddress)

DESCRIPTION = """\
Editors sign in to the desk with a code that is mailed to their address, and get a summary of each application.
Whom you add can do both at once; whom you remove is signed out with the next click. The address in the stack's
parameter EditorEmail is an editor besides, until the parameter changes."""

EXAMPLES = """\
examples:
  intake editors add anna@magazine.example
  intake editors add ben@magazine.example --call contributors     reads that call's applications only
  intake editors remove anna@magazine.example
  intake editors list"""


class EditorsError(Exception):
    """What was asked for cannot be done; one line."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description, parser.epilog = DESCRIPTION, EXAMPLES
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = actions.add_parser("add", help="let somebody in, or change which calls they read")
    add.add_argument("address", help="their e-mail address")
    add.add_argument(
        "--call", action="append", metavar="CALL", help="only this call's applications; repeat it for several"
    )
    remove = actions.add_parser("remove", help="let somebody out")
    remove.add_argument("address", help="their e-mail address")
    actions.add_parser("list", help="show who may read, and what")


def run(arguments: argparse.Namespace, find_stack: Callable[[], Deployed]) -> list[str]:
    """What was done, in lines. Raises EditorsError."""
    deployed = find_stack()
    first = deployed.parameters["EditorEmail"]
    editors = Editors(deployed.session.client("dynamodb"), deployed.outputs["TableName"], first)
    match arguments.action:
        case "add":
            return [_add(editors, _address(arguments.address), tuple(arguments.call or (EVERY_CALL,)), first)]
        case "remove":
            unreadable = arguments.address in editors.unreadable()
            return [_remove(editors, arguments.address if unreadable else _address(arguments.address), first)]
        case _:
            readable = [f"{editor.address}  {_calls(editor)}" for editor in editors.all()]
            return readable + [f"{address}  cannot be read: no mail; remove it" for address in editors.unreadable()]


def _add(editors: Editors, address: str, routes: tuple[str, ...], first: str) -> str:
    known = runtime.calls()
    if unknown := [route for route in routes if route != EVERY_CALL and route not in known]:
        raise EditorsError(f"there is no call {unknown[0]!r}; there is: {', '.join(known)}")
    if address == first.lower():
        return _stays(address)
    editor = Editor(address=address, routes=routes)
    editors.put(editor)
    return f"{address} is an editor: {_calls(editor)}"


def _remove(editors: Editors, address: str, first: str) -> str:
    was_there = editors.remove(address)
    if address == first.lower():
        return _stays(address)
    if not was_there:
        raise EditorsError(f"{address} is not an editor")
    return f"{address} is no editor any more, and signed out"


def _stays(address: str) -> str:
    return f"{address} stays an editor of every call: it is the stack's parameter EditorEmail; change that"


def _address(text: str) -> str:
    try:
        return _ADDRESS.validate_python(text)
    except ValidationError:
        raise EditorsError(f"{text!r} is not an e-mail address") from None


def _calls(editor: Editor) -> str:
    return "every call" if EVERY_CALL in editor.routes else ", ".join(editor.routes)
