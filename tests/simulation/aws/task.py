"""What follows when a task of an execution fails: a retrier of its state, a catcher, or the end.

Source: Step Functions Developer Guide, 'Handling errors in Step Functions workflows'.
"""

from collections.abc import Mapping
from typing import Any

from tests.simulation.aws.execution import Execution, StateError

#: Errors that `States.ALL` and `States.TaskFailed` do not stand for.
_FATAL = frozenset({"States.Runtime", "States.DataLimitExceeded"})


def retry_seconds(execution: Execution, state: Mapping[str, Any], error: StateError) -> float | None:
    """How long until the next try, which is counted; None when no retrier is left for this error."""
    for index, retrier in enumerate(state.get("Retry", ())):
        if matches(retrier, error):
            used = execution.retries.get(index, 0)
            if used >= retrier["MaxAttempts"]:
                return None
            execution.retries[index] = used + 1
            return float(retrier["IntervalSeconds"] * retrier["BackoffRate"] ** used)
    return None


def catcher(state: Mapping[str, Any], error: StateError) -> Mapping[str, Any] | None:
    """Who catches it, or None."""
    return next((item for item in state.get("Catch", ()) if matches(item, error)), None)


def matches(rule: Mapping[str, Any], error: StateError) -> bool:
    """`States.TaskFailed` stands for every error of a task but a timeout, `States.ALL` for those too."""
    names = rule["ErrorEquals"]
    if error.name in names:
        return True
    if error.name in _FATAL:
        return False
    return "States.ALL" in names or ("States.TaskFailed" in names and error.name != "States.Timeout")


def error_of(outcome: Exception) -> dict[str, str]:
    """What Lambda reports of an exception of a function."""
    return {"errorType": type(outcome).__name__, "errorMessage": str(outcome)}
