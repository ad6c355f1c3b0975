"""A Map state takes its concurrency from its input.

AWS: `MaxConcurrencyPath` is a reference path to the concurrency of a Map state, a number from 0 (Step Functions
Developer Guide, "Using Map state in Inline mode"; Amazon States Language specification, "Map State Concurrency").
MiniStack 1.5.33: ignores it, so all items run at once.
Can go when: `_run_map_items` reads it.
"""

from collections.abc import Callable
from typing import Any

from ministack.services import stepfunctions

from local.patches import upstream
from local.settings import Settings

_PATH = "MaxConcurrencyPath"
_input_of = upstream.function(stepfunctions, "_apply_input_path", ("state_def", "data", "ctx"))
_at = upstream.function(stepfunctions, "_resolve_path_or_ctx", ("path", "data", "ctx"))


def apply(settings: Settings) -> None:
    """Install the patch."""
    upstream.replace(stepfunctions, "_run_map_items", ("state_def", "raw_input", "execution", "ctx"), _limited)


def _limited(original: Callable[..., Any]) -> Callable[..., Any]:
    def run(state_def: dict[str, Any], raw_input: Any, execution: Any, ctx: Any) -> Any:
        if _PATH not in state_def:
            return original(state_def, raw_input, execution, ctx)
        most = _at(state_def[_PATH], _input_of(state_def, raw_input, ctx), ctx)
        if isinstance(most, bool) or not isinstance(most, int) or most < 0:
            cause = f"{_PATH} {state_def[_PATH]} must lead to a number from 0, not to {most!r}"
            raise stepfunctions._ExecutionError("States.Runtime", cause)
        return original({**state_def, "MaxConcurrency": most}, raw_input, execution, ctx)

    return run
