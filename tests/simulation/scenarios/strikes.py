"""Faults for stories: chosen calls of chosen callers, and processes that die at chosen calls."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.simulation.aws import errors
from tests.simulation.fault import Fault
from tests.simulation.faults import KINDS
from tests.simulation.kernel import Call

Make = Callable[[Call], Fault]
FOR_EVER = 1_000_000


def refusing(code: str, message: str) -> Make:
    """The service says no, and nothing happens."""
    return lambda call: Fault.before(errors.refusal(code, message))


def late(seconds: float, *, dies: bool = False) -> Make:
    """The request arrives so late that nobody waits for the answer; perhaps its sender is dead by then."""
    return lambda call: Fault.late(seconds, None if dies else errors.lost_reply())


@dataclass
class Strike:
    """Strikes calls of an operation.

    Attributes:
        operation: the beginning of the operation's name; "" for all.
        kind: name of a kind of fault, or what makes one.
        by: the beginning of the caller's name; "" for all.
        first: which of these calls is struck first, from 1.
        times: how many in a row.
        struck: the calls that were.
    """

    operation: str
    kind: str | Make
    by: str = ""
    first: int = 1
    times: int = 1
    struck: list[Call] = field(default_factory=list)
    seen: int = 0

    def strike(self, call: Call) -> Fault | None:
        """The fault of this call, or None."""
        if not (call.operation.startswith(self.operation) and call.process.startswith(self.by)):
            return None
        self.seen += 1
        if not self.first <= self.seen < self.first + self.times:
            return None
        self.struck.append(call)
        return (KINDS[self.kind] if isinstance(self.kind, str) else self.kind)(call)


@dataclass
class Killing:
    """Lets processes die: the first one with this beginning of its name at its nth call, the second at its own, …

    Attributes:
        by: the beginning of the processes' names.
        calls: for each process in turn, the number of the call at which it dies, from 1.
        after: whether the call takes effect before its sender dies.
        killed: the names of those that died.
    """

    by: str
    calls: Sequence[int]
    after: bool = False
    killed: list[str] = field(default_factory=list)
    _seen: dict[str, int] = field(default_factory=dict)

    def strike(self, call: Call) -> Fault | None:
        """The fault of this call, or None."""
        if not call.process.startswith(self.by):
            return None
        self._seen[call.process] = number = self._seen.get(call.process, 0) + 1
        which = list(self._seen).index(call.process)
        if which >= len(self.calls) or self.calls[which] != number:
            return None
        self.killed.append(call.process)
        return Fault.after() if self.after else Fault.before()
