"""A short life of one model, as a scenario tells it: what people do, what breaks, and what must come of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from random import Random
from typing import Any, TypeVar

from tests.simulation.aws.things import Thing
from tests.simulation.aws.variants import Variants
from tests.simulation.cloudformation import StackVariants
from tests.simulation.environment import Environment
from tests.simulation.faults import AllFaults
from tests.simulation.kernel import Faults
from tests.simulation.oracle import Violation
from tests.simulation.scenarios.judgement import Judgement
from tests.simulation.template import Template
from tests.simulation.wanted import MODEL, Wanted

MINUTE, HOUR, DAY = 60.0, 3600.0, 86_400.0
#: How often a user continues or repeats what failed before it counts as a failure of ours.
TRIES = 4
_Item = TypeVar("_Item")


class Life(Judgement):
    """One model in one environment.

    Attributes:
        chance: the details of the story that its scenario leaves open.
        finished: whether the end has been judged.
    """

    def __init__(
        self,
        seed: int,
        name: str,
        *,
        variants: Mapping[str, Any] | None = None,
        stack_variants: Mapping[str, Any] | None = None,
    ) -> None:
        """Draw a world, in which the given choices are fixed."""
        self.chance = Random(f"{name} {seed}")  # noqa: S311 - a replayable choice, not a secret
        self.environment = Environment(
            f"{name} {seed}",
            variants=replace(Variants.draw(self.chance), **(variants or {})),
            stack_variants=replace(StackVariants.draw(self.chance), **(stack_variants or {})),
        )
        serving = self.one_of("provisioned", "on_demand")
        self.wanted = Wanted(serving=serving, keep_previous=self.one_of("0", "1", "2"))
        self.failures: list[Violation] = []
        self.finished = False
        self.alarms = {"failed", "drifted", "unknown", "orphaned", "expiring", "approval"}
        self._faults: list[Faults] = []

    # What people do.

    def deploy(self, wanted: Wanted | None = None, *, settle: bool = True) -> bool:
        """Deploy, and wait for the stack; returns whether it succeeded (True without waiting)."""
        self.wanted = wanted or self.wanted
        return self.deploy_template(self.wanted.template, settle=settle)

    def deploy_template(self, template: Template, *, settle: bool = True) -> bool:
        """Deploy a template; a stack whose creation was rolled back is deleted before, as it must be."""
        if self.status in {"ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"}:
            self.destroy()
        self.environment.world.note("USER deploys")
        self.environment.deploy(template)
        if not settle:
            return True
        self.settle()
        return self.status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}

    def update(self, *, settle: bool = True, **changes: Any) -> bool:
        """Deploy with these changes of what is wanted; see `deploy`."""
        return self.deploy(replace(self.wanted, **changes), settle=settle)

    def retrain(self, *, settle: bool = True) -> bool:
        """Deploy with another number of epochs, which is another training."""
        return self.update(epochs=str(int(self.wanted.epochs) % 4 + 1), settle=settle)

    def cancel(self) -> None:
        """Cancel the update that is under way, if it can still be cancelled, and wait."""
        if self.status == "UPDATE_IN_PROGRESS":
            self.environment.cancel()
        self.settle()

    def destroy(self, *, settle: bool = True) -> None:
        """Delete the stack, and wait."""
        self.environment.world.note("USER destroys")
        self.environment.destroy()
        if settle:
            self.settle()

    def settle(self) -> None:
        """Wait until no operation is under way."""
        self.environment.run_while_busy()

    def serve(self) -> None:
        """Deploy for the first time, and wait until the model serves."""
        self.deploy()
        self.until_served()

    def delete_by_hand(self, what: str, things: Sequence[Thing]) -> None:
        """Delete things in the console, whatever the rules."""
        bedrock = self.environment.account.bedrock
        for thing in things:
            self.environment.by_hand(f"{what} deleted by hand", MODEL, partial(bedrock.delete_by_hand, thing.arn))

    # Time.

    @property
    def now(self) -> float:
        """Seconds since the world's beginning."""
        return self.environment.world.now

    def run(self, seconds: float) -> None:
        """Let time pass."""
        self.environment.run(seconds)

    def until(self, happened: Callable[[], object], *, most: float = 20 * DAY) -> bool:
        """Let time pass until something is so; returns whether it came to that."""
        world, end = self.environment.world, self.now + most
        with self.environment.listening():
            while not happened():
                following = world.next_at
                if following is None or following > end:
                    return False
                world.run(until=following)
        return True

    def until_served(self) -> None:
        """Wait until what is wanted serves and the driver is at rest."""
        self.until(lambda: self.serves and not self.environment.running)

    def until_training(self) -> bool:
        """Wait until a job of the wanted training runs."""
        return self.until(lambda: any(job.status == "InProgress" for job in self.jobs))

    # What breaks.

    def strike(self, *faults: Faults) -> None:
        """Let these faults strike from now on, besides those that do already."""
        self._faults.extend(faults)
        self.environment.world.faults = AllFaults(self._faults)

    def calm(self) -> None:
        """No call is struck and no delivery goes wrong from now on."""
        self._faults.clear()
        self.environment.calm()

    def one_of(self, *choices: _Item) -> _Item:
        """One of them, drawn."""
        return self.chance.choice(choices)

    def between(self, least: float, most: float) -> float:
        """A number, drawn."""
        return self.chance.uniform(least, most)

    # The end.

    def finish(self) -> None:
        """Let the world be calm, mend what a user would mend, wait for rest, and judge by the invariants."""
        self.finished = True
        self.calm()
        self.mend()
        self.environment.run_until_quiet()
        self.judge()

    def mend(self) -> None:
        """Continue or repeat what failed, as AWS tells a user to do."""
        self.settle()
        for _ in range(TRIES):
            if self.status == "UPDATE_ROLLBACK_FAILED":
                self.stack.continue_rollback()
            elif self.status in {"DELETE_FAILED", "ROLLBACK_FAILED"}:
                self.stack.delete()
            else:
                return
            self.settle()


#: Something that is done in a life.
Act = Callable[[Life], None]
