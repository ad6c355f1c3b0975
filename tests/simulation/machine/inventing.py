"""Many invented lifecycles on all cores."""

import io
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stdout
from dataclasses import dataclass

from hypothesis import Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test

from tests.simulation.machine.lifecycle import Lifecycle

EXAMPLES, STEPS = 500, 30
#: Each part has a seed of its own, so that parts are the same however many cores there are.
PART = 50


@dataclass(frozen=True)
class Invented:
    """What came of a part.

    Attributes:
        lives: how many, those of shrinking included.
        followed: how many rules were followed in them.
        report: the smallest life that goes wrong, as Hypothesis writes it; "" if none was found.
    """

    seed: int
    lives: int
    followed: int
    report: str


def invent_all(*, examples: int = EXAMPLES, steps: int = STEPS, processes: int | None = None) -> Iterator[Invented]:
    """Parts as they end."""
    seeds = range(-(-examples // PART))
    with ProcessPoolExecutor(processes or os.cpu_count()) as pool:
        yield from pool.map(invent, seeds, [min(PART, examples)] * len(seeds), [steps] * len(seeds))


def invent(seed: int, examples: int, steps: int) -> Invented:
    """Let Hypothesis invent that many lives of at most that many steps."""
    machine: type[Lifecycle] = seeded(seed)(type("Lifecycle", (Lifecycle,), {"lives": 0, "followed": 0}))
    said, report = io.StringIO(), ""
    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.generate, Phase.shrink],
        report_multiple_bugs=False,
    )
    try:
        with redirect_stdout(said):
            run_state_machine_as_test(machine, settings=chosen)
    except Exception as error:
        notes = "\n".join(getattr(error, "__notes__", ()))
        report = f"{type(error).__name__}: {error}\n{notes}\n{said.getvalue()}".strip()
    return Invented(seed, machine.lives, machine.followed, report)
