"""Whether CloudFormation still asks for what a request says.

Events wait in a queue, so a request may run for the first time when CloudFormation has given up on it, cleaned up and
forgotten the resource (faults A21, A22). What it is doing with the resource right now tells such a request from one
that adds the same resource anew.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Stage:
    """What CloudFormation is doing.

    Attributes:
        resource_status: of the resource, such as CREATE_IN_PROGRESS; "" if the stack has no such resource.
        stack_status: such as UPDATE_ROLLBACK_IN_PROGRESS; "" if there is no such stack.
        physical_id: under which CloudFormation knows the resource; "" if it does not, or not yet.
    """

    resource_status: str
    stack_status: str
    physical_id: str = ""

    @property
    def rolls_back(self) -> bool:
        """Whether an update is being rolled back."""
        return self.stack_status.startswith("UPDATE_ROLLBACK")

    @property
    def gives_up(self) -> bool:
        """Whether the resource is being taken away, or was: nobody waits for its Create any more.

        One that is complete was created by another delivery of the same request.
        """
        going = not self.resource_status or self.resource_status.startswith(("DELETE_", "CREATE_FAILED"))
        return going or self.stack_status.startswith(("DELETE_", "ROLLBACK_"))

    @property
    def is_gone(self) -> bool:
        """Whether the stack, or the resource of a stack that is at rest, is not there any more.

        While a stack is busy, what a resource's status means is not settled: a clean-up may show in it.
        """
        if self.stack_status in {"", "DELETE_COMPLETE"}:
            return True
        return self.is_at_rest and self.resource_status in {"", "DELETE_COMPLETE"}

    @property
    def is_at_rest(self) -> bool:
        """Whether the stack is done with what it was asked for, so that no request is to come."""
        return not self.stack_status.endswith("_IN_PROGRESS")


def still_asks(kind: str, stage: Stage, *, is_known: bool = True) -> bool:
    """Whether a request of this kind is what CloudFormation is about.

    Args:
        kind: Create, Update or Delete.
        stage: read just now.
        is_known: for a Delete, whether its physical id is one that we gave. A Delete of a known id concerns what has
            that id and nothing else, and a clean-up does not show in the resource's status; one of an unknown id may
            concern whatever the resource has now.
    """
    if kind == "Delete":
        going = stage.resource_status.startswith("DELETE_") or stage.stack_status.startswith(("DELETE_", "ROLLBACK_"))
        return is_known or not stage.resource_status or going
    return stage.resource_status == f"{kind.upper()}_IN_PROGRESS"
