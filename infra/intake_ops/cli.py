"""`intake`: what an admin does with a deployed stack, and with files. Each verb is a module with `add_arguments` and
`run`, which looks the stack up if it needs one."""

import argparse
import os
import sys
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError

from intake.errors import IntakeError
from intake.inspection.sandbox import SandboxError
from intake_ops import editors, inspect, reconcile, redrive, secret
from intake_ops.deployed import Deployed, StackNotFoundError
from intake_ops.editors import EditorsError
from intake_ops.inspect import NoSuchPathError, UnreadableError
from intake_ops.reconcile import NeedsPersonError

_VERBS = {
    "editors": (editors, "add, remove and list editors"),
    "redrive": (redrive, "move dead letters back to their queues"),
    "reconcile": (reconcile, "compare S3, table and mails, repair what can be, name the rest"),
    "inspect": (inspect, "judge files on this machine as uploads are judged"),
    "secret": (secret, "change the key that signs applicants' links"),
}

_ONE_LINE = (
    StackNotFoundError, NeedsPersonError, EditorsError, UnreadableError, SandboxError, IntakeError, BotoCoreError
)  # fmt: skip

_EPILOG = """\
`intake inspect` needs no AWS. Everything else needs credentials in the usual places (profile, environment, instance);
AWS_ENDPOINT_URL is honoured.
Answers 0 when done, 1 with one line on standard error when not, 2 for what it does not understand."""


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(
        prog="intake",
        description="Looks after a deployed contributor-intake, and judges files as it does.",
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
        for line in module.run(asked, lambda: Deployed.find(asked.stack, asked.region)):
            print(line, flush=True)
        sys.stdout.flush()
    except NoSuchPathError as error:
        return _failed(str(error), 2)
    except _ONE_LINE as error:
        return _failed(str(error))
    except BrokenPipeError:  # whoever reads has read enough, like head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return _failed("stopped", 130)
    except ClientError as error:
        return _failed(error.response["Error"].get("Message", error.response["Error"]["Code"]))
    return 0


def _failed(problem: str, code: int = 1) -> int:
    print(f"intake: {' '.join(problem.split())}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
