"""CloudFormation: the stacks of a region by name, and the operations that show them."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from botocore.exceptions import ClientError

from tests.simulation.aws.client import Operation, Parameters
from tests.simulation.kernel import World
from tests.simulation.requests import Request, ResponseBucket, UsedUrlError
from tests.simulation.resources import Invoke, Requests
from tests.simulation.stack import Stack, StackBusyError
from tests.simulation.template import GetAtt, Template

__all__ = ["CloudFormation", "GetAtt", "Stack", "StackBusyError", "StackVariants", "Template", "UsedUrlError"]

_ARN = "arn:aws:cloudformation:us-west-2:111122223333:stack"


@dataclass(frozen=True)
class StackVariants:
    """What is not documented, or seen both ways.

    Attributes:
        rolls_back_by: a replacement is rolled back by `update` (aws-cdk #29581) or by `delete` of the new id alone.
        invented: the shape of a physical id that CloudFormation makes up: `name` or `uuid`.
        shows_clean_up: a resource shows DELETE_IN_PROGRESS while a version that it replaced is deleted.
        shows_deleted: a deleted resource of a stack that lives on shows DELETE_COMPLETE, else it is not found.
        takes_again: the pre-signed URL takes a second answer, which is ignored; else 403.
    """

    rolls_back_by: str = "update"
    invented: str = "name"
    shows_clean_up: bool = False
    shows_deleted: bool = False
    takes_again: bool = False

    @staticmethod
    def draw(random: Random) -> "StackVariants":
        """One of all combinations."""
        return StackVariants(
            rolls_back_by=random.choice(["update", "delete"]),
            invented=random.choice(["name", "uuid"]),
            shows_clean_up=random.random() < 0.5,
            shows_deleted=random.random() < 0.5,
            takes_again=random.random() < 0.5,
        )


@dataclass
class CloudFormation:
    """All stacks that ever were.

    Attributes:
        bucket: takes the answers and remembers every request.
        stacks: by stack id; the last one of a name is the one that exists.
    """

    world: World
    invoke: Invoke
    variants: StackVariants = field(default_factory=StackVariants)
    stacks: dict[str, Stack] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bucket = ResponseBucket(self.world, takes_again=self.variants.takes_again)
        self._requests = Requests(self.world, self.bucket, self.invoke, invented=self.variants.invented)
        self._latest: dict[str, Stack] = {}

    @property
    def requests(self) -> list[Request]:
        """Every request to a custom resource."""
        return self.bucket.requests

    @property
    def busy(self) -> bool:
        """Whether an operation of any stack is under way."""
        return any(stack.busy for stack in self._latest.values())

    def named(self, name: str) -> Stack | None:
        """The stack that has this name now, or None."""
        stack = self._latest.get(name)
        return stack if stack is not None and stack.exists else None

    def deploy(self, name: str, template: Template) -> None:
        """Create or update the stack of this name, as `cdk deploy` does.

        A stack whose creation was rolled back must be deleted before, and one whose rollback failed must be continued.

        Raises:
            StackBusyError: its status does not allow it.
        """
        stack = self.named(name)
        if stack is not None:
            stack.update(template)
            return
        number = len(self.stacks) + 1
        stack = Stack(
            name,
            f"{_ARN}/{name}/{number:08x}-0000-4000-8000-000000000000",
            self._requests,
            rolls_back_by=self.variants.rolls_back_by,
            shows_clean_up=self.variants.shows_clean_up,
        )
        self.stacks[stack.stack_id] = self._latest[name] = stack
        stack.create(template)

    def destroy(self, name: str) -> None:
        """Delete the stack of this name, if there is one.

        Raises:
            StackBusyError: its status does not allow it.
        """
        stack = self.named(name)
        if stack is not None:
            stack.delete()


def client_operations(cloudformation: CloudFormation) -> dict[str, Operation]:
    """The operations that `lambdas.gateways.stacks` calls, by boto3's names."""

    def describe_stacks(parameters: Parameters) -> Any:
        return {"Stacks": [{"StackStatus": _stack(cloudformation, parameters).status}]}

    def describe_stack_resource(parameters: Parameters) -> Any:
        stack, logical_id = _stack(cloudformation, parameters), parameters["LogicalResourceId"]
        resource = stack.resources.get(logical_id)
        if resource is not None:
            known = {"PhysicalResourceId": resource.version.physical_id} if resource.version else {}
            return {"StackResourceDetail": {"ResourceStatus": resource.status, **known}}
        if cloudformation.variants.shows_deleted and logical_id in stack.removed:
            return {"StackResourceDetail": {"ResourceStatus": "DELETE_COMPLETE"}}
        raise _refused(f"Resource {logical_id} does not exist for stack {stack.name}", "DescribeStackResource")

    def signal_resource(parameters: Parameters) -> Any:
        stack, logical_id = _stack(cloudformation, parameters), parameters["LogicalResourceId"]
        if not stack.signal(logical_id, success=parameters["Status"] == "SUCCESS"):
            raise _refused(f"Stack {stack.name} is in {stack.status} state and can not be signaled", "SignalResource")
        return {}

    return {
        "describe_stacks": describe_stacks,
        "describe_stack_resource": describe_stack_resource,
        "signal_resource": signal_resource,
    }


def _stack(cloudformation: CloudFormation, parameters: Parameters) -> Stack:
    """By id also after its deletion."""
    stack = cloudformation.stacks.get(parameters["StackName"]) or cloudformation.named(parameters["StackName"])
    if stack is None:
        raise _refused(f"Stack with id {parameters['StackName']} does not exist", "DescribeStacks")
    return stack


def _refused(message: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": "ValidationError", "Message": message}}, operation)
