"""Every pair of mechanisms in one life: deploy, what each of them does, perhaps destroy; then all must be well."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from tests.simulation.cloudformation import StackBusyError
from tests.simulation.oracle import Violation
from tests.simulation.scenarios.acting import destroy_early, retrain
from tests.simulation.scenarios.life import DAY, HOUR, MINUTE, Act, Life
from tests.simulation.scenarios.mechanisms import MECHANISMS, Mechanism
from tests.simulation.scenarios.running import Part, Played


def parts(seeds: int = 1, *, first_seed: int = 0) -> Iterator[Part]:
    """Every pair of mechanisms, and each of them alone, with each seed."""
    names = (*MECHANISMS, *(f"{first} + {second}" for first, second in combinations(MECHANISMS, 2)))
    for name in names:
        for seed in range(first_seed, first_seed + seeds):
            yield name, str(seed)


def play_pair(name: str, which: str) -> Played:
    """Live with both: `which` is the seed."""
    mechanisms = [MECHANISMS[part] for part in name.split(" + ")]
    variants = {key: value for m in mechanisms for key, value in m.variants.items()}
    stack_variants = {key: value for m in mechanisms for key, value in m.stack_variants.items()}
    life = Life(int(which), name, variants=variants, stack_variants=stack_variants)
    life.alarms.add("stuck")
    try:
        try:
            _live(life, mechanisms)
        except Exception as error:
            life.failures.append(Violation("I8", f"{type(error).__name__}: {error}"))
        return Played.of(life)
    finally:
        life.environment.close()


def _live(life: Life, mechanisms: list[Mechanism]) -> None:
    for mechanism in mechanisms:
        life.wanted = replace(life.wanted, serving="provisioned", **mechanism.changes)
        if mechanism.install is not None:
            mechanism.install(life)
    steps = [m.step for m in mechanisms if m.step is not None] or [retrain]
    life.deploy(settle=life.one_of(True, False))
    for step in steps:
        life.run(life.one_of(life.between(0, MINUTE), life.between(0, HOUR), DAY))
        _waiting(life, step)
    if life.one_of(True, False):
        life.run(life.one_of(life.between(0, MINUTE), DAY))
        _waiting(life, Life.destroy)
    life.finish()


def _waiting(life: Life, step: Act) -> None:
    """As a user does: waits while the stack is busy, unless the step is meant for a busy one."""
    if step is not destroy_early:
        life.mend()
    try:
        step(life)
    except StackBusyError as error:
        life.environment.world.note(f"USER cannot: {error}")
