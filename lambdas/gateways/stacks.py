"""CloudFormation, seen from below: the state of our own stacks, and signals to their wait conditions."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from finetuning.lifecycle.asking import Stage
from lambdas.gateways.clients import client, code_of

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


class StacksGateway:
    """Reads stack states and signals wait conditions."""

    def __init__(self, cloudformation: "CloudFormationClient | None" = None) -> None:
        self._cloudformation: CloudFormationClient = cloudformation or client("cloudformation")

    def stage(self, stack_id: str, logical_id: str) -> Stage:
        """What CloudFormation is doing with a resource and its stack right now."""
        try:
            found = self._cloudformation.describe_stack_resource(StackName=stack_id, LogicalResourceId=logical_id)
            resource = found["StackResourceDetail"]
            resource_status, physical_id = str(resource["ResourceStatus"]), resource.get("PhysicalResourceId", "")
        except ClientError as error:
            if code_of(error) != "ValidationError":
                raise
            resource_status, physical_id = "", ""
        return Stage(resource_status, self._status(stack_id), physical_id)

    def is_rolling_back(self, stack_id: str) -> bool:
        """Whether the stack is rolling back an update right now."""
        status = self._status(stack_id)
        return status.startswith("UPDATE_ROLLBACK") and status.endswith("_IN_PROGRESS")

    def rolls_back(self, stack_id: str) -> bool:
        """Whether the stack is rolling back an update, or has done so and nothing since: its clean-up may come late."""
        return self._status(stack_id).startswith("UPDATE_ROLLBACK")

    def goes(self, stack_id: str) -> bool:
        """Whether the stack is being deleted, or rolled back after its creation failed."""
        return self._status(stack_id).startswith(("DELETE_", "ROLLBACK_"))

    def signal(self, stack_id: str, logical_id: str, *, success: bool, unique_id: str) -> str:
        """Tell a wait condition the outcome: `told`, `later` while it may still come, or `never` when it will not.

        It is simply tried: CloudFormation takes a signal only while the condition waits, and refuses it with the same
        code before and after (CloudFormation API Reference, SignalResource).
        """
        try:
            self._cloudformation.signal_resource(
                StackName=stack_id,
                LogicalResourceId=logical_id,
                UniqueId=unique_id,
                Status="SUCCESS" if success else "FAILURE",
            )
        except ClientError as error:
            if code_of(error) != "ValidationError":
                raise
            return "later" if self._status(stack_id) in {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"} else "never"
        return "told"

    def _status(self, stack_id: str) -> str:
        """The stack's status; "" if there is none (a deleted one is found by its id for 90 days)."""
        try:
            return str(self._cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"])
        except ClientError as error:
            if code_of(error) != "ValidationError":
                raise
            return ""
