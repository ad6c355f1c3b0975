"""EventBridge rules and Lambda functions."""

import json
from pathlib import Path
from typing import Any

from tests.local.account import Account, eventually, journal

SOURCE = """
import json
def handler(event, context):
    detail = event["detail"]
    with open(detail["journal"], "a") as journal:
        journal.write(json.dumps(event) + "\\n")
    if detail.get("raise"):
        raise ValueError("no")
"""


def rule(account: Account, name: str, function: str, queue: str) -> str:
    """A rule for events of source `test.<name>` with a dead-letter queue; returns its ARN."""
    events = account.client("events")
    arn: str = events.put_rule(Name=name, EventPattern=json.dumps({"source": [f"test.{name}"]}))["RuleArn"]
    events.put_targets(Rule=name, Targets=[{"Id": "f", "Arn": function, "DeadLetterConfig": {"Arn": queue}}])
    return arn


def queue(account: Account, name: str) -> tuple[str, str]:
    """A queue's URL and ARN."""
    sqs = account.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


def put(account: Account, name: str, detail: dict[str, Any]) -> None:
    """Put an event of source `test.<name>`."""
    entry = {"Source": f"test.{name}", "DetailType": "t", "Detail": json.dumps(detail)}
    account.client("events").put_events(Entries=[entry])


def received(account: Account, url: str) -> dict[str, Any]:
    """The body of the message in a queue."""
    sqs = account.client("sqs")
    message = eventually(lambda: sqs.receive_message(QueueUrl=url).get("Messages"))[0]
    body: dict[str, Any] = json.loads(message["Body"])
    return body


def permit(account: Account, function: str, rule_arn: str) -> None:
    """Let a rule invoke a function."""
    account.client("lambda").add_permission(
        FunctionName=function,
        StatementId="rule",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule_arn,
    )


def test_event_without_permission_goes_to_the_dead_letter_queue(account: Account, tmp_path: Path) -> None:
    """A function that does not permit the rule is not invoked."""
    function = account.function("unpermitted", SOURCE)
    url, arn = queue(account, "unpermitted")
    rule(account, "unpermitted", function, arn)
    permit(account, function, "arn:aws:events:us-west-2:000000000000:rule/another")
    put(account, "unpermitted", {"journal": str(tmp_path / "journal")})
    assert received(account, url)["source"] == "test.unpermitted"
    assert journal(tmp_path / "journal") == []


def test_event_with_permission_reaches_the_function(account: Account, tmp_path: Path) -> None:
    """A permitted rule invokes the function."""
    function = account.function("permitted", SOURCE)
    _, arn = queue(account, "permitted")
    permit(account, function, rule(account, "permitted", function, arn))
    put(account, "permitted", {"journal": str(tmp_path / "journal")})
    assert eventually(lambda: journal(tmp_path / "journal"))[0]["source"] == "test.permitted"


def test_event_whose_function_raises_is_retried_twice(account: Account, tmp_path: Path) -> None:
    """Three attempts, then the function's on-failure destination."""
    function = account.function("raising-target", SOURCE)
    url, arn = queue(account, "raising-target")
    permit(account, function, rule(account, "raising-target", function, arn))
    account.client("lambda").put_function_event_invoke_config(
        FunctionName="raising-target", DestinationConfig={"OnFailure": {"Destination": arn}}
    )
    put(account, "raising-target", {"journal": str(tmp_path / "journal"), "raise": True})
    assert received(account, url)["responsePayload"]["errorType"] == "ValueError"
    assert len(journal(tmp_path / "journal")) == 3


def test_event_older_than_its_maximum_age_is_given_up(account: Account, tmp_path: Path) -> None:
    """Retries come after 60 and 180 simulated seconds, so an event of at most 90 seconds is tried twice."""
    function = account.function("short-lived", SOURCE)
    url, arn = queue(account, "short-lived")
    client = account.client("lambda")
    client.put_function_event_invoke_config(
        FunctionName=function, MaximumEventAgeInSeconds=90, DestinationConfig={"OnFailure": {"Destination": arn}}
    )
    event = {"detail": {"journal": str(tmp_path / "journal"), "raise": True}}
    client.invoke(FunctionName=function, InvocationType="Event", Payload=json.dumps(event))
    assert received(account, url)["requestPayload"] == event
    assert len(journal(tmp_path / "journal")) == 2
