"""Roles grant exactly what functions use: less is refused by the house in every test, more is found here."""

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from faults.crash_points import stage_for
from faults.scenarios import CV, SCENARIOS, Scenario, applicant
from faults.stage import Stage
from house import object_created
from intake import runtime
from rights import rights_of

BY_LAMBDA_ITSELF = {
    "logs:CreateLogStream", "logs:PutLogEvents",
    "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
    "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams",
}  # fmt: skip
"""What the service needs to log, and to read queues and the stream for a function
(https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html)."""


WITH_PROOF_OF_WORK = {("ApplyFunction", "dynamodb:PutItem", "seen#*")}
"""A proof is used once; the parameter is off in these scenarios (integration/test_proof_of_work.py turns it on)."""


def by_whoever_is_last(stage: Stage, name: str, last: str) -> None:
    """The last to speak of a document finds the copy that an earlier try left on the desk."""
    nino = applicant(stage, name)
    nino.client.send_files({"cv": ("", CV)})
    desk_key = nino.client.tickets["cv"]["fields"]["key"].replace("incoming", "desk", 1) + "/original"
    stage.s3.put_object(Bucket=stage.physical["DeskBucket"], Key=desk_key, Body=CV)
    for queue in sorted(("InspectQueue", "ScanQueue"), key=last.__eq__):
        while stage.deliver(queue):
            pass
    stage.settle()
    assert nino.client.document("cv")["verdict"] == "accept"


def the_rest(stage: Stage, begin: Callable[[], None]) -> list[str]:
    """What no other scenario comes to: both orders, a version that an event did not name, data, fresh workers."""
    begin()
    by_whoever_is_last(stage, "nino", "InspectQueue")
    by_whoever_is_last(stage, "levan", "ScanQueue")
    tamar = applicant(stage, "tamar")
    key = tamar.client.tickets["cv"]["fields"]["key"]
    bucket = stage.physical["IncomingBucket"]
    stored = stage.s3.put_object(Bucket=bucket, Key=key, Body=CV)
    stage.publish(object_created(bucket, key, "", stored["ETag"].strip('"'), len(CV)))
    stage.deliver("InspectQueue")
    assert tamar.client.ask("GET", "/data").status == 200
    tamar.submit()
    runtime.forget()
    stage.calm_down()
    return []


def test_every_right_is_used(tmp_path: Path) -> None:
    used: defaultdict[str, set[tuple[int, str, str]]] = defaultdict(set)
    granted: dict[str, set[tuple[int, str, str]]] = {}
    for scenario in (*SCENARIOS, Scenario("the rest", the_rest, frozenset())):
        with stage_for(tmp_path, None) as sweep:
            sweep.play(scenario)
            assert sweep.report.lost == []
            for function, actions in sweep.stage.used.items():
                used[function] |= actions
            granted = {
                function: {
                    (number, *right)
                    for number, statement in enumerate(sweep.stage.role_of(function))
                    for right in rights_of(statement)
                }
                for function in sweep.stage.functions.values()
            }
    unused = {
        function: sorted(
            (action, row)
            for _, action, row in rights - used[function]
            if action not in BY_LAMBDA_ITSELF and (function, action, row) not in WITH_PROOF_OF_WORK
        )
        for function, rights in granted.items()
    }
    assert {function: actions for function, actions in unused.items() if actions} == {}
