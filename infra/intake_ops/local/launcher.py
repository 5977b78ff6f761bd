"""Starts ministack inside its own environment, with seven things put right that no setting of it can.

Runs under the emulator's Python, so it imports nothing of ours. It leans on private names of one pinned version and
stops with one clear line where they are gone, rather than emulate something else in silence.
"""

import contextvars
import ctypes
import importlib
import inspect
import itertools
import json
import os
import re
import shutil
import signal
import sys
from collections.abc import Callable
from email.utils import parseaddr
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

PINNED = "1.5.33"
PR_SET_PDEATHSIG = 1

_version_id: contextvars.ContextVar[str | None] = contextvars.ContextVar("version_id", default=None)


def private(module: str, name: str, *parameters: str) -> Callable[..., Any]:
    """A private function of the emulator that is sure to take these parameters."""
    function: Callable[..., Any] | None = getattr(importlib.import_module(module), name, None)
    if function is None or not set(parameters) <= set(inspect.signature(function).parameters):
        sys.exit(f"launcher: this ministack has no {module}.{name}({', '.join(parameters)}) any more")
    return function


def put_version_id_into_s3_events() -> None:
    """AWS names the version of a new object in EventBridge's `Object Created`; the emulator leaves it out."""
    fire = private("ministack.services.s3", "_fire_s3_event", "version_id")
    dispatch = private("ministack.services.eventbridge", "_dispatch_event", "event")

    def fire_and_remember(*args: Any, version_id: str | None = None, **options: Any) -> None:
        token = _version_id.set(version_id)
        try:
            fire(*args, version_id=version_id, **options)
        finally:
            _version_id.reset(token)

    def dispatch_with_version(event: dict[str, Any], *args: Any, **options: Any) -> None:
        if event.get("Source") == "aws.s3" and (version_id := _version_id.get()):
            detail = json.loads(event["Detail"])
            detail["object"]["version-id"] = version_id
            event = {**event, "Detail": json.dumps(detail)}
        dispatch(event, *args, **options)

    # The emulator looks both up in their modules at each call.
    sys.modules["ministack.services.s3"]._fire_s3_event = fire_and_remember  # type: ignore[attr-defined]
    sys.modules["ministack.services.eventbridge"]._dispatch_event = dispatch_with_version  # type: ignore[attr-defined]


def take_loopback_for_tls() -> None:
    """Policies deny what does not come over TLS. It never leaves this machine, so it counts as if it did."""
    app = "ministack.app"
    pin = private(app, "pin_request_origin", "source_ip", "secure_transport")

    def pin_as_secure(source_ip: str, secure_transport: bool) -> None:
        pin(source_ip, secure_transport or source_ip == "127.0.0.1")

    sys.modules[app].pin_request_origin = pin_as_secure  # type: ignore[attr-defined]


def ask_roles_for_what_sqs_asks() -> None:
    """A batch takes the right to do its single action: no policy can allow the `sqs:SendMessageBatch` that the emulator
    asks for, since IAM has no such action."""
    actions = "ministack.core.iam_actions"
    extract = private(actions, "extract_iam_action", "service")

    def extract_single(service: str, *args: Any, **options: Any) -> str | None:
        action: str | None = extract(service, *args, **options)
        return action.removesuffix("Batch") if action and service == "sqs" else action

    sys.modules[actions].extract_iam_action = extract_single  # type: ignore[attr-defined]


def ask_roles_for_what_ses_asks() -> None:
    """SES asks a sender's policy about the identity, the configuration set and the From address; the emulator asks
    about `*`, which a policy that is as narrow as it should be never allows."""
    app = "ministack.app"
    enforce = private(app, "_enforce_ses_v2", "method", "path", "headers", "body", "query_params", "request_id")
    ask = private(app, "_enforce_data_plane", "service", "iam_action", "resource_arn", "service_context")

    def enforce_sends(
        method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, Any], request_id: str
    ) -> Any:
        if (method, path) != ("POST", "/v2/email/outbound-emails"):
            return enforce(method, path, headers, body, query_params, request_id)
        request = json.loads(body)
        sender = parseaddr(request.get("FromEmailAddress", ""))[1]
        resources = [f"identity/{sender.rpartition('@')[2]}"]
        if configuration_set := request.get("ConfigurationSetName"):
            resources.append(f"configuration-set/{configuration_set}")
        # A raw message takes the right to send raw ones, too.
        actions = ["ses:SendEmail"] + (["ses:SendRawEmail"] if "Raw" in request.get("Content", {}) else [])
        account = f"arn:aws:ses:{os.environ['MINISTACK_REGION']}:{os.environ['MINISTACK_ACCOUNT_ID']}"
        for action, resource in itertools.product(actions, resources):
            arn = f"{account}:{resource}"
            context = {"ses:fromaddress": sender}
            refusal = ask(
                "sesv2", action, headers, query_params, request_id,
                resource_arn=arn, service_context=context, named_resource=arn,
            )  # fmt: skip
            if refusal:
                return refusal
        return None

    sys.modules[app]._enforce_ses_v2 = enforce_sends  # type: ignore[attr-defined]


