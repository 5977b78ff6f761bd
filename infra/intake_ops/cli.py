"""`intake`: what an admin does with a deployed stack. Each verb is a module with `add_arguments` and `run`."""

import argparse
import os
import sys
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError

from intake_ops import editors
from intake_ops.deployed import Deployed, StackNotFoundError
from intake_ops.editors import EditorsError

_VERBS = {"editors": (editors, "add, remove and list editors")}

_EPILOG = """\
Needs AWS credentials in the usual places (profile, environment, instance); AWS_ENDPOINT_URL is honoured.
Answers 0 when done, 1 with one line on standard error when not, 2 for what it does not understand."""


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(
        prog="intake",
        description="Looks after a deployed contributor-intake.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole.add_argument(
        "--stack",
        default=os.environ.get("INTAKE_STACK", "intake"),
        help="name of the CloudFormation stack (INTAKE_STACK, else %(default)s)",
    )
    whole.add_argument("--region", help="its region, if it is not the one of your credentials")
    verbs = whole.add_subparsers(dest="verb", metavar="VERB", required=True)
    for name, (module, summary) in _VERBS.items():
        verb = verbs.add_parser(name, help=summary, formatter_class=argparse.RawDescriptionHelpFormatter)
        module.add_arguments(verb)
    return whole


def main(arguments: Sequence[str] | None = None) -> int:
    asked = parser().parse_args(arguments)
    module, _ = _VERBS[asked.verb]
    try:
        for line in module.run(asked, Deployed.find(asked.stack, asked.region)):
            print(line)
    except (StackNotFoundError, EditorsError) as error:
        return _failed(str(error))
    except ClientError as error:
        return _failed(error.response["Error"].get("Message", error.response["Error"]["Code"]))
    except BotoCoreError as error:
        return _failed(str(error))
    return 0


def _failed(problem: str) -> int:
    print(f"intake: {' '.join(problem.split())}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
