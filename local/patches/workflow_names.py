"""Names of Step Functions executions: idempotent while running, taken once closed.

AWS: StartExecution of a standard workflow with the name and input of a running execution succeeds and returns that
execution; with another input, or once it is closed, it answers ExecutionAlreadyExists; names have 1 to 80 characters
without white space, wildcards, brackets and some others (Step Functions API Reference, "StartExecution").
MiniStack 1.5.33: refuses every second use and accepts any name.
Can go when: `_start_execution` compares status and input.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from ministack.core import responses
from ministack.services import stepfunctions

from local.patches import upstream
from local.settings import Settings

_NAME = re.compile(r"""[^\s\x00-\x1f\x7f-\x9f<>{}\[\]?*"#%\\^|~`$&,;:/]{1,80}""")


def apply(settings: Settings) -> None:
    """Install the patch."""
    upstream.replace(stepfunctions, "_start_execution", ("data",), _idempotent)


def _idempotent(original: Callable[..., Any]) -> Callable[..., Any]:
    def start(data: dict[str, Any]) -> Any:
        name = data.get("name")
        if name is None:
            return original(data)
        if not _NAME.fullmatch(name):
            return responses.error_response_json("InvalidName", f"Invalid Name: '{name}'", 400)
        running = _find(data.get("stateMachineArn", ""), name)
        same_input = running is not None and _value(running["input"]) == _value(data.get("input", "{}"))
        if running is None or running["status"] != "RUNNING" or not same_input:
            return original(data)
        return responses.json_response({"executionArn": running["executionArn"], "startDate": running["startDate"]})

    return start


def _find(state_machine_arn: str, name: str) -> dict[str, Any] | None:
    base = stepfunctions._resolve_state_machine_arn(state_machine_arn)
    if base is None:
        return None
    machine = stepfunctions._state_machines[base]["name"]
    arn = f"arn:aws:states:{responses.get_region()}:{responses.get_account_id()}:execution:{machine}:{name}"
    found: dict[str, Any] | None = stepfunctions._executions.get(arn)
    return found


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
