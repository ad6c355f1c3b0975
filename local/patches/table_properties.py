"""Encryption, point-in-time recovery and time to live of AWS::DynamoDB::Table.

AWS: applied and readable with DescribeTable, DescribeContinuousBackups and DescribeTimeToLive (CloudFormation
Template Reference, "AWS::DynamoDB::Table").
MiniStack 1.5.33: dropped on creation; only encryption is taken over by a later update.
Can go when: `_ddb_create` applies them.
"""

from typing import Any

from ministack.services import dynamodb
from ministack.services.cloudformation import provisioners

from local.patches import upstream
from local.settings import Settings

_set_recovery = upstream.function(dynamodb, "_update_continuous_backups", ("data",))
_set_time_to_live = upstream.function(dynamodb, "_update_ttl", ("data",))
_encryption = upstream.function(dynamodb, "_sse_description_from_spec", ("spec",))


def apply(settings: Settings) -> None:
    """Install the patch."""
    handler = upstream.entry(provisioners._RESOURCE_HANDLERS, "AWS::DynamoDB::Table", "_RESOURCE_HANDLERS")
    original_create = upstream.entry(handler, "create", "the AWS::DynamoDB::Table handler")
    original_update = upstream.entry(handler, "update", "the AWS::DynamoDB::Table handler")

    def create(logical_id: str, props: dict[str, Any], stack_name: str) -> Any:
        created = original_create(logical_id, props, stack_name)
        _apply_properties(created[0], props, {})
        return created

    def update(
        physical_id: str, old_props: dict[str, Any], new_props: dict[str, Any], stack_name: str, *logical_id: str
    ) -> Any:
        updated = original_update(physical_id, old_props, new_props, stack_name, *logical_id)
        _apply_properties(updated[0], new_props, old_props)
        return updated

    handler.update(create=create, update=update)


def _apply_properties(table: str, props: dict[str, Any], before: dict[str, Any]) -> None:
    if encryption := props.get("SSESpecification"):
        enabled = {**encryption, "Enabled": encryption.get("SSEEnabled", encryption.get("Enabled", False))}
        dynamodb._tables[table]["SSEDescription"] = _encryption(enabled)
    recovery = props.get("PointInTimeRecoverySpecification")
    if recovery or before.get("PointInTimeRecoverySpecification"):
        _set_recovery({"TableName": table, "PointInTimeRecoverySpecification": _booleans(recovery or {})})
    time_to_live = props.get("TimeToLiveSpecification")
    if time_to_live and time_to_live != before.get("TimeToLiveSpecification"):
        _set_time_to_live({"TableName": table, "TimeToLiveSpecification": _booleans(time_to_live)})


def _booleans(specification: dict[str, Any]) -> dict[str, Any]:
    spelled = {"true": True, "false": False}
    return {name: spelled.get(str(value).lower(), value) for name, value in specification.items()}
