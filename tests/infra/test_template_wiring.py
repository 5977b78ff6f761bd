"""template.yaml against the code: handlers, settings, routes, queues, messages."""

import importlib
import json
from datetime import timedelta
from typing import Any

import pytest

from intake import runtime
from intake.domain.call import Retention
from intake.domain.erasure import ERASED
from intake.domain.session import CODE_TRIES, CODE_WINDOW, CODES_PER_WINDOW, CodeAnswer
from intake.observability import Metric
from intake.runtime import SETTINGS

VERBS = {"apply", "desk", "inspect", "scan", "relay", "notify", "delivery", "keep", "erase"}
# Read by the runtime or a library, not by us.
NOT_OURS = {"TZ"}
WRONG_CODE = f"code_{CodeAnswer.WRONG}"


def logical_id(verb: str) -> str:
    return f"{verb.title()}Function"


def test_each_verb_is_a_function(template):
    assert set(template.functions) == {logical_id(verb) for verb in VERBS}
    assert set(SETTINGS) == VERBS


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_handler_is_there(template, verb):
    handler = template.functions[logical_id(verb)]["Handler"]
    assert handler == f"intake.handlers.{verb}.handler"
    module, _, name = handler.rpartition(".")
    assert callable(getattr(importlib.import_module(module), name))


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_environment_is_what_the_function_reads(template, verb):
    variables = template.functions[logical_id(verb)]["Environment"]["Variables"]
    assert variables["POWERTOOLS_SERVICE_NAME"] == verb
    assert {name.lower() for name in variables if name not in NOT_OURS} == set(SETTINGS[verb].model_fields)


def test_the_base_of_every_link_and_the_origin_that_may_upload_are_one(template):
    base = {"Fn::If": ["HasPublicBase", {"Ref": "PublicBase"}, {"Fn::GetAtt": ["Api", "ApiEndpoint"]}]}
    for function in ("ApplyFunction", "DeskFunction", "NotifyFunction"):
        assert template.functions[function]["Environment"]["Variables"]["PUBLIC_BASE"] == base
    incoming = template.of_type("AWS::S3::Bucket")["IncomingBucket"]
    assert incoming["CorsConfiguration"]["CorsRules"] == [
        {
            "AllowedOrigins": [base],
            "AllowedMethods": ["POST"],
            "AllowedHeaders": ["Content-Type"],
            "ExposedHeaders": ["ETag"],
            "MaxAge": 600,
        }
    ]
    assert "CorsConfiguration" not in template.of_type("AWS::S3::Bucket")["DeskBucket"]


@pytest.mark.parametrize(
    ("path", "function"),
    [("$default", "ApplyFunction"), ("ANY /desk", "DeskFunction"), ("ANY /desk/{proxy+}", "DeskFunction")],
)
def test_route_leads_to_a_function_that_the_api_may_call(template, path, function):
    (target,) = [
        route["Target"]["Fn::Sub"]
        for route in template.of_type("AWS::ApiGatewayV2::Route").values()
        if route["RouteKey"] == path
    ]
    name = target.removeprefix("integrations/${").removesuffix("}")
    integration = template.of_type("AWS::ApiGatewayV2::Integration")[name]
    assert integration["IntegrationUri"] == {"Fn::GetAtt": [function, "Arn"]}
    assert integration["PayloadFormatVersion"] == "2.0"
    (permission,) = [
        permission
        for permission in template.of_type("AWS::Lambda::Permission").values()
        if permission["FunctionName"] == {"Ref": function}
    ]
    assert (permission["Action"], permission["Principal"]) == ("lambda:InvokeFunction", "apigateway.amazonaws.com")
    assert permission["SourceArn"]["Fn::Sub"].endswith(":${Api}/*")


def test_there_are_no_other_routes(template):
    routes = {route["RouteKey"] for route in template.of_type("AWS::ApiGatewayV2::Route").values()}
    assert routes == {"$default", "ANY /desk", "ANY /desk/{proxy+}"}


@pytest.mark.parametrize(
    ("function", "queue", "batch"),
    [
        ("InspectFunction", "InspectQueue", 1),
        ("ScanFunction", "ScanQueue", 5),
        ("NotifyFunction", "NotifyQueue", 5),
        ("DeliveryFunction", "DeliveryQueue", 10),
        ("EraseFunction", "EraseQueue", 1),
    ],
)
def test_queue_feeds_its_function(template, function, queue, batch):
    event = template.events("SQS")[function]
    assert event["Queue"] == {"Fn::GetAtt": [queue, "Arn"]}
    assert event["BatchSize"] == batch
    visible_again = template.of_type("AWS::SQS::Queue")[queue]["VisibilityTimeout"]
    assert visible_again >= 6 * template.functions[function]["Timeout"]


def test_only_these_functions_are_fed_by_queues(template):
    assert set(template.events("SQS")) == {
        "InspectFunction", "ScanFunction", "NotifyFunction", "DeliveryFunction", "EraseFunction"
    }  # fmt: skip


