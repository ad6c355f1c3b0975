"""An export that another stack imports can be neither changed nor removed.

AWS: "You can't delete a stack if another stack references one of its outputs" and "You can't modify or remove an
output value that is referenced by another stack" (CloudFormation User Guide, "Get exported outputs from a deployed
CloudFormation stack"); the update fails and rolls back.
MiniStack 1.5.33: changes the value under the importer; a removed export stays for ever.
Can go when: `_deploy_stack_async` compares old and new exports.
"""

from collections.abc import Callable
from typing import Any

from ministack.services import cloudformation
from ministack.services.cloudformation import handlers, stacks

from local.patches import upstream
from local.settings import Settings

_imported = upstream.function(handlers, "_imported_export_names", ("stack", "stack_name"))


def apply(settings: Settings) -> None:
    """Install the patch."""
    parameters = (
        "outputs_defs",
        "conditions",
        "resources",
        "param_values",
        "mappings",
        "stack_name",
        "stack_id",
    )
    upstream.replace(stacks, "_resolve_stack_outputs", parameters, _with_check)


def _with_check(original: Callable[..., Any]) -> Callable[..., Any]:
    def resolve(*arguments: Any) -> tuple[list[dict[str, Any]], dict[str, dict[str, Any]]]:
        outputs, exports = original(*arguments)
        stack_id = arguments[-1]
        held = {name: export for name, export in cloudformation._exports.items() if export["StackId"] == stack_id}
        for name, export in held.items():
            if name in exports and exports[name]["Value"] == export["Value"]:
                continue
            _refuse_if_imported(name, "deleted" if name not in exports else "updated")
        for name in held.keys() - exports.keys():
            cloudformation._exports.pop(name)
        return outputs, exports

    return resolve


def _refuse_if_imported(name: str, verb: str) -> None:
    importers = sorted(
        stack_name
        for stack_name, stack in cloudformation._stacks.items()
        if stack.get("StackStatus") not in ("DELETE_COMPLETE", "REVIEW_IN_PROGRESS")
        and name in _imported(stack, stack_name)
    )
    if importers:
        raise ValueError(f"Export {name} cannot be {verb} as it is in use by {', '.join(importers)}")
