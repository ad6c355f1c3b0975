"""Faults of Lambda functions and of what is delivered to them."""

import json
from pathlib import Path
from typing import Any

import pytest

from local.faults.client import FaultsClient
from local.faults.functions import inode_of
from tests.local.account import Account, eventually, journal

#: Writes down what it is sent; then says whether a parameter is there already, puts it, and says that it has.
SOURCE = """
import json
import boto3

def handler(event, context):
    def note(what):
        with open({path!r}, "a") as journal:
            journal.write(json.dumps(what) + "\\n")
    note(event.get("detail", event))
    if "put" in event:
        ssm = boto3.client("ssm")
        note("there" if ssm.get_parameters(Names=[event["put"]])["Parameters"] else "not there")
        ssm.put_parameter(Name=event["put"], Value="1", Type="String", Overwrite=True)
        note("put")
    return "done"
"""


class Noting:
    """A function that writes down what it is sent."""

    def __init__(self, account: Account, name: str, path: Path) -> None:
        self.account, self.name, self.path = account, name, path
        self.arn = account.function(name, SOURCE.format(path=str(path)))

    def seen(self, count: int) -> list[Any]:
        """What it was sent, once it was sent so much."""
        return eventually(lambda: entries if len(entries := journal(self.path)) >= count else None)

    def invoke(self, event: Any, kind: str = "RequestResponse") -> Any:
        """Invoke it; the response."""
        return self.account.client("lambda").invoke(
            FunctionName=self.name, InvocationType=kind, Payload=json.dumps(event)
        )


@pytest.fixture
def noting(account: Account, tmp_path: Path, request: pytest.FixtureRequest) -> Noting:
    """A function of its own for each test."""
    return Noting(account, request.node.name.replace("[", "-").replace("]", ""), tmp_path / "journal")


@pytest.mark.parametrize(("when", "found"), [("before", "not there"), ("after", "there")])
def test_function_is_killed_at_its_call(faults: FaultsClient, noting: Noting, when: str, found: str) -> None:
    """It dies before or after the effect, and an asynchronous event is tried again, which finds what was left."""
    event = {"put": f"/killed/{when}"}
    faults.set({"operation": "ssm:PutParameter", "what": "kill", "when": when})
    noting.invoke(event, "Event")
    assert noting.seen(5) == [event, "not there", event, found, "put"]
    assert faults.shown()["struck"] == ["kill ssm:PutParameter"]


def test_caller_is_told_from_others_that_have_its_port() -> None:
    """The kernel gives one port to several connections, if they go to different ports, and lists what is over."""
    table = """
      sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
       0: 0100007F:9C40 0100007F:11D8 01 00000000:00000000 00:00000000 00000000  1000        0 111 1 0 20 4 30 10 -1
       1: 0100007F:9C40 0100007F:11D7 06 00000000:00000000 03:00000A5C 00000000     0        0 0 3 0
       2: 0100007F:11D7 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 222 1 0 20 4 30 10 -1
       3: 0100007F:9C40 0100007F:11D7 01 00000000:00000000 00:00000000 00000000  1000        0 333 1 0 20 4 30 10 -1
    """.strip()
    assert inode_of(table, (40000, 4567)) == "333"
    assert inode_of(table, (40000, 4568)) == "111"
    assert inode_of(table, (40001, 4567)) == ""


def test_call_of_one_function_is_told_from_those_of_others(
    faults: FaultsClient, account: Account, noting: Noting
) -> None:
    """The handler is found by the connection; the same call by somebody else is not counted."""
    faults.set({"operation": "ssm:PutParameter", "what": "error", "function": "index"})
    account.client("ssm").put_parameter(Name="/by/somebody", Value="1", Type="String", Overwrite=True)
    assert faults.shown()["rules"][0]["seen"] == 0
    noting.invoke({"put": "/by/function"})
    assert faults.shown()["struck"] == ["error ssm:PutParameter"]


def test_invocation_fails_before_it_runs(faults: FaultsClient, noting: Noting) -> None:
    """As with an import error: the handler never sees the event."""
    faults.set({"operation": "lambda:invocation", "what": "error", "code": "Runtime.ImportModuleError"})
    response = noting.invoke({})
    assert response["FunctionError"] == "Unhandled"
    assert json.load(response["Payload"])["errorType"] == "Runtime.ImportModuleError"
    assert journal(noting.path) == []
    assert json.load(noting.invoke({})["Payload"]) == "done"


def test_invocation_is_lost_after_it_ran(faults: FaultsClient, noting: Noting) -> None:
    """As with a timeout after all was done."""
    faults.set({"operation": "lambda:invocation", "what": "lost", "contains": "number"})
    assert "FunctionError" in noting.invoke({"number": 1})
    assert journal(noting.path) == [{"number": 1}]


def test_dropped_invocation_goes_to_the_destination(faults: FaultsClient, account: Account, noting: Noting) -> None:
    """As when its event has waited too long: no attempt, and the on-failure destination hears of it."""
    sqs = account.client("sqs")
    url = sqs.create_queue(QueueName="dropped")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    account.client("lambda").put_function_event_invoke_config(
        FunctionName=noting.name, DestinationConfig={"OnFailure": {"Destination": arn}}
    )
    faults.set({"operation": "lambda:delivery", "what": "drop"})
    noting.invoke({"number": 1}, "Event")
    (message,) = eventually(lambda: sqs.receive_message(QueueUrl=url).get("Messages"))
    assert json.loads(message["Body"])["requestPayload"] == {"number": 1}
    assert journal(noting.path) == []


def test_invocation_is_delivered_twice(faults: FaultsClient, noting: Noting) -> None:
    """At least once, as Lambda promises."""
    faults.set({"operation": "lambda:delivery", "what": "duplicate"})
    noting.invoke({"number": 1}, "Event")
    assert noting.seen(2) == [{"number": 1}, {"number": 1}]


@pytest.fixture
def told(account: Account, noting: Noting) -> Noting:
    """The function as the target of a rule."""
    events, name = account.client("events"), noting.name
    rule = events.put_rule(Name=name, EventPattern=json.dumps({"source": [name]}))["RuleArn"]
    events.put_targets(Rule=name, Targets=[{"Id": "function", "Arn": noting.arn}])
    account.client("lambda").add_permission(
        FunctionName=name,
        StatementId="rule",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
        SourceArn=rule,
    )
    return noting


def tell(noting: Noting, *numbers: int) -> None:
    """Put events, one after the other."""
    for number in numbers:
        entry = {"Source": noting.name, "DetailType": "test", "Detail": json.dumps({"number": number})}
        noting.account.client("events").put_events(Entries=[entry])


@pytest.mark.parametrize(
    ("what", "expected"), [("drop", [2, 3]), ("duplicate", [1, 1, 2, 3]), ("reorder", [1, 2, 3]), ("delay", [1, 2, 3])]
)
def test_events(faults: FaultsClient, told: Noting, what: str, expected: list[int]) -> None:
    """The first of three events is dropped, comes twice, or comes all the same (in which order, see below)."""
    faults.set({"operation": "events:delivery", "what": what, "seconds": 0.3})
    tell(told, 1, 2, 3)
    told.seen(len(expected))
    assert sorted(entry["number"] for entry in journal(told.path)) == expected
    assert faults.shown()["struck"] == [f"{what} events:delivery"]


def test_reordered_event_that_nothing_follows_comes_late(faults: FaultsClient, told: Noting) -> None:
    """It is held back no longer than its seconds."""
    faults.set({"operation": "events:delivery", "what": "reorder", "seconds": 0.3})
    tell(told, 1)
    assert told.seen(1) == [{"number": 1}]
