"""Stacks as the gateway shows them: whether they roll back, and their wait conditions."""

from dataclasses import dataclass, field


@dataclass
class FakeStacks:
    """Has the methods of `StacksGateway`.

    Attributes:
        rolling_back: ids of the stacks that roll back an update.
        going: whether the stacks are being deleted.
        waiting: what `signal` answers, one after the other; the last one stays.
        signals: what was signalled: logical id, success, unique id.
    """

    rolling_back: set[str] = field(default_factory=set)
    going: bool = True
    waiting: list[str] = field(default_factory=lambda: ["told"])
    signals: list[tuple[str, bool, str]] = field(default_factory=list)

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
