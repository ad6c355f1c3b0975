"""Lets variants live until they are caught, and the unmodified code live the same lives."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tests.simulation.bench.variant import Variant, planted
from tests.simulation.oracle import Violation
from tests.simulation.running import run
from tests.simulation.scenarios.catalogue import play_fault
from tests.simulation.scenarios.promotion_lives import NAME, play_promotion
from tests.simulation.scenarios.running import Played


@dataclass(frozen=True)
class Verdict:
    """What came of a variant.

    Attributes:
        seed: the first that caught it; None if none did.
        lives: how many seeds were tried.
        spoilt: seeds at which the unmodified code fails too, so that they prove nothing.
    """

    variant: str
    seed: int | None
    lives: int
    seconds: float
    violations: tuple[Violation, ...] = ()
    spoilt: tuple[int, ...] = ()

    @property
    def invariants(self) -> tuple[str, ...]:
        """Those that were violated."""
        return tuple(sorted({violation.invariant for violation in self.violations}))


def live(variant: Variant, seed: int) -> tuple[Violation, ...]:
    """Live a life with the flaw in the code, and return what is wrong then."""
    with planted(variant):
        if variant.scenario:
            return play_scenario(variant, seed).violations
        return run(variant.draw(seed), traced=False).violations


def play_scenario(variant: Variant, seed: int) -> Played:
    """Play the scenario that shows this flaw."""
    play = play_promotion if variant.scenario == NAME else play_fault
    return play(variant.scenario, str(seed))


def without_flaw(variant: Variant) -> Variant:
    """The unmodified code in the same lives."""
    return replace(variant, replacements=())


def try_until_caught(variant: Variant, seeds: Iterable[int]) -> Verdict:
    """Stop at the first seed that the variant fails and the unmodified code survives."""
    began, lives, spoilt = time.monotonic(), 0, []
    for seed in seeds:
        lives += 1
        found = live(variant, seed)
        if not found:
            continue
        if live(without_flaw(variant), seed):
            spoilt.append(seed)
            continue
        return Verdict(variant.name, seed, lives, time.monotonic() - began, found, tuple(spoilt))
    return Verdict(variant.name, None, lives, time.monotonic() - began, (), tuple(spoilt))


def failures_without_flaw(variant: Variant, seeds: Iterable[int]) -> dict[int, tuple[Violation, ...]]:
    """What is found, by seed, although no flaw is planted."""
    found = {seed: live(without_flaw(variant), seed) for seed in seeds}
    return {seed: violations for seed, violations in found.items() if violations}
