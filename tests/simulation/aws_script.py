"""An execution of the driver's definition whose function does what a test says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.aws.account import Account
from tests.simulation.aws.execution import Execution
from tests.simulation.aws.variants import Variants
from tests.simulation.kernel import World


@dataclass
class Script:
    """A driver function that does what it is told, step by step; the last for ever.

    A step is the next state, an exception to raise, or "hang" for a function that never ends.
    """

    world: World
    steps: list[object]
    wait_seconds: object = 60
    payloads: list[dict[str, Any]] = field(default_factory=list)

    def run(self, payload: dict[str, Any]) -> Mapping[str, Any]:
        """One invocation."""
        self.payloads.append(payload)
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        if isinstance(step, Exception):
            raise step
        self.world.sleep(1e9 if step == "hang" else 1.0)
        names = {"model": payload["model"], "execution": payload["execution"]}
        return {"next": step, "wait_seconds": self.wait_seconds, **names}

    @property
    def called(self) -> list[str]:
        """The steps that were run."""
        return [payload["step"] for payload in self.payloads]


def run(
    *steps: object, wait_seconds: object = 60, until: float = 1e6, **variants: Any
) -> tuple[Script, Execution, Account]:
    """Start one execution and let it run."""
    world = World(1)
    account = Account(world, variants=Variants(**variants))
    script = Script(world, list(steps), wait_seconds)
    account.states.invoke = script.run
    account.driver().start("faq", "faq-1")
    world.run(until=until)
    return script, account.states.executions["faq-1"], account
