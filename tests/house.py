"""The service in one process: moto holds the data, template.yaml does the wiring.

What flows between functions is taken from the template: environment, rules with their patterns and transformers, queues
and their consumers, the stream's filter. Uploads are judged by our own POST-policy evaluator, since moto refuses none.
"""

import contextlib
import importlib
import json
import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_string
from email.message import Message
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError
from botocore.loaders import create_loader
from moto import mock_aws
from moto.core.serialize import ResponseSerializer
from moto.s3.models import s3_backends
from moto.ses.models import ses_backends

import post_policy
import rights
from intake import runtime
from intake_ops.template import load_template

ROOT = Path(__file__).parent.parent
REGION = "eu-central-1"
ACCOUNT = "123456789012"
SOURCE_ADDRESS = "203.0.113.7"
"""What every request and upload comes from (RFC 5737)."""
BASE = "https://apply.magazine.example"

PARAMETERS = {
    "Sender": "intake@magazine.example",
    "SenderIdentity": "",
    "EditorEmail": "editors@magazine.example",
    "AdminEmail": "admin@magazine.example",
    "PublicBase": BASE,
    "EmbedOrigins": "",
    "MalwareScan": "on",
    "ProofOfWork": "off",
    "Architecture": "arm64",
    "AWS::Region": REGION,
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::Partition": "aws",
    "AWS::AccountId": ACCOUNT,
    "AWS::StackName": "intake",
}


@cache
def _loader() -> Any:
    return create_loader()


@dataclass
class LambdaContext:
    function_name: str = "function"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:function"
    aws_request_id: str = "00000000-0000-0000-0000-000000000000"


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: str

    def json(self) -> Any:
        return json.loads(self.body)


_serialize_any_member = ResponseSerializer._serialize_structure_member


def _serialize_member(self: ResponseSerializer, serialized: Any, value: Any, shape: Any, key: str) -> None:
    """moto's own, without a search for each of the nine types that an attribute of a row is not of."""
    if shape.parent.name != "AttributeValue" or key in value:
        _serialize_any_member(self, serialized, value, shape, key)


