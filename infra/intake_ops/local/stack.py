"""template.yaml as a stack of the emulator, without the SAM CLI: only where code lies is changed in it."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from intake_ops.local.artefacts import artefact
from intake_ops.local.emulator import REGION, Emulator
from intake_ops.local.paths import TEMPLATE
from intake_ops.template import load_template

NAME = "intake"
ARTEFACTS = "artefacts"
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
WAIT_SECONDS = 60.0


class StackError(Exception):
    """The stack could not be created."""


@dataclass(frozen=True)
class Stack:
    """What was created: the template, the outputs, and each resource's physical id by its name in the template."""

    template: dict[str, Any]
    outputs: dict[str, str]
    resources: dict[str, str]

    def of_type(self, resource_type: str) -> dict[str, dict[str, Any]]:
        """The template's properties of every created resource of this type, by its name there."""
        return {
            name: resource.get("Properties", {})
            for name, resource in self.template["Resources"].items()
            if resource["Type"] == resource_type and name in self.resources
        }


def create_artefact_bucket(emulator: Emulator) -> str:
    emulator.client("s3").create_bucket(Bucket=ARTEFACTS, CreateBucketConfiguration={"LocationConstraint": REGION})
    return ARTEFACTS


def create_stack(emulator: Emulator, parameters: Mapping[str, str], say: Callable[[str], None]) -> Stack:
    """Raises StackError with the reasons of what failed."""
    bucket = create_artefact_bucket(emulator)
    s3 = emulator.client("s3")

    def upload(name: str) -> dict[str, str]:
        zipped = artefact(name, say)
        s3.put_object(Bucket=bucket, Key=zipped.name, Body=zipped.read_bytes())
        return {"Bucket": bucket, "Key": zipped.name}

    template = load_template(TEMPLATE)
    body = json.dumps(with_uploaded_code(template, upload))
    # By address, because a body may not be longer than 51,200 characters.
    s3.put_object(Bucket=bucket, Key="template.json", Body=body.encode())
    emulator.client("cloudformation").create_stack(
        StackName=NAME,
        TemplateURL=f"{emulator.url}/{bucket}/template.json",
        Capabilities=CAPABILITIES,
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    )
    return wait_for_stack(emulator, template)


def with_uploaded_code(template: dict[str, Any], upload: Callable[[str], dict[str, str]]) -> dict[str, Any]:
    """A copy whose code and layers are what `upload` made of them. A layer's artefact is named as its folder."""
    changed: dict[str, Any] = json.loads(json.dumps(template))
    changed["Globals"]["Function"]["CodeUri"] = upload("code")
    for resource in changed["Resources"].values():
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            properties = resource["Properties"]
            properties["ContentUri"] = upload(PurePosixPath(properties["ContentUri"]).name)
    return changed


def wait_for_stack(emulator: Emulator, template: dict[str, Any]) -> Stack:
    cloudformation = emulator.client("cloudformation")
    deadline = time.monotonic() + WAIT_SECONDS
    while (stack := cloudformation.describe_stacks(StackName=NAME)["Stacks"][0])["StackStatus"].endswith("IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise StackError(f"the stack is still {stack['StackStatus']} after {WAIT_SECONDS:.0f} s")
        emulator.check()
        time.sleep(0.02)
    if stack["StackStatus"] != "CREATE_COMPLETE":
        raise StackError(f"the stack is {stack['StackStatus']}: {_reasons(cloudformation, stack)}")
    resources = cloudformation.get_paginator("list_stack_resources").paginate(StackName=NAME)
    return Stack(
        template=template,
        outputs={output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]},
        resources={
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for page in resources
            for resource in page["StackResourceSummaries"]
        },
    )


def _reasons(cloudformation: Any, stack: Mapping[str, Any]) -> str:
    """What failed by itself, with the reason of each resource; the rest was only cancelled with it."""
    events = cloudformation.describe_stack_events(StackName=NAME)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"].endswith("_FAILED")]
    reasons = [f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason')}" for event in failed]
    return "; ".join(reasons) or stack.get("StackStatusReason", "no reason given")
