"""template.yaml against promises P5 and P7 and plain prudence: rights, encryption, logs, alarms, what stays."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from house import House
from rights import CODE_OF, Need, as_list, granting

# Every resource that names more than one thing, and why.
WILDCARDS = {
    "*": "GuardDuty knows no resource for a scan that is asked for",
    "${IncomingBucket.Arn}/incoming/*": "keys of uploads are not known beforehand",
    "${DeskBucket.Arn}/desk/*": "keys of documents are not known beforehand",
    "${DeskBucket.Arn}/erased/*": "nor those of what was erased",
    "${Table.Arn}/stream/*": "streams can only be listed by table",
    "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/*":
        "SES asks about the most specific identity, in the sandbox the recipient's too; the condition guards",
    "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3*":
        "GuardDuty names its rule itself",
}  # fmt: skip
DEAD_LETTERS = {"InspectDlq", "ScanDlq", "NotifyDlq", "DeliveryDlq", "EraseDlq", "RelayDlq", "EventDlq"}


def strings(value: Any) -> list[str]:
    """Every string in a template's value."""
    if isinstance(value, str):
        return [value]
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [found for child in children for found in strings(child)]


def test_no_role_may_do_a_whole_service(template):
    broad = [
        (role, action)
        for role, statement in template.statements()
        for action in as_list(statement["Action"])
        if "*" in action
    ]
    assert broad == []
    assert all(statement["Effect"] == "Allow" for _, statement in template.statements())


def test_wildcards_in_resources_are_known_and_have_reasons(template):
    used = {name for _, statement in template.statements() for name in strings(statement["Resource"]) if "*" in name}
    assert used == set(WILDCARDS)


def test_everything_is_named_by_one_statement_only(template):
    everything = [
        (role, statement["Action"]) for role, statement in template.statements() if statement["Resource"] == "*"
    ]
    assert everything == [("ScanRole", "guardduty:SendObjectMalwareScan")]


def test_every_function_has_a_role_of_its_own(template):
    roles = {name: function["Role"]["Fn::GetAtt"][0] for name, function in template.functions.items()}
    assert roles == {name: name.replace("Function", "Role") for name in template.functions}
    lambda_alone = [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]
    for role in roles.values():
        assert template.of_type("AWS::IAM::Role")[role]["AssumeRolePolicyDocument"]["Statement"] == lambda_alone, role
    # With Policies or managed policies SAM or AWS would decide what a function may do.
    assert not [name for name, function in template.functions.items() if "Policies" in function]
    assert not [name for name, role in template.of_type("AWS::IAM::Role").items() if "ManagedPolicyArns" in role]


EXPECTED_RIGHTS = {
    "ApplyRole": {
        "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "s3:GetObject", "s3:PutObject",
        "secretsmanager:GetSecretValue", "kms:Decrypt", "kms:GenerateDataKey",
    },
    "InspectRole": {
        "dynamodb:GetItem", "dynamodb:PutItem", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject",
        "kms:Decrypt", "kms:GenerateDataKey",
    },
    "ScanRole": {
        "guardduty:SendObjectMalwareScan",
        "dynamodb:GetItem", "dynamodb:PutItem", "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject",
        "kms:Decrypt", "kms:GenerateDataKey",
    },
    "RelayRole": {
        "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams",
        "sqs:SendMessage",
    },
    "NotifyRole": {
        "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query",
        "secretsmanager:GetSecretValue", "ses:SendEmail", "ses:SendRawEmail",
    },
    "DeskRole": {
        "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query", "dynamodb:DeleteItem",
        "s3:GetObjectVersion", "kms:Decrypt", "secretsmanager:GetSecretValue",
        "ses:SendEmail", "ses:SendRawEmail",
    },
    "DeliveryRole": {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query"},
    "KeepRole": {
        "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:Query", "dynamodb:Scan",
        "s3:ListBucketVersions", "sqs:SendMessage",
    },
    "EraseRole": {
        "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:DeleteItem",
        "s3:ListBucketVersions", "s3:DeleteObjectVersion", "s3:PutObject", "kms:GenerateDataKey",
    },
}  # fmt: skip
EVERY_FUNCTION = {"logs:CreateLogStream", "logs:PutLogEvents"}
FED_BY_A_QUEUE = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}


