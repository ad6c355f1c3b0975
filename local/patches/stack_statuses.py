"""What a stack and its resources are doing can be asked while they do it.

AWS: DescribeStackResource shows a resource from the start of its creation (CREATE_IN_PROGRESS, also in an update that
adds it) to the end of its deletion, with the status of its last event (CloudFormation User Guide, "Stack status
codes"; API Reference, "DescribeStackResource"); an update deletes replaced and removed resources in
UPDATE_COMPLETE_CLEANUP_IN_PROGRESS; "for deleted stacks, you must specify the unique stack ID" (DescribeStacks), also
when a later stack has taken the name; a cancelled update does not wait for the resource that it is changing.
MiniStack 1.5.33: shows a resource once it is complete, with the status of the last complete operation; calls every
resource of an update UPDATE_IN_PROGRESS; cleans up in UPDATE_IN_PROGRESS, without events; forgets a deleted stack when
its name is used again.
Not documented, so our choice: a replaced resource stays UPDATE_COMPLETE while its old physical resource is deleted.
Can go when: `_add_event` keeps the status of resources in progress.
"""

import contextvars
from collections.abc import Callable
from typing import Any

from ministack.core import responses
from ministack.services import cloudformation
from ministack.services.cloudformation import handlers, stacks

from local.patches import upstream
from local.settings import Settings

Record = dict[str, Any]
_EVENT = (
    "stack_id",
    "stack_name",
    "logical_id",
    "resource_type",
    "status",
    "reason",
    "physical_id",
    "detailed_status",
)
_DELETE = ("resource_type", "physical_id", "props", "stack_name", "logical_id")
_DESCRIBING = ("DescribeStackResource", "DescribeStackResources", "ListStackResources")
_KEPT = "_local_statuses"
_describing: contextvars.ContextVar[bool] = contextvars.ContextVar("local_describing", default=False)


def apply(settings: Settings) -> None:
    """Install the patch."""
    upstream.replace(stacks, "_add_event", _EVENT, _with_statuses)
    upstream.replace(stacks, "_delete_resource", _DELETE, _with_clean_up)
    upstream.replace(handlers, "_resolve_stack", ("stack_name",), _with_resources_in_progress)
    for action in _DESCRIBING:
        original = upstream.entry(handlers._ACTION_HANDLERS, action, "_ACTION_HANDLERS")
        handlers._ACTION_HANDLERS[action] = _described(original)


def is_cancelled(stack_name: str) -> bool:
    """Whether the running update of a stack has been cancelled."""
    stack = cloudformation._stacks.get(stack_name) or {}
    return bool(stack.get("_cancel_requested")) and stack.get("StackStatus") == "UPDATE_IN_PROGRESS"


def _with_statuses(original: Callable[..., None]) -> Callable[..., None]:
    def add_event(
        stack_id: str,
        stack_name: str,
        logical_id: str,
        resource_type: str,
        status: str,
        reason: str = "",
        physical_id: str = "",
        detailed_status: str = "",
    ) -> None:
        stack = cloudformation._stacks.get(stack_name)
        if stack is not None and stack.get("StackId") == stack_id:
            if logical_id == stack_name:
                _note_stack(stack, status)
            else:
                status = _note_resource(stack, logical_id, resource_type, status, reason, physical_id)
        original(stack_id, stack_name, logical_id, resource_type, status, reason, physical_id, detailed_status)

    return add_event


def _note_stack(stack: Record, status: str) -> None:
    if status in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"):
        stack[_KEPT] = {}
    if status == "DELETE_COMPLETE":
        # Out of the way of the next stack of this name, and still found by its id.
        cloudformation._stacks.pop(stack["StackName"], None)
        cloudformation._stacks[stack["StackId"]] = stack


def _note_resource(
    stack: Record, logical_id: str, resource_type: str, status: str, reason: str, physical_id: str
) -> str:
    """Keep a resource's status; returns it as AWS names it."""
    kept: dict[str, Record] = stack.setdefault(_KEPT, {})
    held, before = stack.get("_resources", {}).get(logical_id), kept.get(logical_id)
    added = before is not None and before["ResourceStatus"] == "CREATE_IN_PROGRESS"
    if status.startswith("UPDATE_") and (added or (status == "UPDATE_IN_PROGRESS" and held is None)):
        status = status.replace("UPDATE_", "CREATE_")
    known = (before or {}).get("PhysicalResourceId") or (held or {}).get("PhysicalResourceId", "")
    if status.startswith("DELETE_") and known not in ("", physical_id):
        return status
    kept[logical_id] = {
        "LogicalResourceId": logical_id,
        "PhysicalResourceId": physical_id or known,
        "ResourceType": resource_type,
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
        "Timestamp": responses.now_iso(),
    }
    return status


def _with_clean_up(original: Callable[..., None]) -> Callable[..., None]:
    def delete(
        resource_type: str, physical_id: str, props: Any, stack_name: str | None = None, logical_id: str | None = None
    ) -> None:
        stack = cloudformation._stacks.get(stack_name or "")
        if stack is None or not _cleans_up(stack):
            original(resource_type, physical_id, props, stack_name, logical_id)
            return
        stack_id = stack["StackId"]
        if stack["StackStatus"] == "UPDATE_IN_PROGRESS":
            stack["StackStatus"] = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
            kind = "AWS::CloudFormation::Stack"
            stacks._add_event(stack_id, stack_name, stack_name, kind, stack["StackStatus"], physical_id=stack_id)
        told = (stack_id, stack_name, logical_id, resource_type)
        stacks._add_event(*told, "DELETE_IN_PROGRESS", physical_id=physical_id)
        original(resource_type, physical_id, props, stack_name, logical_id)
        stacks._add_event(*told, "DELETE_COMPLETE", physical_id=physical_id)

    return delete


def _cleans_up(stack: Record) -> bool:
    return stack.get("StackStatus") in ("UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")


def _with_resources_in_progress(original: Callable[[str], Any]) -> Callable[[str], Any]:
    def resolve(stack_name: str) -> Any:
        stack = original(stack_name)
        return {**stack, "_resources": _shown(stack)} if stack is not None and _describing.get() else stack

    return resolve


def _described(original: Callable[..., Any]) -> Callable[..., Any]:
    def describe(params: dict[str, Any]) -> Any:
        token = _describing.set(True)
        try:
            return original(params)
        finally:
            _describing.reset(token)

    return describe


def _shown(stack: Record) -> dict[str, Record]:
    held: dict[str, Record] = stack.get("_resources", {})
    kept: dict[str, Record] = stack.get(_KEPT, {})
    shown = {name: {**record, **kept.get(name, {})} for name, record in held.items()}
    ends = stack.get("StackStatus", "").startswith(("ROLLBACK_", "DELETE_"))
    gone = () if ends else ("DELETE_COMPLETE", "DELETE_SKIPPED")
    return shown | {
        name: record for name, record in kept.items() if name not in held and record["ResourceStatus"] not in gone
    }
