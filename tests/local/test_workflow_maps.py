"""Map states: what an evaluation needs of them."""

import json
from typing import Any

import pytest

from tests.local.account import Account, eventually

SOURCE = """
import os, time
def handler(event, context):
    with open(event["journal"], "a") as journal:
        journal.write("+")
    time.sleep(0.1)
    with open(event["journal"], "a") as journal:
        journal.write("-")
    if event["item"] == "bad":
        raise ValueError("bad item")
    return {"item": event["item"], "index": event["index"]}
"""


def machine(account: Account, name: str, function: str) -> str:
    """A state machine that asks a function about every item, as many at a time as its input says."""
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": function, "Payload.$": "$"},
        "OutputPath": "$.Payload",
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Caught"}],
        "End": True,
    }
    processor = {
        "ProcessorConfig": {"Mode": "INLINE"},
        "StartAt": "Ask",
        "States": {"Ask": task, "Caught": {"Type": "Pass", "OutputPath": "$.error.Error", "End": True}},
    }
    ask = {
        "Type": "Map",
        "ItemsPath": "$.plan.items",
        "MaxConcurrencyPath": "$.plan.most",
        "ItemSelector": {
            "item.$": "$$.Map.Item.Value",
            "index.$": "$$.Map.Item.Index",
            "journal.$": "$.journal",
        },
        "ItemProcessor": processor,
        "ResultPath": "$.answers",
        "End": True,
    }
    definition = json.dumps({"StartAt": "AskAll", "States": {"AskAll": ask}})
    role = account.role(f"{name}-states")
    states = account.client("stepfunctions")
    arn: str = states.create_state_machine(name=name, definition=definition, roleArn=role)["stateMachineArn"]
    return arn


def run(account: Account, arn: str, event: dict[str, Any]) -> dict[str, Any]:
    """An execution once it has ended."""
    states = account.client("stepfunctions")
    execution = states.start_execution(stateMachineArn=arn, input=json.dumps(event))["executionArn"]

    def ended() -> dict[str, Any] | None:
        shown: dict[str, Any] = states.describe_execution(executionArn=execution)
        return None if shown["status"] == "RUNNING" else shown

    return eventually(ended)


def most_at_a_time(journal: str) -> int:
    """Most items that had begun and not ended."""
    under_way = [journal[: end + 1].count("+") - journal[: end + 1].count("-") for end in range(len(journal))]
    return max(under_way)


@pytest.fixture(scope="module")
def mapping(account: Account) -> str:
    """The state machine."""
    return machine(account, "maps", account.function("asked-of-items", SOURCE))


@pytest.mark.parametrize("most", [1, 2])
def test_input_says_how_many_items_run_at_a_time(account: Account, mapping: str, tmp_path: Any, most: int) -> None:
    """No more than MaxConcurrencyPath leads to."""
    journal = tmp_path / "journal"
    event = {"plan": {"items": ["a", "b", "c", "d"], "most": most}, "journal": str(journal)}
    assert run(account, mapping, event)["status"] == "SUCCEEDED"
    assert 1 <= most_at_a_time(journal.read_text()) <= most


def test_item_that_fails_is_caught_where_it_stands(account: Account, mapping: str, tmp_path: Any) -> None:
    """Answers keep the order of the items."""
    event = {"plan": {"items": ["a", "bad", "c"], "most": 3}, "journal": str(tmp_path / "journal")}
    answers = json.loads(run(account, mapping, event)["output"])["answers"]
    assert answers == [{"item": "a", "index": 0}, "ValueError", {"item": "c", "index": 2}]


def test_concurrency_that_is_no_number_fails_the_execution(account: Account, mapping: str, tmp_path: Any) -> None:
    """With the error of paths that do not fit."""
    event = {"plan": {"items": ["a"], "most": "2"}, "journal": str(tmp_path / "journal")}
    assert run(account, mapping, event)["error"] == "States.Runtime"
