"""Everything that is not here as it is on AWS: parameters, properties the emulator drops, and stand-ins.

This is the only list. tests/cloud holds it against template.yaml and against what the emulator reports.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from intake_ops.local.artefacts import architecture
from intake_ops.local.emulator import ACCOUNT, REGION, Emulator
from intake_ops.local.stack import Stack

EDITOR = "editors@magazine.example"
SENDER = "intake@magazine.example"
IDENTITY = "magazine.example"

STAND_INS = {
    "GuardDuty": "scan results come from this machine (a check for the EICAR test file, or clamd where it listens)",
    "SES": "really checks signature, role and sender; then the mail stays here, at /dev/mail, and counts as delivered",
    "SES's events": "come from this machine: what is mailed to anybody at bounce.example, or to bounce@ or complaint@"
    " simulator.amazonses.com, comes back",
    "TLS": "policies that ask for it take loopback for it",
    "AWS": "an emulator on this machine, with no account: keys, roles and policies are enforced, speed says nothing",
}


CORRECTIONS = {
    "put_version_id_into_s3_events": "the emulator's S3 events name no version; AWS's do",
    "ask_roles_for_what_sqs_asks": "the emulator asks for sqs:SendMessageBatch, which IAM does not know",
    "ask_roles_for_what_ses_asks": "the emulator asks a sender's policy about `*`; SES names identity, set and address",
    "tell_policies_the_rows": "the emulator tells policies no partition key (dynamodb:LeadingKeys); DynamoDB does",
    "find_items_of_lists_for_transformers": "the emulator's transformers know no `$.tags.send[0]`; EventBridge's do",
    "name_downloads_of_versions": "the emulator forgets the name to save a file under where a link names a version",
    "take_loopback_for_tls": "policies that ask for TLS are kept and met; left out where the emulator does speak TLS",
}
"""What launcher.py puts right in the emulator, by the name of its function there."""


def parameters(public_base: str) -> dict[str, str]:
    """What the stack is given here; template.yaml itself is unchanged."""
    return {
        "Sender": SENDER,
        # The emulator's CloudFormation knows no DKIM records, which the outputs name where the stack makes an identity.
        "SenderIdentity": IDENTITY,
        "EditorEmail": EDITOR,
        "AdminEmail": "admin@magazine.example",
        "PublicBase": public_base,
        "Architecture": architecture(),
        # The emulator refuses a stack with a GuardDuty plan. The functions are told otherwise: see turn_scanning_on.
        "MalwareScan": "off",
    }


def verify_identity(emulator: Emulator) -> None:
    """The account has the sender's identity before the stack is deployed; here SES believes in it at once."""
    emulator.client("sesv2").create_email_identity(EmailIdentity=IDENTITY)


def turn_scanning_on(emulator: Emulator, stack: Stack) -> None:
    """Every function that asks whether uploads are scanned is told yes: a stand-in does it."""
    functions = emulator.client("lambda")
    for name in stack.of_type("AWS::Serverless::Function"):
        function = stack.resources[name]
        variables = functions.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
        if "MALWARE_SCAN" in variables:
            functions.update_function_configuration(
                FunctionName=function, Environment={"Variables": {**variables, "MALWARE_SCAN": "on"}}
            )


@dataclass(frozen=True)
class Dropped:
    """A property that the emulator's CloudFormation loses but its API knows."""

    resource_type: str
    name: str
    as_api: Callable[[Any], Any]
    """The template's value in the shape of the API."""
    put: Callable[[Emulator, str, Any], object]
    read: Callable[[Emulator, str], Any]


def _encryption(value: Any) -> Any:
    """CloudFormation's rules, in which one name differs."""
    return {
        "Rules": [
            {
                "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
                "BucketKeyEnabled": rule["BucketKeyEnabled"],
            }
            for rule in value["ServerSideEncryptionConfiguration"]
        ]
    }


def _lifecycle(value: Any) -> Any:
    return {"Rules": [_lifecycle_rule(dict(rule)) for rule in value["Rules"]]}


def _lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    """CloudFormation has flat names for what the API nests. What is not known here fails, rather than get lost."""
    changed: dict[str, Any] = {
        "ID": rule.pop("Id"),
        "Status": rule.pop("Status"),
        "Filter": {"Prefix": rule.pop("Prefix", "")},
    }
    if "ExpirationInDays" in rule:
        changed["Expiration"] = {"Days": rule.pop("ExpirationInDays")}
    if "ExpiredObjectDeleteMarker" in rule:
        changed["Expiration"] = {"ExpiredObjectDeleteMarker": rule.pop("ExpiredObjectDeleteMarker")}
    for same in ("NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"):
        if same in rule:
            changed[same] = rule.pop(same)
    if rule:
        raise ValueError(f"lifecycle rule {changed['ID']}: {', '.join(rule)} is not put back locally")
    return changed