def tell_policies_the_rows() -> None:
    """A request to DynamoDB tells policies its partition key; the emulator does not, so that a condition on it would
    stop nothing or everything."""
    actions = "ministack.core.iam_actions"
    context_of = private(actions, "dynamodb_service_context", "body")

    def context_with_key(body: bytes) -> dict[str, Any]:
        request = json.loads(body or b"{}")
        row = request.get("Key") or request.get("Item") or {}
        named = re.search(r"= *(:\w+)", request.get("KeyConditionExpression", ""))
        key = row.get("pk") or (named and request["ExpressionAttributeValues"][named[1]])
        context: dict[str, Any] = context_of(body)
        return context | ({"dynamodb:leadingkeys": [key["S"]]} if key else {})

    sys.modules[actions].dynamodb_service_context = context_with_key  # type: ignore[attr-defined]


def find_items_of_lists_for_transformers() -> None:
    """An input path may name one item of a list, as `$.detail.mail.tags.send[0]` does; the emulator finds nothing."""
    eventbridge = "ministack.services.eventbridge"
    transform = private(eventbridge, "_apply_input_transformer", "transformer", "rule", "view")

    def item_at(value: Any, path: str) -> str:
        for name, _, index in (part.partition("[") for part in path.removeprefix("$.").split(".")):
            value = value.get(name) if isinstance(value, dict) else None
            if index:
                value = value[int(index.rstrip("]"))] if isinstance(value, list) else None
        return value if isinstance(value, str) else ""

    def transform_with_items(transformer: dict[str, Any], rule: Any, view: Any) -> Any:
        paths, template = dict(transformer.get("InputPathsMap", {})), transformer.get("InputTemplate", "")
        for name in [name for name, path in paths.items() if "[" in path]:
            template = template.replace(f"<{name}>", item_at(view.event_with_detail(), paths.pop(name)))
        return transform({**transformer, "InputPathsMap": paths, "InputTemplate": template}, rule, view)

    sys.modules[eventbridge]._apply_input_transformer = transform_with_items  # type: ignore[attr-defined]


def name_downloads_of_versions() -> None:
    """A presigned GET may say how the file is to be saved; the emulator forgets it when the link names a version."""
    s3 = "ministack.services.s3"
    get = private(s3, "_get_object", "bucket_name", "key", "headers", "query_params")
    override = private(s3, "_apply_response_overrides", "resp_headers", "query_params")

    def get_as_asked(
        bucket_name: str, key: str, headers: dict[str, str], query_params: dict[str, Any] | None = None
    ) -> Any:
        status, answered, body = get(bucket_name, key, headers, query_params)
        if status == HTTPStatus.OK and query_params:
            override(answered, query_params)
        return status, answered, body

    sys.modules[s3]._get_object = get_as_asked  # type: ignore[attr-defined]


def main() -> None:
    # A runner that dies by SIGKILL still takes the emulator with it.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(os.environ["INTAKE_RUNNER_PID"]):
        sys.exit("launcher: whoever started the emulator is gone")
    if version("ministack") != PINNED:
        sys.exit(f"launcher: ministack {PINNED} is wanted, {version('ministack')} is installed")
    put_version_id_into_s3_events()
    ask_roles_for_what_sqs_asks()
    ask_roles_for_what_ses_asks()
    tell_policies_the_rows()
    find_items_of_lists_for_transformers()
    name_downloads_of_versions()
    if not os.environ.get("USE_SSL"):
        take_loopback_for_tls()
    try:
        private("ministack.app", "main")()
    finally:
        shutil.rmtree(os.environ["TMPDIR"], ignore_errors=True)


if __name__ == "__main__":
    main()
