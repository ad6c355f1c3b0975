"""The driver's story, in the Amazon States Language: decide, do one thing, look again, until all is settled.

The decision is made by `finetuning.lifecycle` in the driver function; the states only carry it out. It is written as
plain data and not with the task constructs, whose grants include every version of the function.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from stacks.constructs.lambda_errors import TRANSIENT

#: Replaced by the function's ARN in the stack.
FUNCTION = "${DriverFunctionArn}"

#: Steps that do one thing and name the next state themselves.
STEPS = (
    "StartCustomizationJob",
    "StopCustomizationJob",
    "DeleteCustomModel",
    "CreateEndpoint",
    "SwapModel",
    "DeleteEndpoint",
    "Retag",
    "PublishPointer",
    "SignalStack",
    "JudgeTraining",
    "OpenEvaluation",
    "Evaluate",
    "GiveUpEvaluation",
    "RejectModel",
    "IssueManifest",
    "HoldModel",
    "ReleaseModel",
)

_RETRY: Sequence[Mapping[str, Any]] = (
    {"ErrorEquals": list(TRANSIENT), "IntervalSeconds": 2, "MaxAttempts": 6, "BackoffRate": 2},
    {"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 5, "MaxAttempts": 3, "BackoffRate": 2},
)
_GIVE_UP: Mapping[str, Any] = {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "RecordFailure"}


def definition(partition: str = "aws") -> dict[str, Any]:
    """Return the state machine's definition for a partition of AWS."""
    return {
        "Comment": "Moves one model from what was observed to what is wanted",
        "StartAt": "Decide",
        "States": {
            "Decide": _step("Decide"),
            "WhatNext": _what_next(),
            **{name: _step(name) for name in STEPS},
            "AwaitCustomizationJob": _await_customization_job(partition),
            "AwaitChange": {"Type": "Wait", "SecondsPath": "$.wait_seconds", "Next": "Decide"},
            "Settled": {"Type": "Succeed"},
            "UnknownStep": _unknown_step(),
            "RecordFailure": _record_failure(),
            "NotSettled": {
                "Type": "Fail",
                "Error": "NotSettled",
                "Cause": "The registry has the reason: python -m ops status",
            },
        },
    }


def _what_next() -> dict[str, Any]:
    destinations = ("Decide", *STEPS, "AwaitCustomizationJob", "AwaitChange", "Settled")
    choices = [{"Variable": "$.next", "StringEquals": name, "Next": name} for name in destinations]
    return {"Type": "Choice", "Choices": choices, "Default": "UnknownStep"}


def _step(name: str) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": FUNCTION,
        "Parameters": _payload(name),
        "Retry": list(_RETRY),
        "Catch": [dict(_GIVE_UP)],
        "Next": "WhatNext",
    }


def _await_customization_job(partition: str) -> dict[str, Any]:
    """Park until the job-state event or, because events are best effort, until it is time to look."""
    return {
        "Type": "Task",
        "Resource": f"arn:{partition}:states:::lambda:invoke.waitForTaskToken",
        "Parameters": {
            "FunctionName": FUNCTION,
            "Payload": {**_payload("AwaitCustomizationJob"), "token.$": "$$.Task.Token"},
        },
        "TimeoutSecondsPath": "$.wait_seconds",
        "ResultPath": None,
        "Retry": list(_RETRY),
        "Catch": [{"ErrorEquals": ["States.Timeout"], "ResultPath": None, "Next": "Decide"}, dict(_GIVE_UP)],
        "Next": "Decide",
    }


def _unknown_step() -> dict[str, Any]:
    """A step that this definition does not know is a failure to record, not one to crash on."""
    return {
        "Type": "Pass",
        "Parameters": {"Error": "UnknownStep", "Cause.$": "States.Format('there is no state {}', $.next)"},
        "ResultPath": "$.error",
        "Next": "RecordFailure",
    }


def _record_failure() -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": FUNCTION,
        "Parameters": {**_payload("RecordFailure"), "error.$": "$.error"},
        "Retry": list(_RETRY),
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "NotSettled"}],
        "Next": "NotSettled",
    }


def _payload(step: str) -> dict[str, str]:
    return {"step": step, "model.$": "$.model", "execution.$": "$.execution"}
