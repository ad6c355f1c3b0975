"""Waiting for a task token: errors of the function, timeouts on the simulated clock, tokens that are used up.

AWS (Step Functions Developer Guide, "Wait for a callback with task token" and "Task workflow state"; API Reference,
"SendTaskSuccess"): a task whose function fails fails at once; `TimeoutSeconds` or `TimeoutSecondsPath` bounds the
wait with States.Timeout; a token serves once, and after the task is closed or timed out it answers TaskTimedOut; one
that was never issued answers InvalidToken.
MiniStack 1.5.33: swallows the function's error and waits for ever; ignores `TimeoutSecondsPath`; waits real seconds
although Wait states are scaled; a stopped execution goes on waiting and its token stays good; answers
TaskDoesNotExist.
Can go when: `_invoke_with_callback` does all of that.
"""

import json
import threading
import time
from collections.abc import Callable
from typing import Any

from ministack.core import responses
from ministack.services import stepfunctions

from local.patches import upstream
from local.settings import Settings

_DEFAULT_TIMEOUT_SECONDS = 99_999_999
_STOPPED_POLL_SECONDS = 0.5
_issued: set[str] = set()
_running = threading.local()
_invoke_resource = upstream.function(stepfunctions, "_invoke_resource", ("resource", "input_data"))
_input_path = upstream.function(stepfunctions, "_apply_input_path", ("state_def", "data", "ctx"))
_resolve = upstream.function(stepfunctions, "_resolve_path_or_ctx", ("path", "data", "ctx"))


def apply(settings: Settings) -> None:
    """Install the patch."""
    upstream.replace(stepfunctions, "_execute_task", ("state_def", "raw_input", "execution", "ctx"), _with_timeout_path)

    def make(original: Callable[..., Any]) -> Callable[..., Any]:
        return lambda resource, input_data, token, state_def: _await(settings, resource, input_data, token, state_def)

    upstream.replace(stepfunctions, "_invoke_with_callback", ("resource", "input_data", "token", "state_def"), make)
    for name in ("_send_task_success", "_send_task_failure", "_send_task_heartbeat"):
        upstream.replace(stepfunctions, name, ("data",), _refusing_closed_tasks)


def _with_timeout_path(original: Callable[..., Any]) -> Callable[..., Any]:
    def execute(state_def: dict[str, Any], raw_input: Any, execution: dict[str, Any], ctx: dict[str, Any]) -> Any:
        path = state_def.get("TimeoutSecondsPath")
        if path is not None:
            seconds = _resolve(path, _input_path(state_def, raw_input, ctx), ctx)
            if isinstance(seconds, bool) or not isinstance(seconds, int) or seconds < 1:
                raise stepfunctions._ExecutionError(
                    "States.Runtime", f"TimeoutSecondsPath {path} must be a positive integer, received {seconds!r}"
                )
            state_def = {**state_def, "TimeoutSeconds": seconds}
        _running.execution = execution
        return original(state_def, raw_input, execution, ctx)

    return execute


def _await(settings: Settings, resource: str, input_data: Any, token: str, state_def: dict[str, Any]) -> Any:
    execution = getattr(_running, "execution", None)
    answered = threading.Event()
    _issued.add(token)
    stepfunctions._task_tokens[token] = {"event": answered, "result": None, "error": None, "heartbeat": None}
    try:
        _invoke_resource(resource.replace(".waitForTaskToken", ""), input_data)
        seconds = state_def.get("TimeoutSeconds", _DEFAULT_TIMEOUT_SECONDS)
        if not _wait(answered, execution, settings.real_seconds(seconds)):
            raise stepfunctions._ExecutionError("States.Timeout", f"Task timed out after {seconds} seconds")
        answer = stepfunctions._task_tokens[token]
    finally:
        stepfunctions._task_tokens.pop(token, None)
    if answer["error"]:
        raise stepfunctions._ExecutionError(answer["error"]["Error"], answer["error"]["Cause"])
    return json.loads(answer["result"])


def _wait(answered: threading.Event, execution: dict[str, Any] | None, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0:
        if answered.wait(min(left, _STOPPED_POLL_SECONDS)):
            return True
        if execution is not None and execution["status"] != "RUNNING":
            return False
    return answered.is_set()


def _refusing_closed_tasks(original: Callable[..., Any]) -> Callable[..., Any]:
    def send(data: dict[str, Any]) -> Any:
        token = data.get("taskToken", "")
        if token not in _issued and token not in stepfunctions._task_tokens:
            return responses.error_response_json("InvalidToken", "Invalid Token: 'Invalid token'", 400)
        task = stepfunctions._task_tokens.get(token)
        if task is None or task["event"].is_set():
            message = "Task Timed Out: 'Provided task does not exist anymore'"
            return responses.error_response_json("TaskTimedOut", message, 400)
        if not _is_json(data.get("output", "{}")):
            return responses.error_response_json("InvalidOutput", "Invalid Output: 'must be JSON'", 400)
        return original(data)

    return send


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