@pytest.mark.parametrize("role", sorted(EXPECTED_RIGHTS))
def test_a_function_may_do_exactly_this(template, role):
    granted = {
        action for name, statement in template.statements() if name == role for action in as_list(statement["Action"])
    }
    from_queue = FED_BY_A_QUEUE if role.replace("Role", "Function") in template.events("SQS") else set()
    assert granted == EXPECTED_RIGHTS[role] | EVERY_FUNCTION | from_queue


def test_queues_and_the_stream_are_read_by_lambda_and_not_by_the_code_of_functions(template, house: House) -> None:
    """Who takes a function over has its credentials, and must not learn from its queue whose documents come next."""
    reading = FED_BY_A_QUEUE | {action for action in EXPECTED_RIGHTS["RelayRole"] if action.startswith("dynamodb:")}
    may: dict[str, set[tuple[str, str]]] = {"Lambda": set(), "code": set()}
    for name in template.functions:
        code = {CODE_OF: (f"arn:aws:lambda:eu-central-1:123456789012:function:{name}",)}
        for statement in house.role_of(name):
            for action in reading & set(as_list(statement["Action"])):
                for who, context in {"Lambda": {}, "code": code}.items():
                    if granting([statement], Need(action, as_list(statement["Resource"])[0], context)):
                        may[who].add((name, action))
    fed = {(name, action) for name in template.events("SQS") for action in FED_BY_A_QUEUE}
    assert may == {"Lambda": fed | {("RelayFunction", action) for action in reading - FED_BY_A_QUEUE}, "code": set()}


def test_mail_leaves_only_from_the_sender(template):
    sending = [
        (role, statement.get("Condition"))
        for role, statement in template.statements()
        if {"ses:SendEmail", "ses:SendRawEmail"} & set(as_list(statement["Action"]))
    ]
    from_sender = {"StringEquals": {"ses:FromAddress": {"Ref": "Sender"}}}
    assert sending == [("NotifyRole", from_sender), ("DeskRole", from_sender)]


ROWS = {
    "ApplyFunction": {"GetItem": "application", "Query": "application", "PutItem": "application seen"},
    "InspectFunction": {"GetItem": "application", "PutItem": "application"},
    "ScanFunction": {"GetItem": "application", "PutItem": "application"},
    "RelayFunction": {},
    "NotifyFunction": {"GetItem": "application seen", "PutItem": "application seen", "UpdateItem": "application"},
    "DeliveryFunction": dict.fromkeys(("GetItem", "Query", "PutItem", "UpdateItem"), "application"),
    "DeskFunction": {
        "GetItem": "application editor seen session",
        "Query": "application",
        "PutItem": "application code seen session",
        "UpdateItem": "code",
        "DeleteItem": "code session",
    },
    "KeepFunction": dict.fromkeys(("GetItem", "PutItem"), "application reconciliation")
    | dict.fromkeys(("Query", "UpdateItem"), "application"),
    "EraseFunction": dict.fromkeys(("GetItem", "Query", "PutItem", "DeleteItem"), "application"),
}
"""The rows that each function reaches by their keys. Nobody writes one of an editor, and only the desk, where editors
sign in, has to do with sessions."""
KEYS = {
    "application": f"application#{'0' * 40}",
    "code": f"code#{'0' * 64}",
    "editor": "editor#anna@magazine.example",
    "reconciliation": "reconciliation",
    "seen": f"seen#{'0' * 64}",
    "session": f"session#{'0' * 64}",
}


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    with House.built(monkeypatch) as house:
        yield house


