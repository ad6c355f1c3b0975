"""However often each event is delivered, answers and state are the same, to the byte (faults A05, A06, D02)."""

from functools import cache
from typing import Any

import pytest

from tests.simulation.bench.variant import planted
from tests.simulation.bench.variants import VARIANTS
from tests.simulation.machine.repetition import STORIES, tell

SEEDS = 204


@cache
def once(story: str) -> dict[str, Any]:
    return tell(STORIES[story])


@pytest.mark.parametrize("story", STORIES)
def test_events_delivered_again_change_nothing(story: str) -> None:
    assert not once(story)["violations"]
    for seed in range(SEEDS // len(STORIES)):
        assert tell(STORIES[story], f"{story} {seed}") == once(story), f"seed {seed}"


def test_answers_that_are_not_kept_are_found_out() -> None:
    with planted(VARIANTS["no-kept-answers"]):
        told = (tell(STORIES["create and remove"], f"create and remove {seed}") for seed in range(20))
        assert any(len(bodies) > 1 for outcome in told for bodies in outcome["answers"].values())
