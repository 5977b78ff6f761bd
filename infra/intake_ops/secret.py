"""`intake secret`: the keys that sign applicants' links. A rotation needs no deployment and breaks no link."""

import argparse
import secrets
from collections.abc import Callable

from intake import runtime
from intake.adapters.secrets import Secrets
from intake_ops.deployed import Deployed

DESCRIPTION = """\
A new key signs every link from now on, in each worker within five minutes. The keys before it keep opening the links
in mails that were sent, and are dropped by a later rotation, once no application of their time is left."""

EXAMPLES = """\
examples:
  intake secret rotate              once a year, or when somebody who could read the secret leaves
  intake secret rotate --revoke     a key has leaked: every link that was ever mailed stops working"""

_KEY_BYTES = 48


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description, parser.epilog = DESCRIPTION, EXAMPLES
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    rotate = actions.add_parser("rotate", help="sign with a new key")
    rotate.add_argument("--revoke", action="store_true", help="drop every earlier key, and with them all links so far")


def run(arguments: argparse.Namespace, find_stack: Callable[[], Deployed]) -> list[str]:
    """What was done, in lines."""
    deployed = find_stack()
    adapter = Secrets(deployed.session.client("secretsmanager"), deployed.outputs["TokenSecretArn"])
    before = adapter.token_keys()
    rotated = before.rotated(secrets.token_urlsafe(_KEY_BYTES).encode(), runtime.now())
    keys = rotated.only_current if arguments.revoke else rotated
    adapter.replace(keys)
    dropped = sorted(set(before.keys) - set(keys.keys))
    earlier = sorted(set(keys.keys) - {keys.current})
    return [
        f"{keys.current} signs from now on",
        *([f"links signed with {', '.join(earlier)} still open"] if earlier else []),
        *([f"links signed with {', '.join(dropped)} open nothing any more"] if dropped else []),
    ]