def _ttl_of(table: Mapping[str, Any]) -> dict[str, Any]:
    return {"AttributeName": table["AttributeName"], "Enabled": table["TimeToLiveStatus"] == "ENABLED"}


def _recovery(value: Any) -> Any:
    """Only that it is on: the emulator's API knows no RecoveryPeriodInDays."""
    return {"PointInTimeRecoveryEnabled": value["PointInTimeRecoveryEnabled"]}


def _recovery_of(description: Mapping[str, Any]) -> dict[str, Any]:
    status = description["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"]
    return {"PointInTimeRecoveryEnabled": status == "ENABLED"}


def _same(value: Any) -> Any:
    return value


DROPPED = (
    Dropped(
        "AWS::S3::Bucket",
        "BucketEncryption",
        _encryption,
        lambda aws, name, value: aws.client("s3").put_bucket_encryption(
            Bucket=name, ServerSideEncryptionConfiguration=value
        ),
        lambda aws, name: aws.client("s3").get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"],
    ),
    Dropped(
        "AWS::S3::Bucket",
        "LifecycleConfiguration",
        _lifecycle,
        lambda aws, name, value: aws.client("s3").put_bucket_lifecycle_configuration(
            Bucket=name, LifecycleConfiguration=value
        ),
        lambda aws, name: {"Rules": aws.client("s3").get_bucket_lifecycle_configuration(Bucket=name)["Rules"]},
    ),
    Dropped(
        "AWS::S3::Bucket",
        "OwnershipControls",
        _same,
        lambda aws, name, value: aws.client("s3").put_bucket_ownership_controls(Bucket=name, OwnershipControls=value),
        lambda aws, name: aws.client("s3").get_bucket_ownership_controls(Bucket=name)["OwnershipControls"],
    ),
    Dropped(
        "AWS::DynamoDB::Table",
        "TimeToLiveSpecification",
        _same,
        lambda aws, name, value: aws.client("dynamodb").update_time_to_live(
            TableName=name, TimeToLiveSpecification=value
        ),
        lambda aws, name: _ttl_of(
            aws.client("dynamodb").describe_time_to_live(TableName=name)["TimeToLiveDescription"]
        ),
    ),
    Dropped(
        "AWS::DynamoDB::Table",
        "PointInTimeRecoverySpecification",
        _recovery,
        lambda aws, name, value: aws.client("dynamodb").update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification=value
        ),
        lambda aws, name: _recovery_of(
            aws.client("dynamodb").describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
        ),
    ),
    Dropped(
        "AWS::DynamoDB::Table",
        "OnDemandThroughput",
        _same,
        lambda aws, name, value: aws.client("dynamodb").update_table(TableName=name, OnDemandThroughput=value),
        lambda aws, name: aws.client("dynamodb").describe_table(TableName=name)["Table"]["OnDemandThroughput"],
    ),
)


@dataclass(frozen=True)
class Lost:
    """A property that stays dropped, and why nothing here depends on it."""

    resource_type: str
    name: str
    why: str


LOST = (
    Lost("AWS::ApiGatewayV2::Stage", "DefaultRouteSettings", "the emulator throttles nothing"),
    Lost("AWS::SecretsManager::Secret", "GenerateSecretString", "of it only ExcludePunctuation: a key may be any text"),
    Lost("AWS::DynamoDB::Table", "PointInTimeRecoverySpecification", "of it only RecoveryPeriodInDays: no API has it"),
)


@dataclass(frozen=True)
class Wanted:
    """One dropped property of one resource, as the API should report it."""

    dropped: Dropped
    physical_id: str
    value: Any


def wanted(stack: Stack) -> list[Wanted]:
    """Every dropped property that the stack's template sets."""
    return [
        Wanted(dropped, stack.resources[name], dropped.as_api(_resolved(properties[dropped.name], stack)))
        for dropped in DROPPED
        for name, properties in stack.of_type(dropped.resource_type).items()
        if dropped.name in properties
    ]


def put_back(emulator: Emulator, stack: Stack) -> None:
    for item in wanted(stack):
        item.dropped.put(emulator, item.physical_id, item.value)


def _resolved(value: Any, stack: Stack) -> Any:
    """The value without intrinsic functions. The only one in dropped properties is the ARN of a key."""
    match value:
        case {"Fn::GetAtt": [str(name), "Arn"]} if stack.template["Resources"][name]["Type"] == "AWS::KMS::Key":
            return f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{stack.resources[name]}"
        case dict():
            if any(key == "Ref" or key.startswith("Fn::") for key in value):
                raise ValueError(f"{value} is not resolved locally")
            return {key: _resolved(item, stack) for key, item in value.items()}
        case list():
            return [_resolved(item, stack) for item in value]
    return value
