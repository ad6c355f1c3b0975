"""Which answers the simulated CloudFormation takes, and how its wait conditions are told."""

import json
from typing import Any

import pytest

from tests.simulation.desk import Desk, both
from tests.simulation.requests import MAX_ANSWER_BYTES


@pytest.mark.parametrize(("extra", "ok"), [(0, True), (1, False)])
def test_an_answer_of_more_than_4096_bytes_fails_the_resource(extra: int, ok: bool) -> None:
    desk = Desk()
    desk.automatic = False
    desk.deploy({"Endpoint": {}}, seconds=5.0)
    event = desk.sent[0][1]
    body = {
        "Status": "SUCCESS",
        "PhysicalResourceId": "x",
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": "Endpoint",
        "Data": {"PointerParameter": ""},
    }
    body["Data"] = {"PointerParameter": "y" * (MAX_ANSWER_BYTES + extra - len(json.dumps(body)))}
    desk.cloudformation.bucket.put(event["ResponseURL"], json.dumps(body).encode())
    desk.automatic = True
    assert desk.wait().status == ("CREATE_COMPLETE" if ok else "ROLLBACK_COMPLETE")


@pytest.mark.parametrize(
    "flaw",
    [
        {"Status": "OK"},
        {"Status": "FAILED", "Reason": ""},
        {"PhysicalResourceId": ""},
        {"PhysicalResourceId": None},
        {"PhysicalResourceId": "x" * 1025},
        {"StackId": "another"},
        {"RequestId": "another"},
        {"LogicalResourceId": "another"},
        {"NoEcho": "true"},
        {"Data": {"PointerParameter": {"nested": "p"}}},
        {"Data": {"PointerParameter": float("nan")}},
    ],
)
def test_an_answer_with_a_flaw_fails_the_resource(flaw: dict[str, Any]) -> None:
    desk = Desk()
    desk.answers["Create Endpoint"] = flaw
    stack = desk.deploy({"Endpoint": {}})
    assert stack.status == "ROLLBACK_COMPLETE"


def test_a_wait_condition_waits_for_its_signal() -> None:
    desk = Desk()
    stack = desk.deploy({**both(), "Wait1": {}}, seconds=40_000.0)
    assert stack.status == "CREATE_IN_PROGRESS"
    assert stack.signal("Wait1", success=True)
    assert not stack.signal("Wait1", success=True)
    assert desk.wait().status == "CREATE_COMPLETE"


def test_a_wait_condition_fails_at_a_failure_and_after_twelve_hours() -> None:
    desk = Desk()
    stack = desk.deploy({**both(), "Wait1": {}})
    assert stack.signal("Wait1", success=False)
    assert desk.wait().status == "ROLLBACK_COMPLETE"
    desk = Desk()
    assert desk.deploy({**both(), "Wait1": {}}, seconds=43_400.0).status == "ROLLBACK_COMPLETE"
