"""Bounds of a metric's difference: each side has the unseen record that hurts it."""

from finetuning.evaluation.measuring import bounds, difference_of
from finetuning.evaluation.metric import Metric
from finetuning.evaluation.metrics.labels import Labels
from finetuning.evaluation.metrics.text import METRICS
from tests.unit.finetuning.evaluation.judged_answers import case

SECONDS = Metric("seconds", "Seconds", "seconds", "less", lambda case: 0.0)


def bounds_of(metric, pairs):
    """Return the bounds of a few replicates."""
    return bounds(metric, pairs, confidence=0.95, seed="a", replicates=199)


def test_labels_doubt_both_ways():
    """Two classifiers that were always right may each be the worse one on a record that nobody has seen."""
    macro_f1 = Labels(["a", "b"]).metrics()[1]
    found = bounds_of(macro_f1, [(("a", "a"), ("a", "a")), (("b", "b"), ("b", "b"))] * 10)
    assert found.low < 0 < found.high


def test_unbounded_metrics_doubt_by_what_occurred():
    """Where the candidate was quicker by a second once, it may be slower by a second as well."""
    found = bounds_of(SECONDS, [(1.0, 2.0), *[(2.0, 2.0)] * 19])
    assert found.low < -0.05 < 0 < found.high


def test_one_record_has_a_difference_and_no_bounds():
    exact_match = METRICS[0]
    found = difference_of(exact_match, [case("a", "a")], [case("b", "a")], confidence=0.95, seed="a")
    assert (found.value, found.low, found.high, found.records) == (1.0, None, None, 1)
