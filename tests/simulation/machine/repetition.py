"""Delivers every event several times, at once or one after the other, and tells what came of it (faults A05, A06)."""

from collections.abc import Mapping, Sequence
from typing import Any
from unittest import mock

from tests.simulation import environment as environments
from tests.simulation.environment import Environment
from tests.simulation.faults import chance
from tests.simulation.lambda_service import LambdaService
from tests.simulation.oracle import check
from tests.simulation.wanted import Wanted

#: Longer than any handling, shorter than `MaximumEventAge`.
APART_SECONDS = 50.0
#: For a job of an hour and the endpoint after it.
LONG_ENOUGH_SECONDS = 3 * 3600.0
MOST = 5
#: What is deployed one after the other, None for a removal.
Story = Sequence[Wanted | None]
FIRST = Wanted()
STORIES: Mapping[str, Story] = {
    "create and remove": (FIRST, None),
    "another training": (FIRST, Wanted(epochs="3"), None),
    "another endpoint": (FIRST, Wanted(units="2")),
    "other tags": (FIRST, Wanted(tags=(("team", "sales"),))),
    "on demand": (Wanted(serving="on_demand"), Wanted(serving="on_demand", epochs="3"), None),
    "a failing update": (FIRST, Wanted(epochs="3", other="30", other_fails=True), None),
}


class Repeating(LambdaService):
    """Delivers each event one to five times.

    Attributes:
        seed: of how often and when.
    """

    seed: object = None

    def invoke(self, name: str, event: Mapping[str, Any]) -> None:
        """Queue an event, and the same again."""
        function, random = self.functions[name], chance(f"{self.seed} {len(self.world.trace)} {name}")
        at_once = random.random() < 0.5
        for number in range(random.randint(1, MOST) if self.seed is not None else 1):
            delay = 0.1 * random.random() if at_once else APART_SECONDS * number
            self._deliver(function, event, 0.02 + delay)


def tell(story: Story, seed: object = None) -> dict[str, Any]:
    """Live a story, in which events come once without a seed, and return answers and state.

    Answers are the bytes that were sent, by request; times, versions and ARNs are no part of the state.
    """
    with mock.patch.object(environments, "LambdaService", Repeating):
        environment = Environment("repetition")
    assert isinstance(environment.lambdas, Repeating)
    environment.lambdas.seed = seed
    try:
        for wanted in story:
            if wanted is None:
                environment.destroy()
            else:
                environment.account.bedrock.jobs.next_duration = 3600.0
                environment.deploy(wanted.template)
            environment.run_while_busy()
            environment.run(LONG_ENOUGH_SECONDS)
        environment.run_until_quiet()
        return {"violations": check(environment), "answers": _answers(environment), "state": _state(environment)}
    finally:
        environment.close()


def _answers(environment: Environment) -> dict[str, set[bytes]]:
    requests = environment.cloudformation.requests
    return {f"{r.event['RequestId']} {r.kind}": set(r.answers) for r in requests}


def _state(environment: Environment) -> dict[str, object]:
    return {
        "stacks": [(stack.name, stack.status) for stack in environment.cloudformation.stacks.values()],
        "purchases": sorted((p.kind, p.name) for p in environment.account.bedrock.purchases),
        "things": sorted((type(thing).__name__, thing.name, thing.status) for thing in environment.things),
        "pointers": sorted(environment.account.parameters.values),
        "wanted": [
            (slot.removed, slot.physical_id, slot.current_id, [(g.id, g.released, g.gone) for g in slot.generations])
            for record in environment.records
            for slot in (record.training, record.endpoint)
        ],
    }
