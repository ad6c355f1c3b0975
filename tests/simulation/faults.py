"""Which API calls are struck: by chance, at one exact call, or at the nth call of an operation."""

import http.client
import urllib.error
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from random import Random

from tests.simulation.aws import errors
from tests.simulation.fault import Fault
from tests.simulation.kernel import Call, Faults

PUT_ANSWER = "cloudformation.put_answer"
#: Longer than any pause between the tries of a client, shorter than MaximumEventAge.
LATEST_SECONDS = 90.0


def chance(seed: object) -> Random:
    """What is left to chance, the same in every run of a seed."""
    return Random(str(seed))  # noqa: S311 - a replayable choice, not a secret


def _unanswered(call: Call) -> Exception:
    """What the sender sees when no answer comes: urllib's error or botocore's."""
    if call.operation == PUT_ANSWER:
        return http.client.RemoteDisconnected("Remote end closed connection without response")
    return errors.lost_reply()


def _busy(call: Call) -> Exception:
    """What the sender sees when the service will not now."""
    if call.operation == PUT_ANSWER:
        return urllib.error.HTTPError("https://answer.example.com", 503, "Slow Down", http.client.HTTPMessage(), None)
    return errors.throttled() if call.number % 2 else errors.broken()


def _seconds(call: Call) -> float:
    """How late, the same in every replay."""
    return 0.5 + (call.number * 7919 % 1000) / 1000 * LATEST_SECONDS


#: Every way in which one call can go wrong, by name.
KINDS: Mapping[str, Callable[[Call], Fault]] = {
    "refused": lambda call: Fault.before(_busy(call)),
    "lost": lambda call: Fault.before(_unanswered(call)),
    "reply lost": lambda call: Fault.after(_unanswered(call)),
    "crash before": lambda call: Fault.before(),
    "crash after": lambda call: Fault.after(),
    "late": lambda call: Fault.late(_seconds(call), _unanswered(call)),
    "late after crash": lambda call: Fault.late(_seconds(call)),
    "slow": lambda call: Fault.slow(_seconds(call) / 3),
}


@dataclass(frozen=True)
class Struck:
    """A call that was struck, and how."""

    call: Call
    kind: str


class RandomFaults:
    """Each call is struck with a probability; `struck` has what happened, for a replay."""

    def __init__(self, random: Random, rates: Mapping[str, float]) -> None:
        """Keep the chance and the probability of each kind."""
        self._random, self._rates = random, [(kind, rate) for kind, rate in rates.items() if rate > 0]
        self._all = sum(rate for _, rate in self._rates)
        self.struck: list[Struck] = []

    def strike(self, call: Call) -> Fault | None:
        """The fault of this call, or None."""
        chance = self._random.random()
        if chance >= self._all:
            return None
        for kind, rate in self._rates:
            chance -= rate
            if chance < 0:
                self.struck.append(Struck(call, kind))
                return KINDS[kind](call)
        return None


class FaultAt:
    """Strikes exactly these calls, by their number in the world: every crash point, or a replay."""

    def __init__(self, kinds: Mapping[int, str]) -> None:
        self._kinds = kinds
        self.struck: list[Struck] = []

    def strike(self, call: Call) -> Fault | None:
        """The fault of this call, or None."""
        kind = self._kinds.get(call.number)
        if kind is None:
            return None
        self.struck.append(Struck(call, kind))
        return KINDS[kind](call)


class FaultOn:
    """Strikes the nth call, from 1, of an operation, or of all operations with this beginning."""

    def __init__(self, operation: str, nth: int, kind: str, *, process: str = "") -> None:
        """Choose; `process` is the beginning of the caller's name."""
        self._operation, self._nth, self._kind, self._process = operation, nth, kind, process
        self._seen = 0
        self.struck: list[Struck] = []

    def strike(self, call: Call) -> Fault | None:
        """The fault of this call, or None."""
        if not call.operation.startswith(self._operation) or not call.process.startswith(self._process):
            return None
        self._seen += 1
        if self._seen != self._nth:
            return None
        self.struck.append(Struck(call, self._kind))
        return KINDS[self._kind](call)


class AllFaults:
    """Several at once: the first that strikes."""

    def __init__(self, faults: Iterable[Faults]) -> None:
        self._faults = tuple(faults)

    def strike(self, call: Call) -> Fault | None:
        """The fault of this call, or None."""
        found = None
        for faults in self._faults:
            found = faults.strike(call) or found
        return found
