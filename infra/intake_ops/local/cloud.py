"""The cloud on this machine as one thing: for `make dev` and for the end-to-end tests."""

import socket
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Literal, Self

from intake_ops.local import differences, sam, stack
from intake_ops.local.deliveries import MailDeliveries
from intake_ops.local.emulator import HOST, Emulator
from intake_ops.local.front_door import FrontDoor
from intake_ops.local.function_logs import FunctionLogs
from intake_ops.local.mail_view import as_json
from intake_ops.local.mailbox import Mailbox
from intake_ops.local.malware import MalwareScans
from intake_ops.local.paths import LOGS
from intake_ops.local.upstream import Upstream


class LocalCloud:
    """template.yaml, deployed and running inside the `with`. Nothing of it is left afterwards but logs."""

    base_url: str
    """Where pages and the API are, without a slash at its end; PublicBase of the stack."""
    outputs: dict[str, str]
    """The stack's outputs."""
    stack: stack.Stack
    emulator: Emulator
    mailbox: Mailbox
    malware: MalwareScans
    deliveries: MailDeliveries

    def __init__(
        self,
        port: int = 0,
        *,
        deploy: Literal["direct", "sam"] = "direct",
        tls: bool = False,
        log_folder: Path | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        """`deploy="sam"` takes `sam build` and `sam deploy` instead of create_stack; `say` is told of progress."""
        self._port = port
        self._deploy = deploy
        self._tls = tls
        self._log_folder = log_folder
        self._say = say
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        """Raises PortTakenError, EmulatorError, BuildError or StackError; nothing is left running then."""
        with ExitStack() as opened:
            self._start(opened)
            self._exit = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    def client(self, service: str, **credentials: str) -> Any:
        """A boto3 client of the emulated account; as root, unless given a key."""
        return self.emulator.client(service, **credentials)

    def mails(self) -> list[dict[str, Any]]:
        """What was sent, as in /dev/mail.json, and each mail's `raw` bytes."""
        return [{**as_json(mail), "raw": mail.raw} for mail in self.mailbox.mails]

    def logs(self) -> list[str]:
        """All that the functions wrote, oldest first."""
        return [line.message for line in FunctionLogs(self.emulator).new_lines()]

    @property
    def log_folder(self) -> Path:
        return self._log_folder or LOGS / self.base_url.rpartition(":")[2]

    def _start(self, opened: ExitStack) -> None:
        # The port first: whoever asks for a taken one should not wait for anything.
        self.mailbox = opened.enter_context(Mailbox())
        door = opened.enter_context(FrontDoor(self._port, self.mailbox))
        self.base_url = door.url
        self.log_folder.mkdir(parents=True, exist_ok=True)
        self.emulator = opened.enter_context(
            Emulator(_free_port(), self.log_folder / "emulator.log", mail_url=self.mailbox.url, tls=self._tls)
        )
        upstream = Upstream(self.emulator.url, self.emulator.ssl_context())
        self.mailbox.stand_before(upstream)
        differences.verify_identity(self.emulator)
        create = sam.create_stack if self._deploy == "sam" else stack.create_stack
        self.stack = create(self.emulator, differences.parameters(self.base_url), self._say)
        self.outputs = self.stack.outputs
        differences.put_back(self.emulator, self.stack)
        differences.turn_scanning_on(self.emulator, self.stack)
        self.malware = opened.enter_context(MalwareScans(self.emulator, self.stack))
        self.deliveries = opened.enter_context(MailDeliveries(self.emulator, self.stack, self.mailbox))
        door.open(upstream, self.outputs["ApiId"])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