def test_a_function_reaches_the_rows_that_it_works_on(house: House) -> None:
    table = house.resolve({"Fn::GetAtt": ["Table", "Arn"]})

    def may(function: str, action: str, *keys: str) -> bool:
        need = Need(f"dynamodb:{action}", table, {"dynamodb:LeadingKeys": keys})
        return granting(house.role_of(function), need) != []

    actions = ("GetItem", "Query", "PutItem", "UpdateItem", "DeleteItem")
    reached = {
        function: {
            action: " ".join(name for name, key in KEYS.items() if may(function, action, key)) for action in actions
        }
        for function in ROWS
    }
    assert reached == {function: dict.fromkeys(actions, "") | rows for function, rows in ROWS.items()}
    # A request without a key, and a transaction that takes a row of an editor along.
    for keys in ((), (KEYS["application"], KEYS["editor"])):
        writing = [(f, action) for f in ROWS for action in actions[2:] if may(f, action, *keys)]
        assert writing == []


def test_whole_tables_are_read_by_keep_only(template):
    readers = {role for role, statement in template.statements() if "dynamodb:Scan" in as_list(statement["Action"])}
    assert readers == {"KeepRole"}


def test_keep_may_list_what_lies_under_our_prefixes_and_read_none_of_it(template):
    listing = {
        (strings(statement["Resource"])[0], prefix)
        for role, statement in template.statements()
        if role == "KeepRole" and "s3:ListBucketVersions" in as_list(statement["Action"])
        for prefix in as_list(statement["Condition"]["StringEquals"]["s3:prefix"])
    }
    assert listing == {("IncomingBucket", "incoming/"), ("DeskBucket", "desk/"), ("DeskBucket", "erased/")}
    assert not EXPECTED_RIGHTS["KeepRole"] & {"s3:GetObject", "s3:GetObjectVersion", "kms:Decrypt"}


def test_nobody_but_erasure_deletes_a_document(template):
    versions = {role for role, statement in template.statements() if "s3:DeleteObjectVersion" in statement["Action"]}
    assert versions == {"EraseRole"}
    assert not [role for role, statement in template.statements() if "s3:DeleteObject" in as_list(statement["Action"])]


def test_erasure_writes_its_marks_and_nothing_else(template):
    written = [
        statement["Resource"]
        for role, statement in template.statements()
        if role == "EraseRole" and "s3:PutObject" in as_list(statement["Action"])
    ]
    assert written == [{"Fn::Sub": "${DeskBucket.Arn}/erased/*"}]


def test_the_document_key_is_used_through_s3_only(template):
    uses = [
        statement
        for _, statement in template.statements()
        if {"kms:Decrypt", "kms:GenerateDataKey"} & set(as_list(statement["Action"]))
    ]
    via_s3 = {"StringEquals": {"kms:ViaService": {"Fn::Sub": "s3.${AWS::Region}.${AWS::URLSuffix}"}}}
    assert [use["Condition"] for use in uses] == [via_s3] * 6
    assert [use["Resource"] for use in uses] == [{"Fn::GetAtt": ["DocumentKey", "Arn"]}] * 6


@pytest.mark.parametrize("bucket", ["IncomingBucket", "DeskBucket"])
def test_bucket_is_closed_encrypted_and_versioned(template, bucket):
    properties = template.of_type("AWS::S3::Bucket")[bucket]
    assert properties["PublicAccessBlockConfiguration"] == dict.fromkeys(
        ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
    )
    assert properties["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    (encryption,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert encryption == {
        "BucketKeyEnabled": True,
        "ServerSideEncryptionByDefault": {
            "SSEAlgorithm": "aws:kms", "KMSMasterKeyID": {"Fn::GetAtt": ["DocumentKey", "Arn"]}
        },
    }  # fmt: skip
    assert template.of_type("AWS::KMS::Key")["DocumentKey"]["EnableKeyRotation"] is True


