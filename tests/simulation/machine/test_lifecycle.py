"""Lifecycles that Hypothesis invents: a few in every test run, many with HYPOTHESIS_PROFILE=long."""

import os

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.simulation.bench.variant import planted
from tests.simulation.bench.variants import VARIANTS
from tests.simulation.machine.lifecycle import Lifecycle, ViolatedError

_ALWAYS = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    report_multiple_bugs=False,
)
_IS_LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
_PROFILE = settings(_ALWAYS, max_examples=500 if _IS_LONG else 25, stateful_step_count=30 if _IS_LONG else 15)
_SHRINKING = settings(_ALWAYS, max_examples=100, stateful_step_count=15)
#: Each with an invariant that it violates; shrinking the last two takes ten seconds each.
_FLAWS = [("url-logged", "I7"), ("no-tombstone", "I1"), ("published-early", "I6")]


def test_invented_lifecycles_violate_no_invariant() -> None:
    run_state_machine_as_test(Lifecycle, settings=_PROFILE)


@pytest.mark.parametrize(("flaw", "invariant"), _FLAWS if _IS_LONG else _FLAWS[:1])
def test_a_planted_flaw_is_found_and_shrunk_to_a_few_steps(flaw: str, invariant: str) -> None:
    with planted(VARIANTS[flaw]), pytest.raises(ViolatedError, match=invariant):
        run_state_machine_as_test(Lifecycle, settings=_SHRINKING)
    assert Lifecycle.last <= 10
