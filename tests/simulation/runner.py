"""Runs many lifecycles on all cores, and tells what failed and how to see it again."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import islice

from tests.simulation import collecting
from tests.simulation.oracle import Violation
from tests.simulation.plans import Plan, draw
from tests.simulation.running import Result, run

CHUNK = 50
#: More failures than these say nothing new.
MOST_TOLD = 20


@dataclass
class Tally:
    """What came of many lifecycles.

    Attributes:
        failing: by seed.
        struck: how often each kind of fault struck.
    """

    lifecycles: int = 0
    calls: int = 0
    seconds: float = 0.0
    struck: Counter[str] = field(default_factory=Counter)
    failing: dict[int, tuple[Violation, ...]] = field(default_factory=dict)

    @property
    def violations(self) -> Counter[str]:
        """How many lifecycles break each invariant."""
        return Counter(name for found in self.failing.values() for name in {v.invariant for v in found})

    def add(self, other: "Tally") -> None:
        """Take in another tally."""
        self.lifecycles += other.lifecycles
        self.calls += other.calls
        self.seconds += other.seconds
        self.struck.update(other.struck)
        self.failing.update(other.failing)


def run_mixed(
    seeds: Iterable[int],
    *,
    plan: Callable[[int], Plan] = draw,
    processes: int | None = None,
    told: Callable[[Tally], None] = lambda tally: None,
) -> Tally:
    """The mixed lifecycles of these seeds, or those of another plan, on all cores; `told` hears of the progress."""
    tally, chunks = Tally(), list(_chunks(seeds))
    workers = processes or os.cpu_count() or 1
    if workers == 1 or len(chunks) == 1:
        for chunk in chunks:
            tally.add(run_chunk(chunk, plan=plan))
            told(tally)
        return tally
    with ProcessPoolExecutor(workers) as pool:
        for part in pool.map(partial(run_chunk, plan=plan), chunks):
            tally.add(part)
            told(tally)
    return tally


def run_chunk(seeds: Iterable[int], *, plan: Callable[[int], Plan] = draw) -> Tally:
    """Some lifecycles, one after the other."""
    tally, began = Tally(), time.process_time()
    with collecting.at_the_end():
        for seed in seeds:
            result = run(plan(seed), traced=False)
            tally.lifecycles += 1
            tally.calls += result.calls
            tally.struck.update(kind for _, kind in result.struck)
            if result.violations:
                tally.failing[seed] = result.violations
    tally.seconds = time.process_time() - began
    return tally


def described(result: Result, *, lines: int = 200) -> Iterator[str]:
    """A failing lifecycle for a person: what was done, what is wrong, and the end of the trace."""
    plan = result.plan
    yield f"seed {plan.seed}: {result.calls} calls in {result.days:.1f} days"
    for step in plan.steps:
        what = f" {step.wanted}" if step.wanted else ""
        yield f"  {step.what} {step.model}, then {step.pause:.0f} s{what}"
    yield f"  struck: {dict(result.struck)}" if result.struck else "  no call was struck"
    yield f"  {plan.variants}"
    yield f"  {plan.stack_variants}"
    yield f"  {plan.delivery}"
    for time_, who, what in islice(result.trace, max(0, len(result.trace) - lines), None):
        yield f"{time_:12.2f}  {who:<44} {what[:240]}"
    yield from result.left
    for violation in result.violations:
        yield f"VIOLATED {violation}"


def _chunks(seeds: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(seeds)
    while chunk := list(islice(remaining, CHUNK)):
        yield chunk
