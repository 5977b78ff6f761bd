"""How stand-ins speak on the bus. Nobody but AWS may put events of a source `aws.*`: they have sources of their own,
and the deployed rules are widened by these."""

import json
from typing import Any


def widen_rule(events: Any, rule: str, source: str) -> None:
    """The deployed rule with one more source; its targets and what they are told stay as deployed."""
    pattern = json.loads(events.describe_rule(Name=rule)["EventPattern"])
    if source not in pattern["source"]:
        pattern["source"].append(source)
    events.put_rule(Name=rule, EventPattern=json.dumps(pattern))


def put_event(events: Any, source: str, detail_type: str, resource: str, detail: dict[str, Any]) -> None:
    entry = {"Source": source, "DetailType": detail_type, "Resources": [resource], "Detail": json.dumps(detail)}
    answer = events.put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        raise RuntimeError(f"the event was not taken: {answer['Entries']}")