@pytest.mark.parametrize("bucket", ["IncomingBucket", "DeskBucket"])
def test_bucket_speaks_modern_tls_and_lets_only_erasure_delete_versions(template, bucket):
    policy = template.of_type("AWS::S3::BucketPolicy")[f"{bucket}Policy"]
    objects = {"Fn::Sub": f"${{{bucket}.Arn}}/*"}
    both = [{"Fn::GetAtt": [bucket, "Arn"]}, objects]
    assert policy["Bucket"] == {"Ref": bucket}
    assert [
        (rule["Effect"], rule["Principal"], rule["Action"], rule["Resource"], rule["Condition"])
        for rule in policy["PolicyDocument"]["Statement"]
    ] == [
        ("Deny", "*", "s3:*", both, {"Bool": {"aws:SecureTransport": "false"}}),
        ("Deny", "*", "s3:*", both, {"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
        (
            "Deny", "*", "s3:DeleteObjectVersion", objects,
            {"ArnNotLike": {"aws:PrincipalArn": [
                {"Fn::GetAtt": ["EraseRole", "Arn"]},
                {"Fn::Sub": "arn:${AWS::Partition}:sts::${AWS::AccountId}:assumed-role/${EraseRole}/*"},
            ]}},
        ),
    ]  # fmt: skip


def test_every_queue_speaks_tls_and_takes_events_from_its_rule_only(template):
    queues = template.of_type("AWS::SQS::Queue")
    rules = {
        "InspectQueue": "UploadRule",
        "ScanQueue": "ScanRule",
        "EventDlq": "ScanRule",
        "DeliveryQueue": "DeliveryRule",
    }
    seen = {}
    for policy in template.of_type("AWS::SQS::QueuePolicy").values():
        (queue,) = policy["Queues"]
        seen[queue["Ref"]] = policy["PolicyDocument"]["Statement"]
    assert set(seen) == set(queues)
    for name, statements in seen.items():
        arn = {"Fn::GetAtt": [name, "Arn"]}
        assert all(statement["Resource"] == arn for statement in statements)
        (tls,) = [statement for statement in statements if statement["Effect"] == "Deny"]
        assert (tls["Principal"], tls["Action"]) == ("*", "sqs:*")
        assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        allowed = [statement for statement in statements if statement["Effect"] == "Allow"]
        assert [statement["Condition"] for statement in allowed] == [
            {"ArnEquals": {"aws:SourceArn": {"Fn::GetAtt": [rule, "Arn"]}}}
            for queue, rule in rules.items()
            if queue == name
        ]


def test_every_queue_is_encrypted_and_keeps_for_two_weeks(template):
    for queue in template.of_type("AWS::SQS::Queue").values():
        assert queue["SqsManagedSseEnabled"] is True
        assert queue["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_every_queue_has_dead_letters_or_is_them(template):
    redrives = {
        name: (
            queue["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0],
            queue["RedrivePolicy"]["maxReceiveCount"],
        )
        for name, queue in template.of_type("AWS::SQS::Queue").items()
        if name not in DEAD_LETTERS
    }
    assert redrives == {
        "InspectQueue": ("InspectDlq", 3),
        "ScanQueue": ("ScanDlq", 5),
        "NotifyQueue": ("NotifyDlq", 5),
        "DeliveryQueue": ("DeliveryDlq", 5),
        "EraseQueue": ("EraseDlq", 5),
    }


def test_an_event_with_somebodys_address_has_no_place_to_lie(template):
    rules = template.of_type("AWS::Events::Rule")
    with_dead_letters = {
        name for name, rule in rules.items() for target in rule["Targets"] if "DeadLetterConfig" in target
    }
    assert with_dead_letters == {"ScanRule"}  # S3's and SES's events name people's addresses


type Rule = tuple[str, int, str, int]
"""Statistic, period, comparison and threshold of an alarm."""


def once(threshold: int, period: int = 300, statistic: str = "Sum") -> Rule:
    """Rings where one period has more than this."""
    return statistic, period, "GreaterThanThreshold", threshold


AT_ONCE, DAY = once(0), 86_400
AGES = {"InspectQueue": 900, "ScanQueue": 900, "NotifyQueue": 3600, "DeliveryQueue": 3600, "EraseQueue": 3600}
OURS: dict[str, set[tuple[str, Rule]]] = {
    "MailRefused": {("notify", AT_ONCE)},
    "MailUndelivered": {("delivery", AT_ONCE)},
    "DiscrepancyTold": {("keep", AT_ONCE)},
    "ReceiptDelayed": {("notify", once(20, 3600))},
    "ApplicationSubmitted": {("apply", once(200, DAY))},
    "RequestRefused": {
        ("keys_unavailable apply", AT_ONCE),
        ("too_many_codes desk", once(2, 3600)),
        ("code_wrong desk", once(10, 3600)),
        ("code_wrong desk", once(30, DAY)),
    },
}


def watched(value: Any) -> str:
    """What a dimension names."""
    name: str = value if isinstance(value, str) else value.get("Ref") or value["Fn::GetAtt"][0]
    return name


def test_nothing_fails_in_silence(template):
    """Every alarm: what it watches, and when it rings."""
    functions, queues = set(template.functions), set(template.of_type("AWS::SQS::Queue"))
    rings: defaultdict[tuple[str, str], set[tuple[str, Rule]]] = defaultdict(set)
    for alarm in template.of_type("AWS::CloudWatch::Alarm").values():
        names = " ".join(watched(dimension["Value"]) for dimension in alarm["Dimensions"])
        rule = (alarm["Statistic"], alarm["Period"], alarm["ComparisonOperator"], alarm["Threshold"])
        rings[alarm["Namespace"], alarm["MetricName"]].add((names, rule))
        assert alarm["EvaluationPeriods"] == 1
    assert set(AGES) == queues - DEAD_LETTERS
    # Relay and keep raise what they failed at, and Lambda counts that; the others answer.
    answering = functions - {"RelayFunction", "KeepFunction"}
    assert rings == {
        ("AWS/Lambda", "Errors"): {(name, AT_ONCE) for name in functions},
        ("AWS/Lambda", "Invocations"): {("KeepFunction", ("Sum", 1800, "LessThanThreshold", 1))},
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): {(name, once(0, 300, "Maximum")) for name in DEAD_LETTERS},
        ("AWS/SQS", "ApproximateAgeOfOldestMessage"): {(name, once(age, 300, "Maximum")) for name, age in AGES.items()},
        ("AWS/ApiGateway", "5xx"): {("Api", AT_ONCE)},
        ("AWS/Events", "FailedInvocations"): {("UploadRule", AT_ONCE), ("DeliveryRule", AT_ONCE)},
        ("contributor-intake", "Failed"): {(name.removesuffix("Function").lower(), AT_ONCE) for name in answering},
        **{("contributor-intake", metric): rules for metric, rules in OURS.items()},
    }


def test_every_alarm_reaches_the_admin_and_says_what_to_do(template):
    for name, alarm in template.of_type("AWS::CloudWatch::Alarm").items():
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}], name
        sentences = alarm["AlarmDescription"].rstrip().rstrip(".").split(". ")
        assert len(sentences) >= 2 or ";" in alarm["AlarmDescription"], name
        assert 60 <= len(alarm["AlarmDescription"]) <= 1024, name
    (subscription,) = template.of_type("AWS::SNS::Topic")["AlarmTopic"]["Subscription"]
    assert subscription == {"Protocol": "email", "Endpoint": {"Ref": "AdminEmail"}}


def test_alarms_that_watch_for_silence_take_it_for_a_breach(template):
    alarms = template.of_type("AWS::CloudWatch::Alarm")
    assert {name: alarm["TreatMissingData"] for name, alarm in alarms.items() if name == "KeepSilentAlarm"} == {
        "KeepSilentAlarm": "breaching"
    }
    others = {alarm["TreatMissingData"] for name, alarm in alarms.items() if name != "KeepSilentAlarm"}
    assert others == {"notBreaching"}


def test_access_log_knows_no_path_and_no_address(template):
    stage = template.of_type("AWS::ApiGatewayV2::Stage")["ApiStage"]
    assert json.loads(stage["AccessLogSettings"]["Format"]) == {
        "routeKey": "$context.routeKey",
        "status": "$context.status",
        "requestId": "$context.requestId",
    }
    assert stage["DefaultRouteSettings"] == {"ThrottlingBurstLimit": 50, "ThrottlingRateLimit": 25}


def test_every_function_logs_json_into_a_group_that_forgets(template):
    groups = template.of_type("AWS::Logs::LogGroup")
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups.values())
    for name, function in template.functions.items():
        logging = function["LoggingConfig"]
        assert logging["LogFormat"] == "JSON"
        assert logging["LogGroup"] == {"Ref": name.replace("Function", "LogGroup")}
        assert logging["LogGroup"]["Ref"] in groups