def test_what_fails_in_a_batch_fails_alone(template):
    mappings = [*template.events("SQS").values(), *template.events("DynamoDB").values()]
    assert [mapping["FunctionResponseTypes"] for mapping in mappings] == [["ReportBatchItemFailures"]] * 6


def test_the_stream_passes_on_what_owes_mail_and_waits_for_no_verdict(template):
    stream = template.events("DynamoDB")["RelayFunction"]
    (filtered,) = stream["FilterCriteria"]["Filters"]
    assert filtered["Pattern"] == '{"dynamodb":{"NewImage":{"due_kind":{"S":["mail"]},"outstanding":{"N":["0"]}}}}'
    assert stream["BatchSize"] == 10  # as many as SendMessageBatch takes
    assert stream["BisectBatchOnFunctionError"] is True
    assert stream["MaximumRecordAgeInSeconds"] == 3600
    assert stream["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["RelayDlq", "Arn"]}


def test_keep_comes_every_five_minutes(template):
    assert template.events("Schedule") == {"KeepFunction": {"Schedule": "rate(5 minutes)"}}


def test_the_table_is_what_the_adapters_expect(template):
    table = template.of_type("AWS::DynamoDB::Table")["Table"]
    indexes = {
        index["IndexName"]: (
            [key["AttributeName"] for key in index["KeySchema"]],
            index["Projection"]["ProjectionType"],
        )
        for index in table["GlobalSecondaryIndexes"]
    }
    assert [key["AttributeName"] for key in table["KeySchema"]] == ["pk", "sk"]
    assert indexes == {
        "due": (["due_kind", "due_at"], "KEYS_ONLY"),
        "desk": (["call_status", "submitted_at"], "ALL"),
        "lookup": (["lookup"], "KEYS_ONLY"),
    }
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def transformed(template, rule: str) -> dict[str, str]:
    """Where each value of the message comes from; every placeholder must be quoted and must have a path."""
    (target,) = template.of_type("AWS::Events::Rule")[rule]["Targets"]
    paths = target["InputTransformer"]["InputPathsMap"]
    message = json.loads(target["InputTransformer"]["InputTemplate"])
    assert message == {name: f"<{name}>" for name in paths}
    return paths


def test_uploads_become_messages_without_anybodys_address(template):
    assert transformed(template, "UploadRule") == {
        "bucket": "$.detail.bucket.name",
        "key": "$.detail.object.key",
        "version_id": "$.detail.object.version-id",
        "etag": "$.detail.object.etag",
        "size": "$.detail.object.size",
    }
    assert template.of_type("AWS::Events::Rule")["UploadRule"]["EventPattern"] == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [{"Ref": "IncomingBucket"}]}, "object": {"key": [{"prefix": "incoming/"}]}},
    }


def test_scan_results_become_messages(template):
    assert transformed(template, "ScanRule") == {
        "bucket": "$.detail.s3ObjectDetails.bucketName",
        "key": "$.detail.s3ObjectDetails.objectKey",
        "version_id": "$.detail.s3ObjectDetails.versionId",
        "etag": "$.detail.s3ObjectDetails.eTag",
        "status": "$.detail.scanResultDetails.scanResultStatus",
    }
    assert template.of_type("AWS::Events::Rule")["ScanRule"]["EventPattern"] == {
        "source": ["aws.guardduty"],
        "detail-type": ["GuardDuty Malware Protection Object Scan Result"],
        "detail": {"s3ObjectDetails": {"bucketName": [{"Ref": "IncomingBucket"}]}},
    }


def test_what_became_of_a_mail_becomes_a_message_without_anybodys_address(template):
    assert transformed(template, "DeliveryRule") == {
        "type": "$.detail.eventType",
        "bounce_type": "$.detail.bounce.bounceType",
        "bounce_subtype": "$.detail.bounce.bounceSubType",
        "ses_id": "$.detail.mail.messageId",
        "application_id": "$.detail.mail.tags.application[0]",
        "send_id": "$.detail.mail.tags.send[0]",
    }
    pattern = template.of_type("AWS::Events::Rule")["DeliveryRule"]["EventPattern"]
    assert pattern["source"] == ["aws.ses"]
    assert pattern["detail"] == {
        "mail": {"tags": {"ses:configuration-set": [{"Ref": "MailConfiguration"}], "send": [{"exists": True}]}}
    }
    # https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-ses.html
    named = {
        "delivery": "Email Delivered",
        "deliveryDelay": "Email Delivery Delayed",
        "bounce": "Email Bounced",
        "complaint": "Email Complaint Received",
        "reject": "Email Rejected",
    }
    destination = template.of_type("AWS::SES::ConfigurationSetEventDestination")["MailEvents"]["EventDestination"]
    assert {named[event_type] for event_type in destination["MatchingEventTypes"]} == set(pattern["detail-type"])
    assert destination["Enabled"] is True
    assert destination["EventBridgeDestination"]["EventBusArn"]["Fn::Sub"].endswith(":event-bus/default")


