"""Virtual time, processes that are interleaved at every API call, and the place where faults strike.

Everything that runs as a Lambda invocation is a *process*: a greenlet that is suspended at each API call and resumed
when the call takes effect. All delays are drawn from one seeded source, so a seed decides the interleaving and replays
it.
"""

import heapq
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from random import Random
from typing import TypeVar

from greenlet import GreenletExit, getcurrent, greenlet

from tests.simulation.fault import Call, Fault, Faults
from tests.simulation.process import KilledError, Process

__all__ = ["Call", "Fault", "Faults", "KilledError", "Process", "StuckError", "World"]

_Result = TypeVar("_Result")
#: Ten times what the longest lives need; without it a loop that polls for weeks would take a minute to compute.
MOST_CALLS = 50_000


class StuckError(Exception):
    """The world did not come to rest within its bound: a loop without end (invariant I8)."""


class World:
    """The clock, the queue of what happens next, and the processes.

    Attributes:
        now: seconds since the beginning.
        random: the only source of chance.
        faults: what strikes the calls; None for nothing.
        trace: time, process and operation of everything, which a failing seed prints.
        calls: how many calls there were.
    """

    def __init__(
        self, seed: int | str, *, latency: tuple[float, float] = (0.01, 0.4), faults: Faults | None = None
    ) -> None:
        """Begin; `latency` bounds the seconds that a call takes to arrive."""
        self.now = 0.0
        self.random = Random(seed)  # noqa: S311 - a replayable choice, not a secret
        self.faults = faults
        self.trace: list[tuple[float, str, str]] = []
        self.calls = 0
        self._least, self._spread = latency[0], latency[1] - latency[0]
        self._queue: list[tuple[float, int, Callable[[], object]]] = []
        self._sequence = 0
        self._processes: dict[greenlet, Process] = {}
        self._hub: greenlet | None = None
        self._sender = "world"

    @property
    def next_at(self) -> float | None:
        """When the next thing happens; None if nothing will."""
        return self._queue[0][0] if self._queue else None

    @property
    def caller(self) -> str:
        """Name of the process on whose behalf this happens, even if it is dead by now; `world` for none."""
        process = self._processes.get(getcurrent())
        return process.name if process else self._sender

    @property
    def remaining(self) -> float:
        """Seconds until the running process is killed by the platform; infinite without a timeout."""
        deadline = self._processes[getcurrent()].deadline
        return float("inf") if deadline is None else deadline - self.now

    def after(self, delay: float, happening: Callable[[], object]) -> None:
        """Let something happen in so many seconds; at the same instant, in the order of these calls."""
        self._sequence += 1
        heapq.heappush(self._queue, (self.now + delay, self._sequence, happening))

    def note(self, what: str) -> None:
        """Write into the trace."""
        self.trace.append((self.now, self.caller, what))

    def spawn(
        self,
        name: str,
        code: Callable[[], object],
        *,
        timeout: float | None = None,
        ended: Callable[[object], None] = lambda outcome: None,
    ) -> Process:
        """Run code as a process from now on, killed after `timeout` seconds."""
        process = Process(name, ended, greenlet(code))
        process.resume = partial(self._resume, process)
        self._processes[process.green] = process
        self.after(0.0, process.resume)
        if timeout is not None:
            process.deadline = self.now + timeout
            self.after(timeout, lambda: self.kill(process))
        return process

    def kill(self, process: Process) -> None:
        """End a process where it is; what it had under way may still take effect."""
        if process.alive:
            self.trace.append((self.now, process.name, "killed"))
            process.alive = False
            self._switch(process, lambda: process.green.throw(KilledError))

    def call(self, operation: str, effect: Callable[[], _Result]) -> _Result:
        """Make an API call: suspend the process, and perform the effect when the request arrives.

        Outside of a process (the world itself, the oracle) the effect is performed at once and nothing strikes.
        """
        process = self._processes.get(getcurrent())
        if process is None:
            return effect()
        self._suspend(process, self._least + self._spread * self.random.random())
        call = Call(self.calls, process.name, operation)
        self.calls += 1
        fault = self.faults.strike(call) if self.faults else None
        self.trace.append((self.now, process.name, operation if fault is None else f"{operation} [{fault}]"))
        return effect() if fault is None else self._struck(process, fault, effect)

    def sleep(self, seconds: float) -> None:
        """Let the running process pause."""
        self._suspend(self._processes[getcurrent()], seconds)

    def run(self, *, until: float | None = None, most: int = 200_000) -> None:
        """Let everything happen that is due until a time, or until nothing is left to happen.

        Raises:
            StuckError: after `most` happenings there is still something, or there were too many calls in all.
        """
        if self.calls > MOST_CALLS:
            raise StuckError(f"not at rest after {self.calls} calls; the last was {self.trace[-1:]}")
        self._hub = getcurrent()
        queue = self._queue
        for _ in range(most):
            if not queue or (until is not None and queue[0][0] > until):
                self.now = self.now if until is None else max(self.now, until)
                return
            self.now, _, happening = heapq.heappop(queue)
            happening()
        raise StuckError(f"not at rest after {most} happenings; the last was {self.trace[-1:]}")

    def close(self) -> None:
        """Drop every process; nothing of a world survives it."""
        for process in list(self._processes.values()):
            process.alive = False
            process.green.parent = getcurrent()
            with suppress(KilledError, Exception):
                process.green.throw(GreenletExit)
        self._processes.clear()
        self._queue.clear()

    def _struck(self, process: Process, fault: Fault, effect: Callable[[], _Result]) -> _Result:
        if fault.arrives is not None and fault.arrives > 0:
            if fault.is_answered:
                self._suspend(process, fault.arrives)
                return effect()
            self.after(fault.arrives, lambda: self._arrive(process.name, effect))
        elif fault.arrives is not None:
            with suppress(Exception):  # whatever the answer was, it is lost
                effect()
        if fault.error is not None:
            raise fault.error
        self.trace.append((self.now, process.name, "killed"))
        process.alive = False
        raise KilledError

    def _arrive(self, sender: str, effect: Callable[[], object]) -> None:
        """The effect of a request whose sender has stopped listening."""
        self._sender = sender
        self.note("arrives late")
        with suppress(Exception):  # nobody hears the answer
            effect()
        self._sender = "world"

    def _suspend(self, process: Process, seconds: float) -> None:
        """Give way. A killed process gets no further, whatever its `finally` blocks want."""
        if not process.alive:
            raise KilledError
        self.after(seconds, process.resume)
        assert self._hub is not None
        self._hub.switch()

    def _resume(self, process: Process) -> None:
        if process.alive:
            self._switch(process, process.green.switch)

    def _switch(self, process: Process, switch: Callable[[], object]) -> None:
        """Run a process until it is suspended again or has ended."""
        # A greenlet returns to its parent, and it was perhaps made inside of another process.
        process.green.parent = getcurrent()
        try:
            outcome = switch()
        except (KilledError, Exception) as error:
            outcome = error
        if process.green.dead:
            # Code that swallows its own kill still has no answer.
            outcome = outcome if process.alive else KilledError()
            process.alive = False
            del self._processes[process.green]
            process.ended(outcome)
