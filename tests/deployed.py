"""The house as a stack that the admin's command finds."""

import boto3
import pytest

from desk import EDITOR
from house import House
from intake_ops.deployed import Deployed


def as_deployed(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """For `intake` in this process; CloudFormation's part is `intake editors`'s to test."""
    outputs = {
        name: house.resolve(output["Value"])
        for name, output in house.template["Outputs"].items()
        if name.endswith(("QueueUrl", "DlqUrl", "Bucket", "TableName"))
    }
    found = Deployed(boto3.Session(), outputs, {"EditorEmail": EDITOR})
    monkeypatch.setattr(Deployed, "find", classmethod(lambda *_: found))