def test_only_the_plan_and_what_it_takes_hang_on_scanning(template):
    conditional = {
        name: resource["Condition"]
        for name, resource in template.document["Resources"].items()
        if "Condition" in resource
    }
    assert conditional == {
        "MalwarePlan": "Scans",
        "ScanAgainPolicy": "Scans",
        "MailIdentity": "CreatesIdentity",
    }
    plan = template.of_type("AWS::GuardDuty::MalwareProtectionPlan")["MalwarePlan"]
    assert plan["ProtectedResource"]["S3Bucket"]["ObjectPrefixes"] == ["incoming/"]
    assert "Actions" not in plan  # no tagging


def test_no_upload_expires_before_its_draft(template):
    longest_draft = next(
        limit.le for limit in Retention.model_fields["draft_days"].metadata if getattr(limit, "le", None)
    )
    rules = {
        rule["Id"]: rule
        for rule in template.of_type("AWS::S3::Bucket")["IncomingBucket"]["LifecycleConfiguration"]["Rules"]
    }
    assert longest_draft == 30
    assert rules == {
        "forgotten": {"Id": "forgotten", "Status": "Enabled", "Prefix": "incoming/", "ExpirationInDays": 35},
        "replaced": {
            "Id": "replaced", "Status": "Enabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 1}
        },
        "unfinished": {
            "Id": "unfinished", "Status": "Enabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}
        },
        "markers": {"Id": "markers", "Status": "Enabled", "ExpiredObjectDeleteMarker": True},
    }  # fmt: skip


def test_what_editors_may_read_never_expires_by_itself_and_the_mark_of_an_erasure_outlives_every_restore(template):
    rules = template.of_type("AWS::S3::Bucket")["DeskBucket"]["LifecycleConfiguration"]["Rules"]
    # No table can be restored further back, whatever its period is set to
    # (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html).
    assert {rule.pop("Id"): rule for rule in map(dict, rules)} == {
        "erased": {"Status": "Enabled", "Prefix": ERASED, "ExpirationInDays": 35},
        "replaced": {"Status": "Enabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 7}},
        "unfinished": {"Status": "Enabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}},
        "markers": {"Status": "Enabled", "ExpiredObjectDeleteMarker": True},
    }


def test_the_secret_is_a_current_key_and_its_value(template):
    generated = template.of_type("AWS::SecretsManager::Secret")["TokenSecret"]["GenerateSecretString"]
    assert generated["GenerateStringKey"] == json.loads(generated["SecretStringTemplate"])["current"] == "k1"
    assert generated["PasswordLength"] == 64


def refusals_that_ring(template, name, reason):
    """From how many refusals within its period on an alarm of the desk rings; and the period."""
    alarm = template.of_type("AWS::CloudWatch::Alarm")[name]
    assert alarm["Dimensions"] == [{"Name": "reason", "Value": reason}, {"Name": "service", "Value": "desk"}]
    assert (alarm["MetricName"], alarm["Statistic"]) == (Metric.REQUEST_REFUSED, "Sum")
    assert (alarm["ComparisonOperator"], alarm["EvaluationPeriods"]) == ("GreaterThanThreshold", 1)
    return alarm["Threshold"] + 1, timedelta(seconds=alarm["Period"])


def test_guessing_at_one_address_within_its_limits_rings(template):
    guesses, period = refusals_that_ring(template, "DeskGuessesAlarm", WRONG_CODE)
    assert period == CODE_WINDOW
    assert guesses <= CODE_TRIES * CODES_PER_WINDOW / 2  # however the clock cuts an attack in two


def test_guessing_too_slowly_for_the_hour_rings_within_a_day(template):
    a_quiet_hour = refusals_that_ring(template, "DeskGuessesAlarm", WRONG_CODE)[0] - 1
    guesses, period = refusals_that_ring(template, "DeskSlowGuessesAlarm", WRONG_CODE)
    assert period == timedelta(days=1)
    assert guesses <= 24 * a_quiet_hour / 2


def test_an_editor_who_is_kept_out_and_tries_again_rings(template):
    assert refusals_that_ring(template, "DeskCodesRefusedAlarm", "too_many_codes") == (3, CODE_WINDOW)


def silence(client: Any) -> float:
    """How long AWS can keep a caller of this client waiting, in seconds."""
    config = client.meta.config
    return config.retries["total_max_attempts"] * (config.connect_timeout + config.read_timeout)


def test_a_function_outlives_the_silence_of_what_it_can_go_on_without(template, monkeypatch):
    """Lateness is recorded though neither GuardDuty nor S3 answers; an editor is answered though SES does not."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    runtime.forget()
    guardduty, s3 = runtime.malware_scans("bucket")._client, runtime.incoming_bucket("bucket")._client
    mail = runtime.mail("set", runtime.CODE_READ_SECONDS)._client
    assert silence(guardduty) + silence(s3) < template.functions["ScanFunction"]["Timeout"]
    assert silence(mail) < template.functions["DeskFunction"]["Timeout"]
    runtime.forget()
