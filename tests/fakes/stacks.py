"""Stacks as the gateway shows them: whether they roll back, and their wait conditions."""

from dataclasses import dataclass, field

from finetuning.lifecycle.asking import Stage

STACK = "arn:aws:cloudformation:us-west-2:111122223333:stack/finetuning-dev-Model-faq/1"


@dataclass
class FakeStacks:
    """Has the methods of `StacksGateway`.

    Attributes:
        rolling_back: ids of the stacks that roll back an update.
        doing: status of a resource, by stack id and logical id.
        otherwise: status of all others.
        at_rest: status of a stack that is not busy, by its id.
        known_as: physical id of a resource, by stack id and logical id.
        going: whether the stacks are being deleted.
        waiting: what `signal` answers, one after the other; the last one stays.
        signals: what was signalled: logical id, success, unique id.
    """

    rolling_back: set[str] = field(default_factory=set)
    going: bool = True
    waiting: list[str] = field(default_factory=lambda: ["told"])
    doing: dict[tuple[str, str], str] = field(default_factory=dict)
    otherwise: str = "CREATE_IN_PROGRESS"
    at_rest: dict[str, str] = field(default_factory=dict)
    known_as: dict[tuple[str, str], str] = field(default_factory=dict)
    signals: list[tuple[str, bool, str]] = field(default_factory=list)

    def stage(self, stack_id: str, logical_id: str) -> Stage:
        """What the stack does with the resource."""
        status = "UPDATE_ROLLBACK_IN_PROGRESS" if stack_id in self.rolling_back else "UPDATE_IN_PROGRESS"
        resource_status = self.doing.get((stack_id, logical_id), self.otherwise)
        physical_id = self.known_as.get((stack_id, logical_id), "")
        return Stage(resource_status, self.at_rest.get(stack_id, status), physical_id)

    def update(self, logical_id: str, stack_id: str = STACK) -> None:
        """From now on this resource is being updated."""
        self.doing[stack_id, logical_id] = "UPDATE_IN_PROGRESS"

    def is_rolling_back(self, stack_id: str) -> bool:
        """Whether the stack rolls back an update right now."""
        return stack_id in self.rolling_back

    def rolls_back(self, stack_id: str) -> bool:
        """Whether the stack rolls back an update."""
        return stack_id in self.rolling_back

    def goes(self, stack_id: str) -> bool:
        """Whether the stack is being deleted."""
        return self.going

    def signal(self, stack_id: str, logical_id: str, *, success: bool, unique_id: str) -> str:
        """`told`, `later` or `never`."""
        answer = self.waiting.pop(0) if len(self.waiting) > 1 else self.waiting[0]
        if answer == "told":
            self.signals.append((logical_id, success, unique_id))
        return answer