def test_what_holds_data_or_a_name_outlives_the_stack(template):
    kept = {
        name
        for name, resource in template.document["Resources"].items()
        if resource.get("DeletionPolicy") == resource.get("UpdateReplacePolicy") == "Retain"
    }
    assert kept == {"IncomingBucket", "DeskBucket", "Table", "DocumentKey", "TokenSecret", "MailIdentity"}
    table = template.of_type("AWS::DynamoDB::Table")["Table"]
    assert table["DeletionProtectionEnabled"] is True
    assert table["PointInTimeRecoverySpecification"] == {
        "PointInTimeRecoveryEnabled": True,
        "RecoveryPeriodInDays": 7,
    }


def test_the_bill_has_an_upper_bound(template):
    table = template.of_type("AWS::DynamoDB::Table")["Table"]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["OnDemandThroughput"] == {"MaxReadRequestUnits": 1000, "MaxWriteRequestUnits": 500}
    assert {name: event["ScalingConfig"]["MaximumConcurrency"] for name, event in template.events("SQS").items()} == {
        "InspectFunction": 5, "ScanFunction": 5, "NotifyFunction": 2, "DeliveryFunction": 2,
        "EraseFunction": 2,
    }  # fmt: skip


def test_mail_travels_encrypted_and_ses_keeps_no_list_of_who_bounced(template):
    mail = template.of_type("AWS::SES::ConfigurationSet")["MailConfiguration"]
    assert mail["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}
    assert mail["SuppressionOptions"] == {"SuppressedReasons": []}
    assert "TrackingOptions" not in mail


ACCEPTED = {
    "EditorEmail": (["editors@magazine.example"], ["", "editors", "a@b", "a@b.example,c@d.example", "a b@c.example"]),
    "AdminEmail": (["admin@magazine.example"], ["", "admin@", "a@b.example\n"]),
    "Sender": (["applications+de@mail.magazine.example"], ["", "Name <a@b.example>"]),
    "SenderIdentity": (["", "magazine.example", "a@magazine.example"], ["magazine", "arn:aws:ses:x", "@b.example"]),
    "PublicBase": (
        ["", "https://apply.magazine.example", "http://127.0.0.1:8080"],
        ["apply.magazine.example", "https://apply.magazine.example/", "https://a.example/x", "ftp://a.example"],
    ),
    "EmbedOrigins": (
        ["", "https://magazine.example", "https://magazine.example https://www.magazine.example"],
        ["*", "https://magazine.example;", "https://a.example  https://b.example", "https://a.example/"],
    ),
}


@pytest.mark.parametrize("parameter", sorted(ACCEPTED))
def test_parameter_takes_what_it_should(template, parameter):
    pattern = template.document["Parameters"][parameter]["AllowedPattern"]
    good, bad = ACCEPTED[parameter]
    assert [value for value in good if not re.fullmatch(pattern, value)] == []
    assert [value for value in bad if re.fullmatch(pattern, value)] == []


def test_every_parameter_is_explained_bounded_and_grouped(template):
    parameters = template.document["Parameters"]
    for name, parameter in parameters.items():
        assert parameter["Description"].endswith("."), name
        assert parameter["ConstraintDescription"].startswith("must be "), name
        assert name in ACCEPTED or parameter["AllowedValues"], name
    groups = template.document["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert sorted(name for group in groups for name in group["Parameters"]) == sorted(parameters)


def test_every_output_is_explained(template):
    assert all(output["Description"] for output in template.document["Outputs"].values())


def test_nothing_is_bound_to_one_partition_account_or_region(template):
    written = strings(template.document["Resources"])
    assert [text for text in written if text.startswith("arn:") and not text.startswith("arn:${AWS::Partition}:")] == []
    assert [text for text in written if re.search(r"[0-9]{12}|\b(eu|us|ap)-[a-z]+-[0-9]\b", text)] == []
    hosts = {text for text in written if "amazonaws.com" in text and not text.startswith("https://github.com")}
    principals = {
        "lambda.amazonaws.com", "apigateway.amazonaws.com", "events.amazonaws.com",
        "malware-protection-plan.guardduty.amazonaws.com",
    }  # fmt: skip
    assert hosts == principals
