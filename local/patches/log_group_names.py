"""Log groups that a template does not name are named as everything else is.

AWS: the name is made of the stack's name, the logical id and random characters (CloudFormation Template Reference,
"AWS::Logs::LogGroup", `LogGroupName`); policies on log groups go by its beginning.
MiniStack 1.5.33: names them `/aws/cloudformation/<stack>/<logical id>`.
Can go when: `_cwlogs_create` uses `_physical_name`.
"""

from typing import Any

from ministack.services.cloudformation import provisioners

from local.patches import upstream
from local.settings import Settings

_TYPE, _NAME = "AWS::Logs::LogGroup", "LogGroupName"
#: Source: CloudWatch Logs API Reference, CreateLogGroup.
_LONGEST = 512


def apply(settings: Settings) -> None:
    """Install the patch."""
    handler = upstream.entry(provisioners._RESOURCE_HANDLERS, _TYPE, "_RESOURCE_HANDLERS")
    original_create = upstream.entry(handler, "create", f"the {_TYPE} handler")
    original_update = upstream.entry(handler, "update", f"the {_TYPE} handler")

    def create(logical_id: str, props: dict[str, Any], stack_name: str) -> Any:
        name = props.get(_NAME) or provisioners._physical_name(stack_name, logical_id, max_len=_LONGEST)
        return original_create(logical_id, {**props, _NAME: name}, stack_name)

    def update(
        physical_id: str, old_props: dict[str, Any], new_props: dict[str, Any], stack_name: str, *logical_id: str
    ) -> Any:
        old, new = ({**props, _NAME: props.get(_NAME) or physical_id} for props in (old_props, new_props))
        return original_update(physical_id, old, new, stack_name, *logical_id)

    handler.update(create=create, update=update)
