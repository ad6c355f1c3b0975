"""The evaluation's story, in the Amazon States Language: plan, answer in parallel, grade, and give a verdict.

Every step may run twice: answers and grades that are saved are not asked for again, and so a step that ran out of time
is simply tried again. Whatever fails for good ends in `GiveUp`, because a candidate without a verdict would wait.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from stacks.constructs.lambda_errors import TRANSIENT

#: Replaced by the function's ARN in the stack.
FUNCTION = "${EvaluationFunctionArn}"
#: More than the 24 hours that an evaluation may be given; the steps keep the time that it was given.
TIMEOUT_SECONDS = 25 * 3600

#: What another try does not mend.
_FINAL = (
    "AccessDeniedException",
    "EvaluationOverdueError",
    "JudgeIsBaseModelError",
    "NotWantedError",
    "NothingToAskError",
    "TestRecordsError",
)
_RETRY: Sequence[Mapping[str, Any]] = (
    {"ErrorEquals": list(_FINAL), "MaxAttempts": 0},
    {"ErrorEquals": list(TRANSIENT), "IntervalSeconds": 2, "MaxAttempts": 6, "BackoffRate": 2},
    # Too little of the function's 15 minutes is left for an answer of five: go on. Each invocation answers one of a
    # batch's 20 records at least.
    {"ErrorEquals": ["OutOfTimeError"], "IntervalSeconds": 1, "MaxAttempts": 100, "BackoffRate": 1},
    # Too much is asked at once, an endpoint is not known yet: half an hour of tries.
    {
        "ErrorEquals": ["TooManyRequestsError", "NotServedError", "TransientError"],
        "IntervalSeconds": 15,
        "MaxAttempts": 10,
        "BackoffRate": 2,
        "MaxDelaySeconds": 300,
        "JitterStrategy": "FULL",
    },
    {"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 5, "MaxAttempts": 3, "BackoffRate": 2},
)
_GIVE_UP: Mapping[str, Any] = {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "GiveUp"}
_SUBJECT: Mapping[str, str] = {f"{name}.$": f"$.{name}" for name in ("model", "generation", "evaluation", "attempt")}


def definition() -> dict[str, Any]:
    """Return the state machine's definition."""
    return {
        "Comment": "Asks a candidate and what it is compared with, and gives a verdict",
        "StartAt": "Prepare",
        "TimeoutSeconds": TIMEOUT_SECONDS,
        "States": {
            "Prepare": _task("Prepare", result="$.plan", following="AnswerAll"),
            "AnswerAll": _map("Answer", items="$.plan.items", following="WhoGrades"),
            "WhoGrades": _who_grades(),
            "GradeAll": _map("Grade", items="$.plan.graded", following="Score"),
            "AwaitJudge": _task("AwaitJudge", result="$.judge", following="IsGraded"),
            "IsGraded": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.judge.done", "BooleanEquals": True, "Next": "Score"}],
                "Default": "WaitForJudge",
            },
            "WaitForJudge": {"Type": "Wait", "SecondsPath": "$.judge.wait_seconds", "Next": "AwaitJudge"},
            "Score": _task("Score", result=None, following="Judged"),
            "GiveUp": _give_up(),
            "Judged": {"Type": "Succeed"},
        },
    }


def _task(step: str, *, result: str | None, following: str) -> dict[str, Any]:
    return {
        "Type": "Task",
        "Resource": FUNCTION,
        "Parameters": {"step": step, **_SUBJECT},
        "ResultPath": result,
        "Retry": [dict(retry) for retry in _RETRY],
        "Catch": [dict(_GIVE_UP)],
        "Next": following,
    }


def _map(step: str, *, items: str, following: str) -> dict[str, Any]:
    """A step for each batch of each subject, as many at a time as the endpoint takes."""
    item = {"subject.$": "$$.Map.Item.Value.subject", "batch.$": "$$.Map.Item.Value.batch"}
    return {
        "Type": "Map",
        "ItemsPath": items,
        "MaxConcurrencyPath": "$.plan.concurrency",
        "ItemSelector": {"step": step, **_SUBJECT, **item},
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "INLINE"},
            "StartAt": step,
            "States": {
                step: {
                    "Type": "Task",
                    "Resource": FUNCTION,
                    "Retry": [dict(retry) for retry in _RETRY],
                    "End": True,
                }
            },
        },
        "ResultPath": None,
        "Catch": [dict(_GIVE_UP)],
        "Next": following,
    }


def _who_grades() -> dict[str, Any]:
    return {
        "Type": "Choice",
        "Choices": [
            {"Variable": "$.plan.grading", "StringEquals": "converse", "Next": "GradeAll"},
            {"Variable": "$.plan.grading", "StringEquals": "evaluation_job", "Next": "AwaitJudge"},
        ],
        "Default": "Score",
    }


def _give_up() -> dict[str, Any]:
    """The last step; what fails here fails the execution, which an alarm tells of and a redrive goes on with."""
    return {
        "Type": "Task",
        "Resource": FUNCTION,
        "Parameters": {"step": "GiveUp", **_SUBJECT, "error.$": "$.error"},
        "ResultPath": None,
        "Retry": [dict(retry) for retry in _RETRY],
        "Next": "Judged",
    }
