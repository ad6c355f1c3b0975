"""What a scenario is, and how one is played."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.oracle import Violation
from tests.simulation.scenarios.life import Life
from tests.simulation.scenarios.running import Played

Story = Callable[[Life], None]


@dataclass(frozen=True)
class Scenario:
    """One fault of the catalogue.

    Attributes:
        id: of the fault.
        title: what goes wrong, in a sentence.
        story: tells a life in which it does; None for a fault that has no course in time.
        tests: the tests, as `path::name`, that hold what a story cannot show.
        variants: choices of the simulated AWS that the story needs; all others are drawn.
        stack_variants: the same of its CloudFormation.
    """

    id: str
    title: str
    story: Story | None = None
    tests: tuple[str, ...] = ()
    variants: Mapping[str, Any] = field(default_factory=dict)
    stack_variants: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """A story with the choices that it needs."""

    story: Story
    variants: Mapping[str, Any]
    stack_variants: Mapping[str, Any]


STORIES: dict[str, Told] = {}


def story(
    identifier: str, *, variants: Mapping[str, Any] | None = None, stack_variants: Mapping[str, Any] | None = None
) -> Callable[[Story], Story]:
    """Register the story of a fault."""

    def register(told: Story) -> Story:
        assert identifier not in STORIES, f"{identifier} has two stories"
        STORIES[identifier] = Told(told, variants or {}, stack_variants or {})
        return told

    return register


def play(scenario: Scenario, seed: int) -> Played:
    """Play a scenario, and judge it by the invariants and by what its story expects."""
    assert scenario.story is not None, f"{scenario.id} has no story"
    life = Life(seed, scenario.id, variants=scenario.variants, stack_variants=scenario.stack_variants)
    try:
        try:
            scenario.story(life)
            if not life.finished:
                life.finish()
        except Exception as error:
            life.failures.append(Violation("I8", f"{type(error).__name__}: {error}"))
        return Played.of(life)
    finally:
        life.environment.close()