@dataclass
class House:
    monkeypatch: pytest.MonkeyPatch
    parameters: dict[str, str]
    clock: datetime = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
    is_streaming: bool = True
    scan_result: str | None = "NO_THREATS_FOUND"
    template: dict[str, Any] = field(default_factory=lambda: load_template(ROOT / "template.yaml"))
    physical: dict[str, str] = field(default_factory=dict)
    seen_revisions: dict[str, int] = field(default_factory=dict)
    announced: set[tuple[str, str]] = field(default_factory=set)
    scans_asked_for: list[dict[str, str]] = field(default_factory=list)
    """What GuardDuty was asked to scan once more: bucket, key and versionId."""
    acting: str | None = None
    _roles: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    used: dict[str, set[tuple[int, str]]] = field(default_factory=lambda: defaultdict(set))

    @classmethod
    @contextlib.contextmanager
    def built(cls, monkeypatch: pytest.MonkeyPatch, **parameters: str) -> Iterator["House"]:
        for name, value in {
            "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "secret-of-the-role",
            "AWS_SESSION_TOKEN": "session-of-the-role",
            "AWS_DEFAULT_REGION": REGION,
        }.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(botocore.session, "create_loader", lambda *_: _loader())  # the models are read once
        monkeypatch.setattr(ResponseSerializer, "_serialize_structure_member", _serialize_member)
        with mock_aws():
            runtime.forget()
            house = cls(monkeypatch, {**PARAMETERS, **parameters})
            house._build()
            house.session.events.register("before-parameter-build", house._ask_the_role)
            house.session.events.register_last("before-call", house._scan_again)
            monkeypatch.setattr(boto3, "DEFAULT_SESSION", house.session)
            monkeypatch.setattr(runtime, "now", lambda: house.clock)
            yield house
            runtime.forget()

    # ------------------------------------------------------------------ building

    @property
    def resources(self) -> dict[str, Any]:
        resources: dict[str, Any] = self.template["Resources"]
        return resources

    def _of_type(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        for name, resource in self.resources.items():
            if resource["Type"] == kind:
                yield name, resource.get("Properties", {})

    def _build(self) -> None:
        self.session = boto3.Session()
        # A session of its own: what the functions ask of AWS is seen on the other one.
        session = boto3.Session()
        self.s3 = session.client("s3")
        self.sqs = session.client("sqs")
        self.dynamodb = session.client("dynamodb")
        for name, _ in self._of_type("AWS::SQS::Queue"):
            self.physical[name] = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        for name, properties in self._of_type("AWS::S3::Bucket"):
            self.physical[name] = f"intake-{name.lower()}"
            self.s3.create_bucket(Bucket=self.physical[name], CreateBucketConfiguration={"LocationConstraint": REGION})
            self.s3.put_bucket_versioning(
                Bucket=self.physical[name], VersioningConfiguration=properties["VersioningConfiguration"]
            )
        for name, properties in self._of_type("AWS::DynamoDB::Table"):
            known = ("AttributeDefinitions", "KeySchema", "BillingMode")
            indexes = [
                {part: index[part] for part in ("IndexName", "KeySchema", "Projection")}
                for index in properties["GlobalSecondaryIndexes"]
            ]
            self.dynamodb.create_table(
                TableName=name, GlobalSecondaryIndexes=indexes, **{part: properties[part] for part in known}
            )
            self.physical[name] = name
        for name, properties in self._of_type("AWS::SecretsManager::Secret"):
            rule = properties["GenerateSecretString"]
            value = json.loads(rule["SecretStringTemplate"]) | {rule["GenerateStringKey"]: "generated" * 8}
            secret = session.client("secretsmanager").create_secret(Name=name, SecretString=json.dumps(value))
            self.physical[name] = secret["ARN"]
        self.ses = session.client("sesv2")
        self.ses.create_email_identity(EmailIdentity="magazine.example")
        for name, _ in self._of_type("AWS::SES::ConfigurationSet"):
            self.physical[name] = name
            self.ses.create_configuration_set(ConfigurationSetName=name)

    def resolve(self, value: Any) -> Any:  # noqa: C901 - one case for each function that the template uses
        """The value with the template's intrinsic functions worked out."""
        match value:
            case {"Ref": name}:
                return self.parameters.get(name) if name in self.parameters else self.physical[name]
            case {"Fn::If": [condition, yes, no]}:
                return self.resolve(yes if self.resolve(self.template["Conditions"][condition]) else no)
            case {"Fn::Not": [inner]}:
                return not self.resolve(inner)
            case {"Fn::Equals": [one, other]}:
                return self.resolve(one) == self.resolve(other)
            case {"Fn::GetAtt": [name, "RegionalDomainName"]}:
                return f"{self.physical[name]}.s3.{REGION}.amazonaws.com"
            case {"Fn::GetAtt": [name, "Id"]}:
                return self.physical[name]
            case {"Fn::GetAtt": [name, "Arn"]}:
                return self._arn(name)
            case {"Fn::GetAtt": [name, "StreamArn"]}:
                return f"{self._arn(name)}/stream/2026-12-01T10:00:00.000"
            case {"Fn::Sub": text}:
                for name in {part.split("}")[0] for part in text.split("${")[1:]}:
                    found = {"Fn::GetAtt": name.split(".")} if "." in name else {"Ref": name}
                    text = text.replace("${" + name + "}", self.resolve(found))
                return text
            case dict():
                return {name: self.resolve(part) for name, part in value.items()}
            case list():
                return [self.resolve(part) for part in value]
        return value

    def _arn(self, name: str) -> str:
        match self.resources[name]["Type"]:
            case "AWS::S3::Bucket":
                return f"arn:aws:s3:::{self.physical[name]}"
            case "AWS::DynamoDB::Table":
                return self._place.arn("dynamodb", f"table/{self.physical[name]}")
            case "AWS::KMS::Key":
                return self._place.document_key
        return self._place.arn(self.resources[name]["Type"].split("::")[1].lower(), name)

    # ------------------------------------------------------------------ what roles allow

    @property
    def _place(self) -> rights.Place:
        return rights.Place(REGION, ACCOUNT, document_key=f"arn:aws:kms:{REGION}:{ACCOUNT}:key/documents")

    def _scan_again(self, params: dict[str, Any], model: Any, **_: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
        """GuardDuty takes the wish for another scan; moto knows none of it. `rescan` is what comes of it."""
        if model.name != "SendObjectMalwareScan":
            return None
        self.scans_asked_for.append(json.loads(params["body"])["s3Object"])
        return AWSResponse(params["url"], 200, {}, None), {"ResponseMetadata": {"HTTPStatusCode": 200}}

    def role_of(self, function: str) -> list[dict[str, Any]]:
        """The statements of a function's role, worked out."""
        role = self.resources[function]["Properties"]["Role"]["Fn::GetAtt"][0]
        policies = list(self.resources[role]["Properties"]["Policies"])
        for name, policy in self._of_type("AWS::IAM::RolePolicy"):
            if policy["RoleName"]["Ref"] == role and self._is_there(name):
                policies.append(policy)
        return [self.resolve(statement) for policy in policies for statement in policy["PolicyDocument"]["Statement"]]

    def _is_there(self, name: str) -> bool:
        condition = self.resources[name].get("Condition")
        return condition is None or bool(self.resolve(self.template["Conditions"][condition]))

    def _ask_the_role(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        """Lets a function do what its role allows, and nothing else; remembers which statement it was."""
        if self.acting is None:
            return
        statements = self._roles.setdefault(self.acting, self.role_of(self.acting))
        for need in rights.needs(model.service_model.service_name, model.name, params, self._place, self.acting):
            granting = rights.granting(statements, need)
            if not granting:
                raise rights.NotAllowedError(f"{self.acting} may not {need.action} on {need.resource}")
            self.used[self.acting] |= {
                (statements.index(statement), *rights.right_used(statement, need)) for statement in granting
            }

    # ------------------------------------------------------------------ functions and what moves between them

    def environment(self, function: str) -> dict[str, str]:
        common = self.template["Globals"]["Function"].get("Environment", {}).get("Variables", {})
        own = self.resources[function]["Properties"]["Environment"]["Variables"]
        return {name: str(self.resolve(value)) for name, value in {**common, **own}.items()}

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        for name, value in self.environment(function).items():
            self.monkeypatch.setenv(name, value)
        module, _, name = self.resources[function]["Properties"]["Handler"].rpartition(".")
        handler = getattr(importlib.import_module(module), name)
        self.acting = function
        try:
            answer = handler(json.loads(json.dumps(event)), LambdaContext())
        finally:
            self.acting = None
        if function == "ApplyFunction":
            self._announce_uploads()
        self._publish_stream()
        return answer

    def _publish_stream(self) -> None:
        """What the table's stream would carry to its consumer, through the filter of the template."""
        records = []
        for item in self.dynamodb.scan(TableName=self.physical["Table"])["Items"]:
            revision = item.get("revision", {}).get("N")
            if revision is None or self.seen_revisions.get(item["pk"]["S"]) == revision:
                continue
            self.seen_revisions[item["pk"]["S"]] = revision
            keys = {name: item[name] for name in ("pk", "sk")}
            records.append({"eventName": "MODIFY", "dynamodb": {"Keys": keys, "NewImage": item}})
        for function, properties in self._of_type("AWS::Serverless::Function"):
            for source in properties.get("Events", {}).values():
                if source["Type"] == "DynamoDB" and self.is_streaming:
                    patterns = [json.loads(f["Pattern"]) for f in source["Properties"]["FilterCriteria"]["Filters"]]
                    if wanted := [r for r in records if any(matches(pattern, r) for pattern in patterns)]:
                        self.invoke(function, {"Records": wanted})

    def _consumer(self, queue: str) -> str | None:
        for function, properties in self._of_type("AWS::Serverless::Function"):
            for source in properties.get("Events", {}).values():
                if source["Type"] == "SQS" and source["Properties"]["Queue"] == {"Fn::GetAtt": [queue, "Arn"]}:
                    return function
        return None

    def messages(self, queue: str) -> list[dict[str, Any]]:
        """What waits in the queue; nothing is taken out."""
        found = self.sqs.receive_message(
            QueueUrl=self.physical[queue], MaxNumberOfMessages=10, VisibilityTimeout=0
        ).get("Messages", [])
        return [json.loads(message["Body"]) for message in found]

    def deliver(self, queue: str) -> int:
        """One batch of a queue to its consumer; answers how many messages came. What fails stays in the queue."""
        found = self.sqs.receive_message(
            QueueUrl=self.physical[queue], MaxNumberOfMessages=10, VisibilityTimeout=0
        ).get("Messages", [])
        if not found or self._consumer(queue) is None:
            return 0
        failed = self.hand_over(queue, [message["Body"] for message in found])
        for number, message in enumerate(found):
            if number not in failed:
                self.sqs.delete_message(QueueUrl=self.physical[queue], ReceiptHandle=message["ReceiptHandle"])
        return len(found)

    def drop(self, queue: str) -> None:
        """Loses the messages that a worker would get next."""
        url = self.physical[queue]
        found = self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=0).get("Messages", [])
        for message in found:
            self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def hand_over(self, queue: str, bodies: Sequence[str]) -> set[int]:
        """One batch with these bodies to the queue's consumer; answers the numbers of those that failed."""
        function = self._consumer(queue)
        assert function
        records = [
            {"messageId": str(number), "body": body, "eventSource": "aws:sqs", "receiptHandle": "r",
             "attributes": {}, "messageAttributes": {}, "md5OfBody": "", "awsRegion": REGION,
             "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}"}
            for number, body in enumerate(bodies)
        ]  # fmt: skip
        answer = self.invoke(function, {"Records": records})
        return {int(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]}

    def settle(self, rounds: int = 20) -> None:
        """Delivers until every queue is empty, or what is left has failed often enough."""
        queues = [name for name, _ in self._of_type("AWS::SQS::Queue")]
        for _ in range(rounds):
            if not sum(self.deliver(queue) for queue in queues):
                return

    def publish(self, event: dict[str, Any]) -> None:
        """Puts an event on the bus: each rule that matches sends its transformed input to its queue."""
        for _, properties in self._of_type("AWS::Events::Rule"):
            if "EventPattern" not in properties or not matches(self.resolve(properties["EventPattern"]), event):
                continue
            for target in properties["Targets"]:
                transformer = target["InputTransformer"]
                text = transformer["InputTemplate"]
                for name, path in transformer["InputPathsMap"].items():
                    text = text.replace(f"<{name}>", str(at(event, path)))
                queue = target["Arn"]["Fn::GetAtt"][0]
                self.sqs.send_message(QueueUrl=self.physical[queue], MessageBody=json.dumps(json.loads(text)))

    def keep(self, after: timedelta = timedelta()) -> None:
        """One round of keep, after this time has gone by."""
        self.clock += after
        self.invoke("KeepFunction", {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}})

    # ------------------------------------------------------------------ what people do

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request as HTTP API hands it to the function."""
        text = body if isinstance(body, str) or body is None else json.dumps(body)
        return self.answer(http_event(method, path, text, headers))

    def answer(self, event: dict[str, Any], function: str = "ApplyFunction") -> Answer:
        """What a function answers to the event of a request."""
        answer = self.invoke(function, event)
        headers_out = {name.lower(): value for name, value in (answer.get("headers") or {}).items()}
        for name, values in (answer.get("multiValueHeaders") or {}).items():
            headers_out[name.lower()] = values[0]
        return Answer(answer["statusCode"], headers_out, answer.get("body") or "")

    def upload(self, ticket: dict[str, Any], body: bytes) -> post_policy.Decision:
        """Posts a file with a ticket, as a browser does; S3 stores what the policy allows, and says so on the bus."""
        decision = post_policy.evaluate(
            ticket["url"],
            ticket["fields"],
            body=body,
            keys={os.environ["AWS_ACCESS_KEY_ID"]: os.environ["AWS_SECRET_ACCESS_KEY"]},
            now=self.clock,
            tokens={os.environ["AWS_ACCESS_KEY_ID"]: os.environ["AWS_SESSION_TOKEN"]},
        )
        if decision.is_stored:
            self.store(ticket["fields"]["key"], body)
        return decision

    def store(self, key: str, body: bytes) -> str:
        """Stores an object and publishes the events that follow. Answers the VersionId."""
        stored = self.s3.put_object(Bucket=self.physical["IncomingBucket"], Key=key, Body=body)
        self._announce_uploads()
        return stored["VersionId"]

    def _announce_uploads(self) -> None:
        """S3's event for each new version in the incoming bucket, and the scan's where `scan_result` is set."""
        bucket = self.physical["IncomingBucket"]
        for version in self.s3.list_object_versions(Bucket=bucket).get("Versions", []):
            key, version_id, etag = version["Key"], version["VersionId"], version["ETag"].strip('"')
            if (key, version_id) not in self.announced:
                self.announced.add((key, version_id))
                # By this house's clock, and each a little later than the one before.
                found = s3_backends[ACCOUNT]["aws"].get_object(bucket, key, version_id)
                found.last_modified = self.clock.replace(tzinfo=None) + timedelta(microseconds=len(self.announced))
                self.publish(object_created(bucket, key, version_id, etag, version["Size"]))
                if self.scan_result:
                    self.publish(scan_finished(bucket, key, version_id, etag, self.scan_result))

    def _newest(self, key: str) -> tuple[str, str, int]:
        head = self.s3.head_object(Bucket=self.physical["IncomingBucket"], Key=key)
        return head["VersionId"], head["ETag"].strip('"'), head["ContentLength"]

    def reannounce(self, key: str) -> None:
        """S3 says again that this object was created."""
        self.publish(object_created(self.physical["IncomingBucket"], key, *self._newest(key)))

    def rescan(self, key: str) -> None:
        """The scanner says again, or says at last, what it found."""
        version_id, etag, _ = self._newest(key)
        assert self.scan_result
        self.publish(scan_finished(self.physical["IncomingBucket"], key, version_id, etag, self.scan_result))

    def sends(self, to: str, kind: str = "") -> list[dict[str, Any]]:
        """The rows of mails to this recipient, of this kind or any."""
        return [row for row in self.rows() if row["sk"]["S"].startswith(f"send#{kind}") and row["sk"]["S"].endswith(to)]

    def ses_says(self, event_type: str, to: str, kind: str = "", *, bounce_type: str = "Permanent") -> None:
        """SES says what became of each mail to this recipient, of this kind or any."""
        for row in self.sends(to, kind):
            tags = {"application": row["pk"]["S"].removeprefix("application#"), "send": row["send_id"]["S"]}
            configuration_set = self.physical["MailConfiguration"]
            self.publish(mail_event(event_type, to, tags, configuration_set=configuration_set, bounce_type=bounce_type))

    # ------------------------------------------------------------------ what lies there

    def keys(self, bucket: str, prefix: str) -> list[str]:
        """The keys of every version in a bucket."""
        found = self.s3.list_object_versions(Bucket=self.physical[bucket], Prefix=prefix)
        return [version["Key"] for version in [*found.get("Versions", []), *found.get("DeleteMarkers", [])]]

    def body(self, bucket: str, key: str, version_id: str | None = None) -> bytes:
        pin = {"VersionId": version_id} if version_id else {}
        body: bytes = self.s3.get_object(Bucket=self.physical[bucket], Key=key, **pin)["Body"].read()
        return body

    def rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.dynamodb.scan(TableName=self.physical["Table"])["Items"]
        return rows

    @contextlib.contextmanager
    def refusing_mail(self, to: str, code: str) -> Iterator[None]:
        """SES answers 429 for this recipient."""

        def refuse(params: Any, **_: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
            if to not in json.loads(params["body"])["Destination"]["ToAddresses"]:
                return None
            said = {"Error": {"Code": code, "Message": "later"}, "ResponseMetadata": {"HTTPStatusCode": 429}}
            return AWSResponse(params["url"], 429, {}, None), said

        with self._on_mail("before-call", refuse):
            yield

    @contextlib.contextmanager
    def losing_answers(self, to: str) -> Iterator[None]:
        """SES takes the mail for this recipient, and the connection breaks before its answer."""

        def lose(**call: Any) -> None:
            if to in str(call["context"]):
                raise ConnectionClosedError(endpoint_url="https://email.example")

        def remember(params: Any, context: Any, **_: Any) -> None:
            context["intake_tests_mail"] = str(params["body"])

        with self._on_mail("before-call", remember), self._on_mail("after-call", lose):
            yield

    @contextlib.contextmanager
    def _on_mail(self, moment: str, hook: Any) -> Iterator[None]:
        client = runtime.mail(self.physical["MailConfiguration"])._client
        event = f"{moment}.sesv2.SendEmail"
        client.meta.events.register_first(event, hook)
        try:
            yield
        finally:
            client.meta.events.unregister(event, hook)

    @property
    def mails(self) -> list[Message]:
        """What SES was given, in order."""
        sent = ses_backends[ACCOUNT][REGION].sent_messages
        return [message_from_string(message.raw_data) for message in sent]


def http_event(
    method: str, path: str, body: str | None, headers: dict[str, str], *, is_base64: bool = False
) -> dict[str, Any]:
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html (2.0)"""
    raw, _, query = path.partition("?")
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": raw,
        "rawQueryString": query,
        "queryStringParameters": dict(part.split("=") for part in query.split("&")) if query else None,
        "headers": {"content-type": "application/json", **{n.replace("_", "-"): v for n, v in headers.items()}},
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": "api",
            "domainName": "api.example",
            "http": {"method": method, "path": raw, "protocol": "HTTP/1.1", "sourceIp": SOURCE_ADDRESS,
                     "userAgent": "tests"},
            "requestId": "id",
            "routeKey": "$default",
            "stage": "$default",
            "time": "01/Dec/2026:10:00:00 +0000",
            "timeEpoch": 0,
        },
        "body": body,
        "isBase64Encoded": is_base64,
    }  # fmt: skip


