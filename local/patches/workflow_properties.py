"""Logging of AWS::StepFunctions::StateMachine can be read back.

AWS: DescribeStateMachine returns the logging configuration of the template (Step Functions API Reference,
"DescribeStateMachine").
MiniStack 1.5.33: keeps CloudFormation's spelling (`Level`), which SDKs do not find in the answer.
Can go when: `_sfn_state_machine_create` spells it as the API does. (Tracing stays accepted without effect.)
"""

from typing import Any

from ministack.services.cloudformation import provisioners

from local.patches import upstream
from local.settings import Settings

_TYPE = "AWS::StepFunctions::StateMachine"
_PROPERTY = "LoggingConfiguration"


def apply(settings: Settings) -> None:
    """Install the patch."""
    handler = upstream.entry(provisioners._RESOURCE_HANDLERS, _TYPE, "_RESOURCE_HANDLERS")
    original_create = upstream.entry(handler, "create", f"the {_TYPE} handler")
    original_update = upstream.entry(handler, "update", f"the {_TYPE} handler")

    def create(logical_id: str, props: dict[str, Any], stack_name: str) -> Any:
        return original_create(logical_id, _spelled_as_api(props), stack_name)

    def update(
        physical_id: str, old_props: dict[str, Any], new_props: dict[str, Any], stack_name: str, *logical_id: str
    ) -> Any:
        old, new = _spelled_as_api(old_props), _spelled_as_api(new_props)
        return original_update(physical_id, old, new, stack_name, *logical_id)

    handler.update(create=create, update=update)


def _spelled_as_api(props: dict[str, Any]) -> dict[str, Any]:
    return {**props, _PROPERTY: _camel_case(props[_PROPERTY])} if _PROPERTY in props else props


def _camel_case(value: Any) -> Any:
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: _camel_case(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_camel_case(item) for item in value]
    return value
