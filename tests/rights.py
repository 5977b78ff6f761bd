"""What a role may do: IAM's evaluation of the template's policies, for the calls that functions really make.

moto asks no policy, so the house does. Which permission a call needs:
https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any


class NotAllowedError(BaseException):
    """A function asked for what its role may not do. No `except Exception` of ours hides it."""


@dataclass(frozen=True)
class Need:
    """One permission that a call takes. `resource` is an ARN, `context` holds the condition keys that AWS would."""

    action: str
    resource: str
    context: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where a stack's things are: the parts of every ARN, the key that both buckets use, the sender's identity."""

    region: str
    account: str
    document_key: str

    def arn(self, service: str, name: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{name}"


CODE_OF = "lambda:SourceFunctionArn"
"""What Lambda adds to each request of a function's code, and to none of its own, such as those that read a queue for it
(https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html)."""


def needs(service: str, operation: str, params: dict[str, Any], place: Place, function: str) -> list[Need]:
    """The permissions that one call of a function's code takes. Raises NotAllowedError for a call that nobody has
    thought about yet."""
    code = {CODE_OF: (place.arn("lambda", f"function:{function}"),)}
    return [replace(need, context=need.context | code) for need in _needs(service, operation, params, place)]


def _needs(service: str, operation: str, params: dict[str, Any], place: Place) -> list[Need]:
    match service:
        case "dynamodb":
            return [_of_table(operation, params, place)]
        case "s3":
            return list(_of_objects(operation, params, place))
        case "sqs":
            name = params["QueueUrl"].rpartition("/")[2]
            return [Need(f"sqs:{operation.removesuffix('Batch')}", place.arn("sqs", name))]
        case "secretsmanager":
            return [Need(f"secretsmanager:{operation}", params["SecretId"])]
        case "guardduty" if operation == "SendObjectMalwareScan":
            return [Need("guardduty:SendObjectMalwareScan", "*")]
        case "sesv2" if operation == "SendEmail":
            sender = params["FromEmailAddress"]
            context = {"ses:FromAddress": (sender,)}
            resources = (f"identity/{sender.rpartition('@')[2]}", f"configuration-set/{params['ConfigurationSetName']}")
            return [
                Need(action, place.arn("ses", resource), context)
                for action in ("ses:SendEmail", "ses:SendRawEmail")  # raw MIME asks for both, by where it is checked
                for resource in resources
            ]
    raise NotAllowedError(f"{service}:{operation}: which permission does it take?")


def _of_table(operation: str, params: dict[str, Any], place: Place) -> Need:
    table = f"table/{params['TableName']}"
    if "IndexName" in params:
        return Need(f"dynamodb:{operation}", place.arn("dynamodb", f"{table}/index/{params['IndexName']}"))
    if operation == "Scan":
        return Need("dynamodb:Scan", place.arn("dynamodb", table))
    key = params.get("Key") or params.get("Item") or {"pk": params["ExpressionAttributeValues"][":pk"]}
    context = {"dynamodb:LeadingKeys": (key["pk"]["S"],)}
    return Need(f"dynamodb:{operation}", place.arn("dynamodb", table), context)


def _of_objects(operation: str, params: dict[str, Any], place: Place) -> Iterator[Need]:
    bucket = f"arn:aws:s3:::{params['Bucket']}"
    key = f"{bucket}/{params.get('Key', '')}"
    match operation:
        case "HeadObject" | "GetObject":
            yield Need("s3:GetObjectVersion" if "VersionId" in params else "s3:GetObject", key)
            yield _with_the_key("kms:Decrypt", place)
        case "PutObject":
            yield Need("s3:PutObject", key)
            yield _with_the_key("kms:GenerateDataKey", place)
        case "CopyObject":
            source, _, version = params["CopySource"].partition("?versionId=")  # as botocore writes it
            yield Need("s3:GetObjectVersion" if version else "s3:GetObject", f"arn:aws:s3:::{source}")
            yield Need("s3:PutObject", key)
            yield _with_the_key("kms:Decrypt", place)
            yield _with_the_key("kms:GenerateDataKey", place)
        case "DeleteObject":
            yield Need("s3:DeleteObjectVersion" if "VersionId" in params else "s3:DeleteObject", key)
        case "ListObjectVersions" | "ListObjectsV2":
            action = "s3:ListBucketVersions" if operation == "ListObjectVersions" else "s3:ListBucket"
            yield Need(action, bucket, {"s3:prefix": (params.get("Prefix", ""),)})
        case "HeadBucket":
            return  # only ever signed, to learn the bucket's address; the link is worth nothing
        case _:
            raise NotAllowedError(f"s3:{operation}: which permission does it take?")


def _with_the_key(action: str, place: Place) -> Need:
    return Need(action, place.document_key, {"kms:ViaService": (f"s3.{place.region}.amazonaws.com",)})


type Right = tuple[str, str]
"""An action, and the rows it may touch as the statement's condition names them; "" where it names none."""

_ROWS = "dynamodb:LeadingKeys"


def rights_of(statement: dict[str, Any]) -> set[Right]:
    rows = as_list(statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get(_ROWS, ""))
    return {(action, row) for action in as_list(statement["Action"]) for row in rows}


def right_used(statement: dict[str, Any], need: Need) -> Right:
    """Which right of a statement that grants this it is."""
    keys = need.context.get(_ROWS, ())
    return next(
        (action, row)
        for action, row in sorted(rights_of(statement))
        if fnmatchcase(need.action, action) and (not row or all(fnmatchcase(key, row) for key in keys))
    )


def granting(statements: Iterable[dict[str, Any]], need: Need) -> list[dict[str, Any]]:
    """The statements that allow this. Only Allow is known: the template has no other in its roles."""
    return [statement for statement in statements if _allows(statement, need)]


def _allows(statement: dict[str, Any], need: Need) -> bool:
    if statement["Effect"] != "Allow":
        raise NotAllowedError("a role's statement that is no Allow")
    return (
        any(fnmatchcase(need.action, action) for action in as_list(statement["Action"]))
        and any(fnmatchcase(need.resource, resource) for resource in as_list(statement["Resource"]))
        and all(
            _holds(operator, wanted, need.context.get(name, ()))
            for operator, keys in statement.get("Condition", {}).items()
            for name, wanted in keys.items()
        )
    )


def _holds(operator: str, wanted: Any, values: tuple[str, ...]) -> bool:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html"""
    patterns = as_list(wanted)
    match operator:
        case "StringEquals":
            return bool(values) and all(value in patterns for value in values)
        case "StringLike":
            return bool(values) and all(any(fnmatchcase(value, p) for p in patterns) for value in values)
        case "ForAllValues:StringLike":
            return all(any(fnmatchcase(value, p) for p in patterns) for value in values)
        case "Null":
            return patterns == ["false" if values else "true"]
    raise NotAllowedError(f"{operator}: how is it evaluated?")


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
