"""The tools of a real deployment: validation, SAM's transform, `sam build`. They need no account."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from intake_ops.template import load_template

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.xdist_group("sam")


def run(command: list[str | Path]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "AWS_DEFAULT_REGION": "eu-west-1", "SAM_CLI_TELEMETRY": "0"}
    return subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)


@pytest.fixture(scope="module")
def transformed(sam_tools, tmp_path_factory) -> Path:
    done = run([sam_tools / "python", Path(__file__).with_name("transform_template.py"), ROOT / "template.yaml"])
    assert done.returncode == 0, done.stderr
    path = tmp_path_factory.mktemp("transformed") / "template.json"
    path.write_text(done.stdout, encoding="utf-8")
    return path


def test_template_is_valid(sam_tools):
    done = run([sam_tools / "sam", "validate", "--lint"])
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_the_transform_makes_of_it_is_valid(sam_tools, transformed):
    """cfn-lint does not look into AWS::Serverless resources: https://github.com/aws-cloudformation/cfn-lint/issues/4607"""
    done = run([sam_tools / "cfn-lint", "--regions", "eu-central-1", "eu-west-1", "--", transformed])
    assert done.returncode == 0, done.stdout


def test_the_transform_adds_no_rights(transformed, template):
    resources = json.loads(transformed.read_text(encoding="utf-8"))["Resources"]
    roles = {name for name, resource in resources.items() if resource["Type"] == "AWS::IAM::Role"}
    assert roles == set(template.of_type("AWS::IAM::Role"))
    assert not [name for name in roles if "ManagedPolicyArns" in resources[name]["Properties"]]


@pytest.mark.parametrize(("architecture", "machine"), [("arm64", "aarch64"), ("x86_64", "x86_64")])
def test_build(sam_tools, tmp_path, architecture, machine, template):
    """The architecture is told once, as the template's parameter."""
    options = ["--build-dir", tmp_path, "--parameter-overrides", f"Architecture={architecture}"]
    done = run([sam_tools / "sam", "build", *options])
    assert done.returncode == 0, done.stderr
    built = load_template(tmp_path / "template.yaml")["Resources"]
    for name in template.functions:
        assert built[name]["Properties"]["CodeUri"] == name
        assert (tmp_path / name / "intake" / "templates" / "calls" / "contributors.toml").is_file()
    for layer in ("ServiceLayer", "InspectionLayer"):
        assert built[layer]["Properties"]["ContentUri"] == layer
        libraries = [path.name for path in (tmp_path / layer).rglob("*.cpython-313-*.so")]
        assert libraries
        assert [name for name in libraries if not name.endswith(f"-{machine}-linux-gnu.so")] == []
