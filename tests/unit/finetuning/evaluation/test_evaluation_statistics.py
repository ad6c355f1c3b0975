"""Bounds keep what they promise, depend on nothing but the answers, and say when they cannot be given."""

import random
import subprocess
import sys

import pytest

from finetuning.evaluation.statistics import interval, least_provable_loss, mean_interval, weighted_mean
from tests.unit.finetuning.evaluation.false_promotions import (
    WORLDS,
    false_label_promotions,
    false_promotions,
    most_by_chance,
)

CONFIDENCE = 0.95


def bounds(gaps, seed="a", confidence=CONFIDENCE, span=1.0, **more):
    """Return the bounds of a mean."""
    return mean_interval(gaps, worst=-span, best=span, confidence=confidence, seed=seed, **more)


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_false_promotions_are_as_rare_as_stated(world):
    """Of candidates that are just not good enough; 4 standard errors are left to chance."""
    lives = 120
    assert false_promotions(world, 30, lives, replicates=99) <= most_by_chance(lives)


def test_false_promotions_of_labels_are_as_rare_as_stated():
    lives = 40
    assert false_label_promotions(40, lives, replicates=99) <= most_by_chance(lives)


def test_true_gains_are_found():
    """Caution is not all: a gain of 0.3 in 60 records of right and wrong answers is nearly always seen."""
    chance = random.Random(5)  # noqa: S311 - a replayable choice, not a secret
    drawn = [[float(chance.random() < 0.4) - float(chance.random() < 0.1) for _ in range(60)] for _ in range(50)]
    assert sum(bounds(gaps, replicates=199).low > 0 for gaps in drawn) >= 45


def test_same_answers_have_the_same_bounds():
    """In another order, in another process, with another hash seed."""
    gaps = [0.1, -0.2, 0.5, 0.5, 0.0, 1.0]
    code = (
        "from finetuning.evaluation.statistics import mean_interval; "
        f"print(mean_interval({gaps}, worst=-1.0, best=1.0, confidence={CONFIDENCE}, seed='a'))"
    )
    again = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert again == repr(bounds(gaps)) == repr(bounds(gaps[::-1]))
    assert bounds(gaps) != bounds(gaps, seed="b")


def test_quick_way_is_the_general_way():
    """Means are computed apart; the bounds are those of any other statistic."""
    chance = random.Random(3)  # noqa: S311 - a replayable choice, not a secret
    gaps = [*(chance.gauss(0.1, 0.3) for _ in range(20)), *[1.0] * 7]
    general = interval(gaps, weighted_mean, worst=-1.0, best=1.0, confidence=CONFIDENCE, seed="a", replicates=199)
    quick = bounds(gaps, replicates=199)
    assert (quick.low, quick.high) == pytest.approx((general.low, general.high))


def test_bounds_enclose_and_mirror():
    """What is better one way is worse the other way, by as much; more confidence is a wider interval."""
    chance = random.Random(1)  # noqa: S311 - a replayable choice, not a secret
    gaps = [chance.gauss(0.1, 0.3) for _ in range(40)]
    found, mirrored = bounds(gaps), bounds([-gap for gap in gaps])
    assert found.low < sum(gaps) / 40 < found.high
    assert mirrored.low == pytest.approx(-found.high, abs=0.02)
    wider = bounds(gaps, confidence=0.99)
    assert wider.low < found.low < found.high < wider.high


def test_equal_answers_leave_the_doubt_of_few_records():
    """Where no answer differs, the bounds are the exact ones of an event that was never seen."""
    found = bounds([0.0] * 40)
    assert -found.low == pytest.approx(least_provable_loss(40, CONFIDENCE), abs=0.006)
    assert least_provable_loss(40, CONFIDENCE) == pytest.approx(0.0722, abs=1e-4)
    assert bounds([0.0] * 40, span=0.0) == type(found)(0.0, 0.0)


@pytest.mark.parametrize("gaps", [[], [1.0]])
def test_one_record_has_no_interval(gaps):
    with pytest.raises(ValueError, match="needs two records"):
        bounds(gaps)


def test_nan_has_no_interval():
    with pytest.raises(ValueError, match="not a number"):
        bounds([1.0, float("nan")])
