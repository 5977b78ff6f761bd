"""The emulated AWS: ministack as a child process on loopback, which leaves nothing behind when it ends."""

import contextlib
import os
import shutil
import signal
import ssl
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import IO, Any, Self

import boto3
from botocore.config import Config

from intake_ops.local.paths import LAUNCHER, TOOLS

HOST = "127.0.0.1"
REGION = "eu-central-1"
ACCOUNT = "123456789012"
ROOT = {"aws_access_key_id": ACCOUNT, "aws_secret_access_key": "local"}
START_SECONDS = 30.0


class EmulatorError(Exception):
    """The emulator did not start, or ended by itself."""


class Emulator:
    """ministack with signatures, policies and roles enforced. A context manager: it runs inside the `with`."""

    def __init__(self, port: int, log: Path, *, mail_url: str, tls: bool = False) -> None:
        self.port = port
        self.log = log
        self.tls = tls
        self._mail_url = mail_url
        self._process: subprocess.Popen[bytes] | None = None
        self._log_file: IO[bytes] | None = None
        self._folder = Path()
        # boto3's service names are literal types; one untyped door here spares an overload for each.
        self._session: Any = boto3.Session()
        self._clients: dict[str, Any] = {}

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{HOST}:{self.port}"

    @property
    def certificate(self) -> Path:
        """What a client has to trust where `tls` is on."""
        return self._folder / "ministack-tls" / "server.crt"

    @property
    def pid(self) -> int | None:
        """None before it runs. The functions' processes are its children."""
        return None if self._process is None else self._process.pid

    @property
    def environment(self) -> dict[str, str]:
        """What any AWS client needs to talk to the emulator as its account's root."""
        trust = {"AWS_CA_BUNDLE": str(self.certificate)} if self.tls else {}
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            **{name.upper(): value for name, value in ROOT.items()},
            **trust,
        }

    def ssl_context(self) -> ssl.SSLContext | None:
        return ssl.create_default_context(cafile=str(self.certificate)) if self.tls else None

    def client(self, service: str, **credentials: str) -> Any:
        """A boto3 client; as root unless given a key. The emulator lets root pass where a role would be checked."""
        if credentials:
            return self._new_client(service, credentials)
        if service not in self._clients:
            self._clients[service] = self._new_client(service, ROOT)
        return self._clients[service]

    def _new_client(self, service: str, credentials: dict[str, str]) -> Any:
        return self._session.client(
            service,
            endpoint_url=self.url,
            region_name=REGION,
            verify=str(self.certificate) if self.tls else None,
            config=Config(signature_version="s3v4" if service == "s3" else None, retries={"total_max_attempts": 1}),
            **credentials,
        )

    def __enter__(self) -> Self:
        python = _python()
        self._folder = Path(tempfile.mkdtemp(prefix="intake-cloud-"))
        self._log_file = self.log.open("wb")
        self._process = subprocess.Popen(
            [python, "-I", str(LAUNCHER)],
            env=self._settings(),
            stdin=subprocess.DEVNULL,
            stdout=self._log_file,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # its workers are then one group, and a Ctrl-C reaches us alone
        )
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        process = self._process
        if process is not None:
            # It has nothing to save: all that it wrote is in the folder that goes next.
            _kill_group(process.pid)
            process.wait()
        if self._log_file is not None:
            self._log_file.close()
        if self._process is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def check(self) -> None:
        """Raises EmulatorError where the emulator has ended by itself."""
        if self._process is not None and self._process.poll() is not None:
            lines = self.log.read_text(errors="replace").strip().splitlines() or ["it said nothing"]
            raise EmulatorError(f"the emulator has ended: {lines[-1]} (all of it in {self.log})")

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            self.check()
            try:
                with urllib.request.urlopen(  # noqa: S310 - our own address
                    f"{self.url}/_ministack/health", timeout=1, context=self.ssl_context()
                ):
                    return
            except OSError:
                time.sleep(0.02)
        raise EmulatorError(f"the emulator did not answer within {START_SECONDS:.0f} s (see {self.log})")

    def _settings(self) -> dict[str, str]:
        """All of the environment that the emulator sees; the functions inherit it."""
        folder = str(self._folder)
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": folder,
            "TMPDIR": folder,
            "STATE_DIR": f"{folder}/state",
            "S3_DATA_DIR": f"{folder}/s3",
            "INTAKE_RUNNER_PID": str(os.getpid()),
            "BIND_HOST": HOST,
            "GATEWAY_PORT": str(self.port),
            "AUTH": "true",
            "LAMBDA_EXECUTOR": "local",
            "MINISTACK_ACCOUNT_ID": ACCOUNT,
            "MINISTACK_REGION": REGION,
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "AWS_ENDPOINT_URL_SESV2": self._mail_url,
            **({"USE_SSL": "1"} if self.tls else {}),
        }


def _python() -> str:
    python = TOOLS / "ministack" / "bin" / "python"
    if not python.exists():
        raise EmulatorError(
            f"the emulator is not installed; run: make {python.parent.parent.relative_to(TOOLS.parent)}"
        )
    return str(python)


def _kill_group(leader: int) -> None:
    """Ends the emulator, its workers, those that hang as well, and their children."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
