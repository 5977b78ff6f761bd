import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from intake_ops.template import load_template

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Template:
    """template.yaml, and what tests ask of it."""

    document: dict[str, Any]

    def of_type(self, resource_type: str) -> dict[str, dict[str, Any]]:
        """The properties of all resources of a type, by logical id."""
        return {
            name: resource["Properties"]
            for name, resource in self.document["Resources"].items()
            if resource["Type"] == resource_type
        }

    @property
    def functions(self) -> dict[str, dict[str, Any]]:
        """Functions with what Globals add to them."""
        shared = self.document["Globals"]["Function"]
        return {
            name: {
                **shared,
                **own,
                "Layers": shared["Layers"] + own.get("Layers", []),
                "LoggingConfig": shared["LoggingConfig"] | own["LoggingConfig"],
                "Environment": {
                    "Variables": shared["Environment"]["Variables"] | own["Environment"]["Variables"],
                },
            }
            for name, own in self.of_type("AWS::Serverless::Function").items()
        }

    def statements(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every statement of every role, with the role's logical id."""
        for name, role in self.of_type("AWS::IAM::Role").items():
            for policy in role["Policies"]:
                for statement in policy["PolicyDocument"]["Statement"]:
                    yield name, statement
        for policy in self.of_type("AWS::IAM::RolePolicy").values():
            for statement in policy["PolicyDocument"]["Statement"]:
                yield policy["RoleName"]["Ref"], statement

    def events(self, event_type: str) -> dict[str, dict[str, Any]]:
        """The properties of each function's event of a type, by the function's logical id."""
        return {
            name: event["Properties"]
            for name, function in self.functions.items()
            for event in function.get("Events", {}).values()
            if event["Type"] == event_type
        }


@pytest.fixture(scope="session")
def template() -> Template:
    return Template(load_template(ROOT / "template.yaml"))


@pytest.fixture(scope="session")
def artefacts(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    """Code and layers for both architectures, built as they are for a deployment."""
    folder = tmp_path_factory.mktemp("artefacts")
    built = {
        (artefact, architecture): folder / architecture / artefact
        for architecture in ("arm64", "x86_64")
        for artefact in ("code", "service", "inspection")
    }
    for (artefact, architecture), out in built.items():
        subprocess.run(
            [sys.executable, "-m", "intake_ops.build", artefact, "--arch", architecture, str(out)],
            env={**os.environ, "PYTHONPATH": f"{ROOT}/functions:{ROOT}/infra"},
            check=True,
        )
    return built


@pytest.fixture(scope="session")
def sam_tools() -> Path:
    """The folder of sam, cfn-lint and the translator, which live apart from the service's own packages."""
    folder = ROOT / ".tools" / "sam" / "bin"
    if not (folder / "sam").exists():
        pytest.fail(
            "no SAM tools: uv venv .tools/sam && uv pip install --python .tools/sam -r infra/tools/sam.txt",
            pytrace=False,
        )
    return folder
