"""A deployed stack, as the admin's commands see it: found by its name, spoken to with the admin's own credentials."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import boto3
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef


class StackNotFoundError(Exception):
    """There is no such stack, or nobody let us look; one line that says which."""


@dataclass(frozen=True)
class Deployed:
    """`outputs` and `parameters` are the stack's, by their names in the template."""

    session: boto3.Session
    outputs: dict[str, str]
    parameters: dict[str, str]

    @classmethod
    def find(cls, stack: str, region: str | None) -> Self:
        """Looks the stack up in CloudFormation; honours AWS_ENDPOINT_URL and the usual profiles. Raises
        StackNotFoundError."""
        session = boto3.Session(region_name=region)
        try:
            found = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
        except ClientError as error:
            problem = error.response["Error"]
            raise StackNotFoundError(f"stack {stack!r}: {problem.get('Message', problem['Code'])}") from None
        except BotoCoreError as error:
            raise StackNotFoundError(f"stack {stack!r}: {error}") from None
        return cls(session, _outputs(found), _parameters(found))


def _outputs(stack: "StackTypeDef") -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _parameters(stack: "StackTypeDef") -> dict[str, str]:
    return {given["ParameterKey"]: given["ParameterValue"] for given in stack.get("Parameters", [])}