def object_created(bucket: str, key: str, version_id: str, etag: str, size: int) -> dict[str, Any]:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html"""
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "account": ACCOUNT,
        "time": "2026-12-01T10:00:00Z",
        "region": REGION,
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": {
            "version": "0",
            "bucket": {"name": bucket},
            "object": {
                "key": key,
                "size": size,
                "etag": etag,
                "version-id": version_id,
                "sequencer": "00617F08299329D189",
            },
            "request-id": "N4N7GDK58NMKJ12R",
            "requester": ACCOUNT,
            "source-ip-address": SOURCE_ADDRESS,
            "reason": "PostObject",
        },
    }


def scan_finished(bucket: str, key: str, version_id: str, etag: str, result: str) -> dict[str, Any]:
    """https://docs.aws.amazon.com/guardduty/latest/ug/monitor-with-eventbridge-s3-malware-protection.html"""
    threats = [{"name": "EICAR-Test-File (not a virus)"}] if result == "THREATS_FOUND" else None
    return {
        "version": "0",
        "id": "72c7d362-737a-6dce-fc78-9e27a0171419",
        "detail-type": "GuardDuty Malware Protection Object Scan Result",
        "source": "aws.guardduty",
        "account": ACCOUNT,
        "time": "2026-12-01T10:00:00Z",
        "region": REGION,
        "resources": [f"arn:aws:guardduty:{REGION}:{ACCOUNT}:malware-protection-plan/b4c7f464ab3a4EXAMPLE"],
        "detail": {
            "schemaVersion": "1.0",
            "scanStatus": "COMPLETED",
            "resourceType": "S3_OBJECT",
            "s3ObjectDetails": {
                "bucketName": bucket,
                "objectKey": key,
                "eTag": etag,
                "versionId": version_id,
                "s3Throttled": False,
            },
            "scanResultDetails": {"scanResultStatus": result, "threats": threats},
        },
    }


