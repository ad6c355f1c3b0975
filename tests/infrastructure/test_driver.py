"""The driver's state machine tells the story: decide, do one thing, look again, until all is settled."""

import json
from typing import Any

import pytest

from finetuning.lifecycle import Action
from stacks.constructs import driver_definition
from tests.infrastructure.synthesis import Synthesis

STATES: dict[str, Any] = driver_definition.definition()["States"]
TASKS = {name: state for name, state in STATES.items() if state["Type"] == "Task"}


def test_every_action_of_the_lifecycle_is_a_state() -> None:
    """What the decision can name, the state machine can do, and the choice leads there."""
    actions = {str(action) for action in Action}
    assert actions <= set(STATES)
    assert {choice["StringEquals"]: choice["Next"] for choice in STATES["WhatNext"]["Choices"]} == {
        action: action for action in {*actions, "Decide"}
    }


def test_unknown_step_is_recorded_and_fails() -> None:
    """A function that is newer than the state machine does not crash it."""
    assert STATES["WhatNext"]["Default"] == "UnknownStep"
    assert STATES["UnknownStep"]["ResultPath"] == "$.error"
    assert STATES["UnknownStep"]["Next"] == "RecordFailure"


def test_every_transition_leads_to_a_state() -> None:
    """No state is missing, and none is unreachable."""
    reached = {driver_definition.definition()["StartAt"]}
    for state in STATES.values():
        reached |= {state[key] for key in ("Next", "Default") if key in state}
        reached |= {branch["Next"] for key in ("Choices", "Catch") for branch in state.get(key, [])}
    assert reached == set(STATES)


@pytest.mark.parametrize("name", [name for name in TASKS if name not in ("AwaitCustomizationJob", "RecordFailure")])
def test_step_names_itself_and_lets_the_function_name_the_next(name: str) -> None:
    """The payload is the contract with the driver function."""
    state = STATES[name]
    assert state["Parameters"] == {"step": name, "model.$": "$.model", "execution.$": "$.execution"}
    assert (state["Resource"], state["Next"]) == ("${DriverFunctionArn}", "WhatNext")


@pytest.mark.parametrize("name", TASKS)
def test_step_retries_and_then_records_the_failure(name: str) -> None:
    """Lambda's transient errors first, then three more tries, then the registry is told."""
    transient, failed = TASKS[name]["Retry"]
    assert "Lambda.TooManyRequestsException" in transient["ErrorEquals"]
    assert (failed["ErrorEquals"], failed["MaxAttempts"]) == (["States.TaskFailed"], 3)
    last = TASKS[name]["Catch"][-1]
    assert last["ErrorEquals"] == ["States.ALL"]
    assert last["Next"] == ("NotSettled" if name == "RecordFailure" else "RecordFailure")
    assert last["ResultPath"] == "$.error"


def test_waiting_for_the_job_parks_on_a_token_and_polls_at_last() -> None:
    """The event wakes it within seconds; without an event the timeout turns into a look."""
    state = STATES["AwaitCustomizationJob"]
    assert state["Resource"] == "arn:aws:states:::lambda:invoke.waitForTaskToken"
    assert state["Parameters"]["Payload"]["token.$"] == "$$.Task.Token"
    assert state["Parameters"]["Payload"]["step"] == "AwaitCustomizationJob"
    assert state["TimeoutSecondsPath"] == "$.wait_seconds"
    assert (state["ResultPath"], state["Next"]) == (None, "Decide")
    assert state["Catch"][0] == {"ErrorEquals": ["States.Timeout"], "ResultPath": None, "Next": "Decide"}


def test_waiting_for_a_change_looks_again() -> None:
    """Throughput sends no events."""
    assert STATES["AwaitChange"] == {"Type": "Wait", "SecondsPath": "$.wait_seconds", "Next": "Decide"}


def test_failure_carries_its_error_and_ends_unsettled() -> None:
    """The registry gets the reason, and the execution fails so that the sweep sees it."""
    assert STATES["RecordFailure"]["Parameters"]["error.$"] == "$.error"
    assert STATES["RecordFailure"]["Next"] == "NotSettled"
    assert STATES["NotSettled"]["Type"] == "Fail"
    assert STATES["Settled"] == {"Type": "Succeed"}


def test_deployed_definition_is_this_one(each: Synthesis) -> None:
    """Only the function's ARN is filled in."""
    machine = each.only("Control", "AWS::StepFunctions::StateMachine", "Driver")
    assert json.loads(machine["DefinitionString"]) == driver_definition.definition()
    (driver,) = [i for i in each.resources("Control", "AWS::Lambda::Function") if i.startswith("DriverFunction")]
    assert machine["DefinitionSubstitutions"] == {"DriverFunctionArn": {"Fn::GetAtt": [driver, "Arn"]}}


def test_executions_are_logged_without_their_data(each: Synthesis) -> None:
    """Everything is logged but inputs and outputs; traces are on (control S13)."""
    machine = each.only("Control", "AWS::StepFunctions::StateMachine", "Driver")
    assert machine["LoggingConfiguration"]["Level"] == "ALL"
    assert machine["LoggingConfiguration"].get("IncludeExecutionData", False) is False
    assert machine["TracingConfiguration"] == {"Enabled": True}


def test_no_pre_signed_url_can_reach_the_state_machine() -> None:
    """A ResponseURL in an execution's history would be a credential for 90 days (invariant I7)."""
    assert "ResponseURL" not in json.dumps(driver_definition.definition())


def test_state_machine_is_assumed_for_this_account_only(dev: Synthesis) -> None:
    """Step Functions, for state machines of this account and Region."""
    (statement,) = dev.only("Control", "AWS::IAM::Role", "DriverRole")["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "states.amazonaws.com"}
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "111122223333"},
        "ArnLike": {"aws:SourceArn": "arn:aws:states:us-east-1:111122223333:stateMachine:*"},
    }
