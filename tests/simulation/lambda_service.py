"""Lambda's asynchronous invocation: at least once, late, twice, killed, tried again, and at last given up.

Source: AWS Lambda Developer Guide, 'Handling errors for an asynchronous invocation': two retries, one and two minutes
later; an event that is older than its maximum age, or was tried three times, goes to the on-failure destination. The
queue is eventually consistent: an event may be delivered again without any error.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests.simulation.kernel import Process, World

RETRY_SECONDS = (60.0, 120.0)
#: Of the dead-letter queue and its consumer: how long a message that was not settled stays invisible, how long a
#: reception may take, and how often a message comes before it goes to the queue that an alarm watches.
VISIBILITY_SECONDS, CONSUMER_SECONDS, MOST_RECEPTIONS = 60.0, 60.0, 5
Code = Callable[[dict[str, Any]], object]


class ImportFailedError(Exception):
    """The function's module could not be imported: nothing of ours ran (fault A01)."""


@dataclass(frozen=True)
class DeliveryRates:
    """How often, between 0 and 1, delivery goes wrong.

    Attributes:
        slow: the event waits up to its maximum age.
        twice: it is delivered once more, at about the same time or much later.
        lost: it ages out without ever being delivered, as if throttled all the time (fault A07).
        killed: the sandbox dies at a random moment.
        import_fails: the module cannot be imported for this attempt.
    """

    slow: float = 0.0
    twice: float = 0.0
    lost: float = 0.0
    killed: float = 0.0
    import_fails: float = 0.0


@dataclass(frozen=True)
class Function:
    """A deployed function.

    Attributes:
        timeout: seconds after which it is killed.
        maximum_event_age: seconds that an event may wait, retries included.
    """

    name: str
    code: Code
    timeout: float
    maximum_event_age: float


@dataclass
class LambdaService:
    """All functions, and the events on their way.

    Attributes:
        under_way: events that are neither handled nor given up.
        given_up: name of the function and event of those that went to the on-failure destination.
        dead_letters: the consumer of the dead-letter queue; it returns the ids of the messages that stay.
    """

    world: World
    random: Random
    rates: DeliveryRates = field(default_factory=DeliveryRates)
    functions: dict[str, Function] = field(default_factory=dict)
    dead_letters: Code | None = None
    under_way: int = 0
    given_up: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    attempts: int = 0

    def add(self, name: str, code: Code, *, timeout: float, maximum_event_age: float) -> None:
        """Deploy a function."""
        self.functions[name] = Function(name, code, timeout, maximum_event_age)

    def invoke(self, name: str, event: Mapping[str, Any]) -> None:
        """Queue an event."""
        function, rates = self.functions[name], self.rates
        age = function.maximum_event_age
        if self._happens(rates.lost):
            self._later(age, lambda: self._give_up(function, event, "EventAgeExceeded", 0))
            return
        delay = self.random.uniform(0, age) if self._happens(rates.slow) else self.random.uniform(0.02, 1.0)
        self._deliver(function, event, delay)
        if self._happens(rates.twice):
            again = self.random.uniform(0, age) if self._happens(0.5) else delay + self.random.uniform(0, 2.0)
            self._deliver(function, event, again)

    def _deliver(self, function: Function, event: Mapping[str, Any], delay: float) -> None:
        expires = self.world.now + function.maximum_event_age
        self._later(delay, lambda: self._attempt(function, event, expires, 0))

    def _attempt(self, function: Function, event: Mapping[str, Any], expires: float, tries: int) -> None:
        self.attempts += 1
        self.under_way += 1
        payload = json.loads(json.dumps(event))
        fails = self._happens(self.rates.import_fails)

        def run() -> None:
            if fails:
                raise ImportFailedError(function.name)
            function.code(payload)

        def ended(outcome: object) -> None:
            self.under_way -= 1
            if isinstance(outcome, BaseException):
                self.world.note(f"{function.name} attempt {tries + 1} failed: {outcome!r}")
                self._retry(function, event, expires, tries)

        process = self.world.spawn(f"{function.name}#{self.attempts}", run, timeout=function.timeout, ended=ended)
        self._perhaps_kill(process)

    def _retry(self, function: Function, event: Mapping[str, Any], expires: float, tries: int) -> None:
        if tries >= len(RETRY_SECONDS):
            self._give_up(function, event, "RetriesExhausted", tries + 1)
            return
        pause = RETRY_SECONDS[tries] * self.random.uniform(0.9, 1.1)
        if self.world.now + pause > expires:
            self._later(expires - self.world.now, lambda: self._give_up(function, event, "EventAgeExceeded", tries + 1))
        else:
            self._later(pause, lambda: self._attempt(function, event, expires, tries + 1))

    def _give_up(self, function: Function, event: Mapping[str, Any], condition: str, tries: int) -> None:
        """Send it to the dead-letter queue, in the form of a destination's record."""
        self.given_up.append((function.name, event))
        self.world.note(f"{function.name} given up: {condition}")
        record = {
            "version": "1.0",
            "requestContext": {
                "functionArn": f"arn:aws:lambda:us-west-2:111122223333:function:{function.name}:$LATEST",
                "condition": condition,
                "approximateInvokeCount": tries,
            },
            "requestPayload": event,
        }
        self._receive(
            {"messageId": str(len(self.given_up)), "body": json.dumps(record)}, self.random.uniform(0.1, 5.0), 1
        )

    def _receive(self, message: Mapping[str, Any], delay: float, times: int) -> None:
        """Hand a message to the queue's consumer; one that stays comes again when its visibility timeout is over."""
        if self.dead_letters is None or times > MOST_RECEPTIONS:
            return
        consumer = self.dead_letters

        def ended(outcome: object) -> None:
            self.under_way -= 1
            if isinstance(outcome, BaseException) or outcome:
                self._receive(message, VISIBILITY_SECONDS, times + 1)

        def receive() -> None:
            self.under_way += 1
            name = f"undelivered#{message['messageId']}.{times}"
            process = self.world.spawn(
                name, lambda: consumer({"Records": [message]}), timeout=CONSUMER_SECONDS, ended=ended
            )
            self._perhaps_kill(process)

        self._later(delay, receive)

    def _later(self, delay: float, happening: Callable[[], None]) -> None:
        """Let something happen that counts as under way until then."""
        self.under_way += 1

        def happen() -> None:
            self.under_way -= 1
            happening()

        self.world.after(max(0.0, delay), happen)

    def _perhaps_kill(self, process: Process) -> None:
        if self._happens(self.rates.killed):
            self.world.after(self.random.uniform(0, 5.0), lambda: self.world.kill(process))

    def _happens(self, rate: float) -> bool:
        return rate > 0 and self.random.random() < rate
