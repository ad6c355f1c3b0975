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

    def waits(self, stack_id: str, logical_id: str) -> str:
        """`now` while the wait condition waits, `later` while it may still come, `never` when it will not."""
        status = self._resource_status(stack_id, logical_id)
        if status == "CREATE_IN_PROGRESS":
            return "now"
        stack = self._cloudformation.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"]
        coming = stack in {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"} and status in {None, "REVIEW_IN_PROGRESS"}
        return "later" if coming else "never"

    def signal(self, stack_id: str, logical_id: str, *, success: bool, unique_id: str) -> None:
        """Tell the wait condition the outcome."""
        self._cloudformation.signal_resource(
            StackName=stack_id,
            LogicalResourceId=logical_id,
            UniqueId=unique_id,
            Status="SUCCESS" if success else "FAILURE",
        )

    def _resource_status(self, stack_id: str, logical_id: str) -> str | None:
        try:
            found = self._cloudformation.describe_stack_resource(StackName=stack_id, LogicalResourceId=logical_id)
        except ClientError as error:
            if code_of(error) == "ValidationError":
                return None
            raise
        return found["StackResourceDetail"]["ResourceStatus"]
