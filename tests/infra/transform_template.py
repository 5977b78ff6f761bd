"""What CloudFormation is given once SAM's transform has run, as JSON. Run by the SAM tools' own Python."""

import json
import sys
from pathlib import Path

from samcli.yamlhelper import yaml_parse
from samtranslator.translator.transform import transform


class NoManagedPolicies:
    """The template names none; the real loader would ask IAM for the list."""

    def load(self) -> dict[str, str]:
        return {}


template = yaml_parse(Path(sys.argv[1]).read_text(encoding="utf-8"))
template["Globals"]["Function"]["CodeUri"] = "s3://artefacts/code.zip"
for resource in template["Resources"].values():
    if resource["Type"] == "AWS::Serverless::LayerVersion":
        resource["Properties"]["ContentUri"] = "s3://artefacts/layer.zip"
json.dump(transform(template, {}, NoManagedPolicies()), sys.stdout)
