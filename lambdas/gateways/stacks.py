"""CloudFormation, seen from below: the state of our own stacks, and signals to their wait conditions."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.gateways.clients import client, code_of

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient


class StacksGateway:
    """Reads stack states and signals wait conditions."""

    def __init__(self, cloudformation: "CloudFormationClient | None" = None) -> None:
        self._cloudformation: CloudFormationClient = cloudformation or client("cloudformation")

    def rolls_back(self, stack_id: str) -> bool:
        """Whether the stack is rolling back an update."""
        stack = self._cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]
        return stack["StackStatus"].startswith("UPDATE_ROLLBACK")

    def goes(self, stack_id: str) -> bool:
        """Whether the stack is being deleted, or rolled back after its creation failed."""
        stack = self._cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]
        return stack["StackStatus"].startswith(("DELETE_", "ROLLBACK_"))

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
            status = self._cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"]
            return "later" if status in {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"} else "never"
        return "told"
