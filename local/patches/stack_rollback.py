"""A rollback undoes custom resources as CloudFormation does: Delete for failed creations, Update for replacements.

AWS: a resource whose creation failed is deleted with the physical id of its FAILED response; a custom resource that
was replaced in the failed update is first sent Update with the properties of before, and then, if it answers with
another physical id, Delete for the id it leaves (CloudFormation User Guide, "Custom resource request types";
aws/aws-cdk #29581).
MiniStack 1.5.33: sends nothing for failed creations, and only the Delete for replacements.
Can go when: `_roll_back_operation` sends both.
"""

from collections.abc import Callable
from typing import Any

from ministack.core import concurrency
from ministack.services.cloudformation import handlers, stacks

from local.patches import upstream
from local.settings import Settings

_update = upstream.function(
    stacks,
    "_update_resource",
    ("resource_type", "physical_id", "old_props", "new_props", "stack_name", "logical_id", "old_attrs"),
)


def apply(settings: Settings) -> None:
    """Install the patch."""
    parameters = ("stack_name", "stack_id", "stack", "operation", "reason_override")
    upstream.replace(stacks, "_roll_back_operation", parameters, _with_custom_resources)
    # RollbackStack imports the function by name.
    upstream.attribute(handlers, "_roll_back_operation")
    handlers._roll_back_operation = stacks._roll_back_operation


def _with_custom_resources(original: Callable[..., Any]) -> Callable[..., Any]:
    async def roll_back(
        stack_name: str, stack_id: str, stack: dict[str, Any], operation: dict[str, Any], reason_override: str = ""
    ) -> None:
        _include_failed_creation(stack, operation)
        if operation.get("is_update"):
            stack["StackStatus"] = "UPDATE_ROLLBACK_IN_PROGRESS"
        await _revert_replacements(stack_name, stack_id, stack, operation)
        await original(stack_name, stack_id, stack, operation, reason_override)

    return roll_back


def _is_custom(resource: dict[str, Any]) -> bool:
    kind: str = resource.get("ResourceType", "")
    return kind.startswith("Custom::") or kind == "AWS::CloudFormation::CustomResource"


def _include_failed_creation(stack: dict[str, Any], operation: dict[str, Any]) -> None:
    logical_id = operation.get("failed_logical_id")
    resource = stack.get("_resources", {}).get(logical_id)
    if resource and _is_custom(resource) and resource.get("ResourceStatus") == "CREATE_FAILED":
        operation["created"] = [*operation.get("created", []), logical_id]


async def _revert_replacements(
    stack_name: str, stack_id: str, stack: dict[str, Any], operation: dict[str, Any]
) -> None:
    before = (operation.get("previous_stack") or {}).get("_resources", {})
    now = stack.get("_resources", {})
    for logical_id in list(operation.get("created", [])):
        resource, previous = now[logical_id], before.get(logical_id)
        if not previous or not _is_custom(resource) or previous["PhysicalResourceId"] == resource["PhysicalResourceId"]:
            continue
        kind, left = resource["ResourceType"], resource["PhysicalResourceId"]
        stacks._add_event(stack_id, stack_name, logical_id, kind, "UPDATE_IN_PROGRESS", physical_id=left)
        try:
            back_to, attributes = await concurrency.run_reentrant(
                _update, kind, left, resource["Properties"], previous["Properties"], stack_name, logical_id, None
            )
        except Exception as error:
            # The Delete that follows cleans up; what stood before was never deleted.
            stacks._add_event(stack_id, stack_name, logical_id, kind, "UPDATE_FAILED", str(error), left)
            continue
        stacks._add_event(stack_id, stack_name, logical_id, kind, "UPDATE_COMPLETE", physical_id=back_to)
        previous.update(PhysicalResourceId=back_to, Attributes=attributes or previous.get("Attributes", {}))
        if back_to == left:
            operation["created"] = [name for name in operation["created"] if name != logical_id]
