"""A quick run of what `make simulate` runs for minutes: mixed lifecycles under faults, on the real code."""

import pytest

from tests.simulation.plans import draw
from tests.simulation.runner import described, run_chunk
from tests.simulation.running import run

#: Together at most 25 seconds on one core.
SEEDS, CHUNK = 300, 50


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_mixed_lifecycles_violate_nothing(first: int) -> None:
    tally = run_chunk(range(first, first + CHUNK))
    assert tally.lifecycles == CHUNK
    assert not tally.failing, [f"python -m tests.simulation --seed {seed}" for seed in tally.failing]


def test_a_seed_is_replayed_exactly() -> None:
    first, second = run(draw(7)), run(draw(7))
    assert (first.calls, first.struck, first.days) == (second.calls, second.struck, second.days)


def test_what_was_struck_by_chance_can_be_struck_exactly() -> None:
    from dataclasses import replace

    seed = next(seed for seed in range(100) if len(run(draw(seed)).struck) > 3)
    first = run(draw(seed))
    second = run(replace(first.plan, struck=dict(first.struck)))
    assert (first.calls, first.struck, first.days) == (second.calls, second.struck, second.days)


def test_a_lifecycle_is_described() -> None:
    text = "\n".join(described(run(draw(7))))
    assert text.startswith("seed 7: ")
    assert "deploy faq" in text
