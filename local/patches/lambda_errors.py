"""Python exceptions of Lambda functions surface with their class and stack trace.

AWS: `errorType` is the name of the exception class, so that Step Functions `Retry` and `Catch` can match it
(Lambda Developer Guide, "Python function errors").
MiniStack 1.5.33: `errorType` is always `Runtime.HandlerError`.
Can go when: `_execute_function_warm` names the class.
"""

from collections.abc import Callable
from typing import Any

from ministack.services import lambda_svc

from local.patches import upstream
from local.settings import Settings

_HEAD = "Traceback (most recent call last)"


def apply(settings: Settings) -> None:
    """Install the patch."""
    upstream.replace(lambda_svc, "_execute_function_warm", ("func", "event", "request_id"), _with_class)


def _with_class(original: Callable[..., Any]) -> Callable[..., Any]:
    def execute(func: dict[str, Any], event: Any, request_id: str) -> dict[str, Any]:
        result: dict[str, Any] = original(func, event, request_id)
        body = result.get("body")
        if result.get("error") and isinstance(body, dict) and body.get("errorType") == "Runtime.HandlerError":
            body.update(describe(result.get("log") or ""))
        return result

    return execute


def describe(log: str) -> dict[str, Any]:
    """`errorType` and `stackTrace` of the last traceback in a log; empty if there is none."""
    lines = log.splitlines()
    heads = [number for number, line in enumerate(lines) if line.startswith(_HEAD)]
    if not heads:
        return {}
    tail = lines[heads[-1] + 1 :]
    frames = [line + "\n" for line in tail if line.startswith("  ")]
    raised = next((line for line in tail if line and not line.startswith(" ")), "")
    name = raised.split(":", 1)[0].rsplit(".", 1)[-1]
    return {"errorType": name, "stackTrace": frames} if name else {}
