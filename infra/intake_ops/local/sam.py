"""The same stack by the real `sam build` and `sam deploy`, as an admin deploys it."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from intake_ops.local.artefacts import BuildError, architecture
from intake_ops.local.emulator import Emulator
from intake_ops.local.paths import CACHE, ROOT, TEMPLATE, TOOLS
from intake_ops.local.stack import CAPABILITIES, NAME, Stack, StackError, create_artefact_bucket, wait_for_stack
from intake_ops.template import load_template


def create_stack(emulator: Emulator, parameters: Mapping[str, str], say: Callable[[str], None]) -> Stack:
    """Builds for this machine and deploys. Raises BuildError or StackError with what the SAM CLI said."""
    say("sam build …")
    built = build()
    say("sam deploy …")
    bucket = create_artefact_bucket(emulator)
    overrides = [f"{name}={value}" for name, value in parameters.items()]
    done = _sam(
        "deploy", "--template-file", str(built), "--stack-name", NAME, "--s3-bucket", bucket, "--no-progressbar",
        "--no-confirm-changeset", "--capabilities", *CAPABILITIES, "--parameter-overrides", *overrides,
        environment=emulator.environment,
    )  # fmt: skip
    if done.returncode:
        raise StackError(f"sam deploy failed:\n{_tail(done)}")
    return wait_for_stack(emulator, load_template(TEMPLATE))


def build() -> Path:
    """Runs `sam build` for this machine's processor; answers with the built template."""
    folder = CACHE / f"sam-{architecture()}"
    done = _sam(
        "build", "--template-file", str(TEMPLATE), "--build-dir", str(folder),
        "--parameter-overrides", f"Architecture={architecture()}",
        environment={"AWS_DEFAULT_REGION": "eu-central-1"},
    )  # fmt: skip
    if done.returncode:
        raise BuildError(f"sam build failed:\n{_tail(done)}")
    return folder / "template.yaml"


def _sam(command: str, *arguments: str, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    sam = TOOLS / "sam" / "bin" / "sam"
    if not sam.exists():
        raise BuildError("the SAM CLI is not installed; run: make .tools/sam")
    # Nothing of the caller's account or of a samconfig.toml may find its way here.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    path = os.pathsep.join([str(Path(sys.executable).parent), clean.get("PATH", "")])
    return subprocess.run(
        [str(sam), command, *arguments, "--config-env", "none"],
        cwd=ROOT,
        env={**clean, **environment, "PATH": path, "SAM_CLI_TELEMETRY": "0"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def _tail(done: subprocess.CompletedProcess[str]) -> str:
    return "\n".join((done.stdout + done.stderr).strip().splitlines()[-20:])
