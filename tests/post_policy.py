"""What S3 would answer to a form upload: its POST policy rules, for emulators enforce few of them or none.

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
Not modelled: signature version 2, anonymous forms, `\\$` in a policy, the order of fields, and what the bucket's own
policy would say. Where AWS documents no error code, the comment says so.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

MAX_FIELD_BYTES = 20 * 1024
MAX_BODY_BYTES = 5 * 1024**3

_UNCOVERED = {"x-amz-signature", "file", "policy"}
_CREDENTIAL = re.compile(r"([A-Za-z0-9]+)/([0-9]{8})/([a-z0-9-]+)/s3/aws4_request")
_VIRTUAL_HOST = re.compile(r"(.+)\.s3\.([a-z0-9-]+)\.amazonaws\.com")
_PATH_HOST = re.compile(r"s3\.([a-z0-9-]+)\.amazonaws\.com")


@dataclass(frozen=True)
class Decision:
    """The status and error code that S3 would answer with; the code is "" when it would store the file."""

    status: int
    code: str = ""
    reason: str = ""

    @property
    def is_stored(self) -> bool:
        return self.code == ""


class _Refused(Exception):  # noqa: N818 - a decision on its way out, not an error
    def __init__(self, status: int, code: str, reason: str) -> None:
        super().__init__(reason)
        self.decision = Decision(status, code, reason)


def evaluate(
    url: str,
    fields: Mapping[str, str],
    *,
    body: bytes,
    keys: Mapping[str, str],
    now: datetime,
    filename: str = "file",
    tokens: Mapping[str, str] | None = None,
    bucket: str | None = None,
    region: str | None = None,
) -> Decision:
    """What S3 would do with this form.

    `keys` are secrets by access key id, `tokens` the session tokens of those that are temporary. `bucket` and `region`
    are read from the URL where it is S3's own; for any other endpoint they have to be given.
    """
    try:
        form = _Form.read(fields, filename)
        bucket, region = _target(url, bucket, region)
        _check_authentication(form, keys, tokens or {}, region)
        policy = _read_policy(form["policy"], now)
        lengths = _check_conditions(policy["conditions"], form.covered | {"bucket": bucket})
        _check_length(len(body), lengths)
    except _Refused as refused:
        return refused.decision
    return Decision(form.success_status)


@dataclass(frozen=True)
class _Form:
    """The fields under lower-case names, with `${filename}` filled in: that is what conditions see."""

    fields: dict[str, str]

    @classmethod
    def read(cls, fields: Mapping[str, str], filename: str) -> "_Form":
        if sum(len(name.encode()) + len(value.encode()) for name, value in fields.items()) > MAX_FIELD_BYTES:
            raise _Refused(400, "MaxPostPreDataLengthExceeded", "The fields before the file are too large.")
        expanded = {name.lower(): value.replace("${filename}", filename) for name, value in fields.items()}
        if len(expanded) < len(fields):
            raise _Refused(400, "InvalidArgument", "A field is named twice.")  # code not documented
        form = cls(expanded)
        for name in ("key", "policy", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signature"):
            form[name]
        return form

    def __getitem__(self, name: str) -> str:
        if not self.fields.get(name):
            raise _Refused(400, "InvalidArgument", f"Bucket POST must contain a field named '{name}'.")
        return self.fields[name]

    @property
    def covered(self) -> dict[str, str]:
        """The fields that a condition must cover."""
        return {
            name: value
            for name, value in self.fields.items()
            if name not in _UNCOVERED and not name.startswith("x-ignore-")
        }

    @property
    def success_status(self) -> int:
        if self.fields.get("success_action_redirect", "").startswith(("http://", "https://")):
            return 303
        wanted = self.fields.get("success_action_status", "204")
        return int(wanted) if wanted in {"200", "201", "204"} else 204


def _target(url: str, bucket: str | None, region: str | None) -> tuple[str, str]:
    parts = urlsplit(url)
    host, path = parts.hostname or "", parts.path.strip("/")
    if parts.query:
        raise _Refused(400, "InvalidArgument", "The URL of a form has a query.")  # code not documented
    if match := _VIRTUAL_HOST.fullmatch(host):
        bucket, region = match.groups()
    elif match := _PATH_HOST.fullmatch(host):
        bucket, region = path, match[1]
    if not bucket or not region:
        raise ValueError("the URL is not S3's own: say which bucket and region it stands for")
    return bucket, region


def _check_authentication(form: _Form, keys: Mapping[str, str], tokens: Mapping[str, str], region: str) -> None:
    credential = _CREDENTIAL.fullmatch(form["x-amz-credential"])
    if form["x-amz-algorithm"] != "AWS4-HMAC-SHA256" or not credential:
        raise _Refused(400, "InvalidArgument", "The algorithm or the credential is malformed.")  # code not documented
    access_key, day, credential_region, *_ = credential.groups()
    if not re.fullmatch(rf"{day}T[0-9]{{6}}Z", form["x-amz-date"]):
        raise _Refused(403, "AccessDenied", "The date is not that of the credential.")  # code not documented
    if credential_region != region:
        raise _Refused(400, "AuthorizationHeaderMalformed", f"The region is wrong; expecting '{region}'.")
    if access_key not in keys:
        raise _Refused(403, "InvalidAccessKeyId", "The access key does not exist.")
    token = form.fields.get("x-amz-security-token")
    if access_key in tokens and token is None:
        raise _Refused(403, "InvalidAccessKeyId", "A temporary key came without its token.")
    if token != tokens.get(access_key):
        raise _Refused(400, "InvalidToken", "The token is not that of the key.")
    expected = _signature(keys[access_key], day, region, form["policy"])
    if not hmac.compare_digest(expected.encode(), form["x-amz-signature"].encode()):
        raise _Refused(403, "SignatureDoesNotMatch", "The signature is not that of the policy.")


def _signature(secret: str, day: str, region: str, policy: str) -> str:
    key = b"AWS4" + secret.encode()
    for part in (day, region, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, policy.encode(), hashlib.sha256).hexdigest()


def _invalid_policy(reason: str) -> _Refused:
    return _Refused(400, "InvalidPolicyDocument", f"Invalid Policy: {reason}")


def _read_policy(encoded: str, now: datetime) -> dict[str, Any]:
    try:
        policy = json.loads(base64.b64decode(encoded, validate=True))
    except (binascii.Error, ValueError) as error:
        raise _invalid_policy("Invalid JSON.") from error
    # Names in a policy are case-sensitive, unlike those of fields.
    if not isinstance(policy, dict) or set(policy) != {"expiration", "conditions"}:
        raise _invalid_policy("it takes an expiration and conditions, and nothing else.")
    expires_at = _moment(policy["expiration"])
    if not isinstance(policy["conditions"], list) or not policy["conditions"]:
        raise _invalid_policy("conditions must be a list.")
    if now >= expires_at:
        raise _Refused(403, "AccessDenied", "Invalid according to Policy: Policy expired.")
    return policy


def _moment(text: object) -> datetime:
    if isinstance(text, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", text):
        try:
            return datetime.fromisoformat(text).astimezone(UTC)
        except ValueError:
            pass
    raise _invalid_policy(f"Invalid 'expiration' value: '{text}'")


def _check_conditions(conditions: list[Any], fields: dict[str, str]) -> list[tuple[int, int]]:
    """Every condition must hold, and every field be covered by one. Answers with the ranges of length."""
    covered, lengths = set(), []
    for condition in conditions:
        match condition:
            case ["content-length-range", low, high]:
                lengths.append(_range(low, high))
            case [operator, str(name), str(value)] if name.startswith("$") and operator in {"eq", "starts-with"}:
                covered.add(_hold(operator, name[1:].lower(), value, fields))
            case dict() if condition and all(isinstance(value, str) for value in condition.values()):
                covered |= {_hold("eq", name.lower(), value, fields) for name, value in condition.items()}
            case _:
                raise _invalid_policy(f"Invalid condition: {json.dumps(condition)}")
    if extra := sorted(fields.keys() - covered):
        raise _Refused(403, "AccessDenied", f"Invalid according to Policy: Extra input fields: {', '.join(extra)}")
    return lengths


def _range(low: object, high: object) -> tuple[int, int]:
    """Numbers may be written as text."""
    if not all(not isinstance(n, bool) and re.fullmatch(r"\d+", str(n)) for n in (low, high)):
        raise _invalid_policy("content-length-range takes two numbers.")
    return int(str(low)), int(str(high))


def _hold(operator: str, name: str, wanted: str, fields: dict[str, str]) -> str:
    """The name of the field, if the condition holds; without its field no condition does."""
    value = fields.get(name)
    if value is not None:
        # A condition on Content-Type that is a prefix has to hold for each part of a list.
        values = value.split(",") if (operator, name) == ("starts-with", "content-type") else [value]
        if operator == "starts-with" and all(part.strip().startswith(wanted) for part in values):
            return name
        if operator == "eq" and value == wanted:
            return name
    problem = json.dumps([operator, f"${name}", wanted])
    raise _Refused(403, "AccessDenied", f"Invalid according to Policy: Policy Condition failed: {problem}")


def _check_length(length: int, ranges: list[tuple[int, int]]) -> None:
    for low, high in ranges:
        if length < low:
            raise _Refused(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
        if length > high:
            raise _Refused(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
    if length > MAX_BODY_BYTES:
        raise _Refused(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