_DETAIL_TYPES = {
    "Delivery": "Email Delivered",
    "DeliveryDelay": "Email Delivery Delayed",
    "Bounce": "Email Bounced",
    "Complaint": "Email Complaint Received",
    "Reject": "Email Rejected",
}


def mail_event(
    event_type: str, to: str, tags: dict[str, str], *, configuration_set: str, bounce_type: str = "Permanent"
) -> dict[str, Any]:
    """https://docs.aws.amazon.com/ses/latest/dg/monitoring-eventbridge.html, its `detail` as in
    https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-examples.html"""
    sender = "intake@magazine.example"
    bounce = {
        "bounceType": bounce_type,
        "bounceSubType": "General",
        "bouncedRecipients": [{"emailAddress": to, "action": "failed", "status": "5.1.1", "diagnosticCode": "550 no"}],
        "timestamp": "2026-12-01T10:00:00.000Z",
    }
    return {
        "version": "0",
        "id": "12a18625-3cb2-fc14-3c79-0e5b9f5fbf64",
        "detail-type": _DETAIL_TYPES[event_type],
        "source": "aws.ses",
        "account": ACCOUNT,
        "time": "2026-12-01T10:00:00Z",
        "region": REGION,
        "resources": [f"arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/{configuration_set}"],
        "detail": {
            "eventType": event_type,
            **({"bounce": bounce} if event_type == "Bounce" else {}),
            "mail": {
                "timestamp": "2026-12-01T10:00:00.000Z",
                "source": f"Magazin <{sender}>",
                "sendingAccountId": ACCOUNT,
                "messageId": "010701860d89bc12-7ce77242-b9cf-492d-a880-7f5401590119-000000",
                "destination": [to],
                "headersTruncated": False,
                "headers": [{"name": "To", "value": to}],
                "commonHeaders": {"from": [sender], "to": [to], "subject": "[Application] Nino Beridze"},
                "tags": {
                    "ses:operation": ["SendEmail"],
                    "ses:configuration-set": [configuration_set],
                    "ses:from-domain": ["magazine.example"],
                    **{name: [value] for name, value in tags.items()},
                },
            },
        },
    }


def at(event: dict[str, Any], path: str) -> Any:
    """The value at an EventBridge input path; "" where there is none, as EventBridge leaves it."""
    value: Any = event
    for part in path.removeprefix("$.").split("."):
        name, _, index = part.partition("[")
        value = value.get(name, "") if isinstance(value, dict) else ""
        if index:
            value = value[int(index.rstrip("]"))] if isinstance(value, list) else ""
    return value


def matches(pattern: Any, value: Any) -> bool:
    """Whether an event matches an EventBridge or event-source filter pattern (equality, prefix and exists are what we
    use). Of a list, one element has to."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(matches(part, value.get(name)) for name, part in pattern.items())
    return any(
        _matches_one(wanted, one) for wanted in pattern for one in (value if isinstance(value, list) else [value])
    )


def _matches_one(wanted: Any, value: Any) -> bool:
    match wanted:
        case {"prefix": prefix}:
            return str(value).startswith(prefix)
        case {"exists": True}:
            return value is not None
    return bool(value == wanted)
