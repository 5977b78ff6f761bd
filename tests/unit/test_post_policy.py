"""The evaluator is right about forms that botocore makes, and about what is broken in each way."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.config import Config

from post_policy import Decision, evaluate

KEYS = {"AKIAEXAMPLE": "secret", "ASIAEXAMPLE": "other"}
TOKENS = {"ASIAEXAMPLE": "session-token"}
REGION, BUCKET, KEY = "eu-central-1", "incoming-bucket", "incoming/abc/cv/1"
URL = f"https://{BUCKET}.s3.{REGION}.amazonaws.com/"
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)

type Form = dict[str, str]


def botocore_form(*, access_key: str = "AKIAEXAMPLE", style: str = "virtual", **changes: Any) -> tuple[str, Form]:
    """Botocore signs with its own clock, so these forms are judged at the present moment."""
    client = boto3.client(
        "s3",
        region_name=REGION,
        aws_access_key_id=access_key,
        aws_secret_access_key=KEYS[access_key],
        aws_session_token=TOKENS.get(access_key),
        config=Config(signature_version="s3v4", s3={"addressing_style": style}),
    )
    conditions = [["content-length-range", 1, 100], {"success_action_status": "201"}]
    post = client.generate_presigned_post(
        BUCKET,
        changes.get("key", KEY),
        Fields={"success_action_status": "201", **changes.get("fields", {})},
        Conditions=conditions + changes.get("conditions", []),
        ExpiresIn=600,
    )
    return post["url"], post["fields"]


def judge(url: str, form: Form, body: bytes = b"x", *, after: int = 0, **extra: Any) -> Decision:
    now = datetime.now(UTC) + timedelta(seconds=after)
    return evaluate(url, form, body=body, keys=KEYS, tokens=TOKENS, now=now, **extra)


@pytest.mark.parametrize("access_key", KEYS)
@pytest.mark.parametrize("style", ["virtual", "path"])
def test_what_botocore_signs_is_stored(access_key: str, style: str) -> None:
    assert judge(*botocore_form(access_key=access_key, style=style)) == Decision(201)


@pytest.mark.parametrize(
    ("size", "status", "code"),
    [(0, 400, "EntityTooSmall"), (1, 201, ""), (100, 201, ""), (101, 400, "EntityTooLarge")],
)
def test_the_range_of_length_is_inclusive(size: int, status: int, code: str) -> None:
    decision = judge(*botocore_form(), b"x" * size)
    assert (decision.status, decision.code, decision.is_stored) == (status, code, code == "")


@pytest.mark.parametrize(("after", "code"), [(590, ""), (601, "AccessDenied")])
def test_a_policy_expires(after: int, code: str) -> None:
    assert judge(*botocore_form(), after=after).code == code


def _with(**changes: str | None) -> Callable[[Form], Form]:
    names = {name.replace("_", "-") if name.startswith("x_") else name: value for name, value in changes.items()}
    return lambda form: {name: value for name, value in (form | names).items() if value is not None}


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        (_with(key="incoming/abc/cv/2"), 403, "AccessDenied"),
        (_with(key=None), 400, "InvalidArgument"),
        (_with(policy=None), 400, "InvalidArgument"),
        (_with(x_amz_signature=None), 400, "InvalidArgument"),
        (_with(x_amz_signature="0" * 64), 403, "SignatureDoesNotMatch"),
        (_with(policy=base64.b64encode(b"{}").decode()), 403, "SignatureDoesNotMatch"),
        (_with(x_amz_date="20200101T000000Z"), 403, "AccessDenied"),
        (_with(x_amz_algorithm="AWS4-HMAC-SHA1"), 400, "InvalidArgument"),
        (_with(x_amz_credential="AKIAEXAMPLE"), 400, "InvalidArgument"),
        (_with(success_action_status="200"), 403, "AccessDenied"),
        (_with(success_action_status=None), 403, "AccessDenied"),
        (_with(acl="public-read"), 403, "AccessDenied"),
        (_with(x_amz_meta_filename="cv.pdf"), 403, "AccessDenied"),
        (_with(success_action_redirect="https://evil.example/"), 403, "AccessDenied"),
        (_with(x_amz_security_token="stolen"), 400, "InvalidToken"),
        (_with(x_ignore_button="Send"), 201, ""),
        (_with(padding="x" * 21_000), 400, "MaxPostPreDataLengthExceeded"),
        (_with(KEY=KEY), 400, "InvalidArgument"),
        (lambda form: {name.title(): value for name, value in form.items()}, 201, ""),
    ],
)
def test_a_form_that_was_changed(change: Callable[[Form], Form], status: int, code: str) -> None:
    url, form = botocore_form()
    decision = judge(url, change(form))
    assert (decision.status, decision.code) == (status, code)


@pytest.mark.parametrize(
    ("token", "code"), [(None, "InvalidAccessKeyId"), ("", "InvalidToken"), ("other", "InvalidToken")]
)
def test_a_temporary_key_needs_its_token(token: str | None, code: str) -> None:
    url, form = botocore_form(access_key="ASIAEXAMPLE")
    assert judge(url, _with(x_amz_security_token=token)(form)).code == code


def test_a_key_that_nobody_knows() -> None:
    url, form = botocore_form()
    assert evaluate(url, form, body=b"x", keys={}, now=datetime.now(UTC)).code == "InvalidAccessKeyId"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        (URL, ""),
        (URL.replace(BUCKET, "another-bucket"), "AccessDenied"),
        (URL.replace(REGION, "us-east-1"), "AuthorizationHeaderMalformed"),
        (URL + "?uploads", "InvalidArgument"),
    ],
)
def test_a_form_is_good_for_one_bucket(url: str, code: str) -> None:
    assert judge(url, botocore_form()[1]).code == code


def test_another_endpoint_must_say_what_it_stands_for() -> None:
    form = botocore_form()[1]
    with pytest.raises(ValueError, match="which bucket"):
        judge("http://127.0.0.1:4566/incoming-bucket", form)
    assert judge("http://127.0.0.1:4566/x", form, bucket=BUCKET, region=REGION) == Decision(201)


def test_filename_is_filled_in_before_conditions_are_judged() -> None:
    fields = {"x-amz-meta-filename": "${filename}"}
    url, form = botocore_form(fields=fields, conditions=[["starts-with", "$x-amz-meta-filename", "რეზიუმე"]])
    assert judge(url, form, filename="რეზიუმე.pdf").code == ""
    assert judge(url, form, filename="cv.pdf").code == "AccessDenied"


def test_a_redirect_answers_303() -> None:
    back = "https://apply.magazine.example/en/a/t/cv/return/1"
    conditions = [{"success_action_redirect": back}]
    assert judge(*botocore_form(fields={"success_action_redirect": back}, conditions=conditions)) == Decision(303)


# Policies that botocore does not make, signed by hand. The fixed clock is the day of the credential.
def signed(conditions: Any, expiration: Any = "2026-12-01T10:10:00Z", **fields: str) -> Form:
    policy = {"expiration": expiration, "conditions": conditions}
    return sign(json.dumps(policy).encode(), **fields)


def sign(policy: bytes, **fields: str) -> Form:
    encoded = base64.b64encode(policy).decode()
    key = b"AWS4secret"
    for part in ("20261201", REGION, "s3", "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return {
        "key": KEY,
        "policy": encoded,
        "x-amz-algorithm": "AWS4-HMAC-SHA256",
        "x-amz-credential": f"AKIAEXAMPLE/20261201/{REGION}/s3/aws4_request",
        "x-amz-date": "20261201T100000Z",
        "x-amz-signature": hmac.new(key, encoded.encode(), hashlib.sha256).hexdigest(),
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }


ALL = [
    {"bucket": BUCKET},
    ["eq", "$key", KEY],
    ["starts-with", "$x-amz-algorithm", ""],
    ["starts-with", "$x-amz-credential", ""],
    ["starts-with", "$x-amz-date", "2026"],
]


def at_noon(form: Form, body: bytes = b"x") -> Decision:
    return evaluate(URL, form, body=body, keys=KEYS, now=NOW)


def test_a_policy_of_all_kinds_of_condition_is_stored() -> None:
    assert at_noon(signed(ALL)) == Decision(204)


@pytest.mark.parametrize("missing", range(len(ALL)))
def test_every_field_and_the_bucket_must_be_covered(missing: int) -> None:
    decision = at_noon(signed([condition for n, condition in enumerate(ALL) if n != missing]))
    assert (decision.status, decision.code) == (403, "AccessDenied")
    assert decision.reason.startswith("Invalid according to Policy: Extra input fields: ")


@pytest.mark.parametrize(
    ("condition", "status", "code"),
    [
        (["starts-with", "$x-amz-meta-x", ""], 403, "AccessDenied"),
        ({"acl": "private"}, 403, "AccessDenied"),
        (["content-length-range", "1", "10"], 204, ""),
        (["content-length-range", 2, 10], 400, "EntityTooSmall"),
        (["content-length-range", 0, 0], 400, "EntityTooLarge"),
        (["content-length-range", -1, 10], 400, "InvalidPolicyDocument"),
        (["content-length-range", True, 10], 400, "InvalidPolicyDocument"),
        (["content-length-range", 10], 400, "InvalidPolicyDocument"),
        (["eq", "key", KEY], 400, "InvalidPolicyDocument"),
        (["ends-with", "$key", "1"], 400, "InvalidPolicyDocument"),
        (["eq", "$key", 1], 400, "InvalidPolicyDocument"),
        ({}, 400, "InvalidPolicyDocument"),
        ({"key": 1}, 400, "InvalidPolicyDocument"),
        ("key", 400, "InvalidPolicyDocument"),
        ({"KEY": KEY}, 204, ""),
    ],
)
def test_one_more_condition(condition: Any, status: int, code: str) -> None:
    decision = at_noon(signed([*ALL, condition]))
    assert (decision.status, decision.code) == (status, code)


@pytest.mark.parametrize(
    ("content_type", "code"),
    [
        ("image/png", ""),
        ("image/png, image/gif", ""),
        ("image/png,text/html", "AccessDenied"),
        ("text/html", "AccessDenied"),
    ],
)
def test_a_list_of_content_types_is_judged_part_by_part(content_type: str, code: str) -> None:
    form = signed([*ALL, ["starts-with", "$Content-Type", "image/"]], Content_Type=content_type)
    assert at_noon(form).code == code


@pytest.mark.parametrize(
    "policy",
    [
        b"not json",
        b"[]",
        b'{"conditions": [{"bucket": "b"}]}',
        b'{"expiration": "2026-12-01T10:10:00Z"}',
        b'{"EXPIRATION": "2026-12-01T10:10:00Z", "conditions": [{"bucket": "b"}]}',
        b'{"expiration": "2026-12-01T10:10:00Z", "CONDITIONS": [{"bucket": "b"}]}',
        b'{"expiration": "2026-12-01T10:10:00Z", "conditions": []}',
        b'{"expiration": "2026-12-01T10:10:00Z", "conditions": {"bucket": "b"}}',
        b'{"expiration": "2026-12-01 10:10", "conditions": [{"bucket": "b"}]}',
        b'{"expiration": "2026-13-01T10:10:00Z", "conditions": [{"bucket": "b"}]}',
        b'{"expiration": 1, "conditions": [{"bucket": "b"}]}',
    ],
)
def test_a_policy_that_is_none(policy: bytes) -> None:
    decision = at_noon(sign(policy))
    assert (decision.status, decision.code) == (400, "InvalidPolicyDocument")


def test_a_policy_that_is_not_base64() -> None:
    form = sign(b"")
    form["policy"] = "!!!!"
    assert at_noon(form).code == "SignatureDoesNotMatch"


@pytest.mark.parametrize(("wanted", "status"), [("200", 200), ("201", 201), ("204", 204), ("302", 204)])
def test_the_status_asked_for(wanted: str, status: int) -> None:
    form = signed([*ALL, {"success_action_status": wanted}]) | {"success_action_status": wanted}
    assert at_noon(form) == Decision(status)
