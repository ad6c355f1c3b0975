"""Metrics and statistics against other people's implementations: rouge-score, scikit-learn, scipy.

They are imported here only, within the tests: that takes seconds, and every worker would pay for it.
"""

import random
import sys
from math import sqrt
from unittest.mock import MagicMock

import pytest

from finetuning.evaluation.metrics.labels import Labels, label_table, macro_f1, precision, recall
from finetuning.evaluation.metrics.text import rouge_l
from finetuning.evaluation.statistics import interval, mean_interval, weighted_mean
from tests.unit.finetuning.evaluation.judged_answers import case

pytestmark = pytest.mark.xdist_group("peers")

REPLICATES = 9999
WORDS = ["bedrock", "model", "data", "the", "a", "is", "trained", "on", "42"]
NAMES = ["billing", "delivery", "returns"]


def test_rouge_l(monkeypatch):
    """Google's implementation, on random sentences."""
    # It imports nltk, which takes seconds, for a stemmer that is not used here.
    for name in ("nltk", "nltk.stem", "nltk.stem.porter"):
        monkeypatch.setitem(sys.modules, name, MagicMock())
    from rouge_score.rouge_scorer import RougeScorer

    chance = random.Random(7)  # noqa: S311 - a replayable choice, not a secret
    scorer = RougeScorer(["rougeL"], use_stemmer=False)
    for _ in range(200):
        answer, reference = (" ".join(chance.choices(WORDS, k=chance.randint(1, 12))) for _ in range(2))
        expected = scorer.score(reference, answer)["rougeL"].fmeasure
        assert rouge_l(case(answer, reference)) == pytest.approx(expected), (answer, reference)


def drawn(seed, size):
    """Return wanted and answered labels; some answers are no label."""
    chance = random.Random(seed)  # noqa: S311 - a replayable choice, not a secret
    wanted = chance.choices(NAMES, weights=[6, 3, 1], k=size)
    answered = [name if chance.random() < 0.6 else chance.choice([*NAMES, ""]) for name in wanted]
    return list(zip(wanted, answered, strict=True))


def test_label_figures():
    """scikit-learn's macro F1, and precision, recall, F1 and support of each label."""
    from sklearn.metrics import f1_score, precision_recall_fscore_support

    for seed in range(20):
        pairs = drawn(seed, 30)
        wanted, answered = zip(*pairs, strict=True)
        seen = sorted({*wanted, *answered} - {""})
        expected = f1_score(wanted, answered, labels=seen, average="macro", zero_division=0)
        assert macro_f1(pairs, [1.0] * len(pairs)) == pytest.approx(expected)
        figures = precision_recall_fscore_support(wanted, answered, labels=seen, zero_division=0)
        table = label_table(pairs)
        for place, name in enumerate(seen):
            found = [table[name][key] for key in ("precision", "recall", "f1", "records")]
            assert found == pytest.approx([column[place] for column in figures])


def test_weighted_label_figures():
    """The bootstrap weighs records; scikit-learn can, too."""
    from sklearn.metrics import f1_score, precision_recall_fscore_support

    pairs, chance = drawn(1, 40), random.Random(2)  # noqa: S311 - a replayable choice, not a secret
    weights = [chance.random() for _ in pairs]
    wanted, answered = zip(*pairs, strict=True)
    expected = f1_score(wanted, answered, labels=NAMES, average="macro", sample_weight=weights, zero_division=0)
    assert macro_f1(pairs, weights) == pytest.approx(expected)
    figures = precision_recall_fscore_support(wanted, answered, labels=["billing"], sample_weight=weights)
    found = [precision("billing", pairs, weights), recall("billing", pairs, weights)]
    assert found == pytest.approx([figures[0][0], figures[1][0]])


def test_accuracy():
    from sklearn.metrics import accuracy_score

    metric, pairs = Labels(NAMES).metrics()[0], drawn(3, 25)
    found = [metric.contribution(case(answered, wanted)) for wanted, answered in pairs]
    wanted, answered = zip(*pairs, strict=True)
    assert metric.value(found) == pytest.approx(accuracy_score(wanted, answered))


@pytest.mark.parametrize("shape", ["normal", "skewed"])
def test_bounds_of_many_records_are_scipys_bootstrap(shape):
    """With many records the unseen one weighs little, and the bounds are those of scipy's paired bootstrap."""
    import numpy as np
    from scipy.stats import bootstrap

    chance = np.random.default_rng(11)
    size = 400
    ours = chance.normal(0.1, 1, size) if shape == "normal" else chance.exponential(1, size) - 0.9
    theirs = chance.normal(0, 1, size)
    expected = bootstrap(
        (ours, theirs),
        lambda one, other, axis: np.mean(one - other, axis=axis),
        paired=True,
        vectorized=True,
        confidence_level=0.9,
        method="percentile",
        n_resamples=999,
        rng=np.random.default_rng(1),
    ).confidence_interval
    gaps = [float(gap) for gap in ours - theirs]
    far = max(map(abs, gaps))
    found = mean_interval(gaps, worst=-far, best=far, confidence=0.95, seed="a", replicates=999)
    # Half a standard error: a record at the largest difference moves a bound by about that, chance by a tenth of it.
    allowed = 0.5 * float(np.std(gaps)) / sqrt(size)
    assert found.low == pytest.approx(expected.low, abs=allowed)
    assert found.high == pytest.approx(expected.high, abs=allowed)
    # The unseen record may only widen the interval, chance aside.
    assert found.low < expected.low + allowed / 5
    assert found.high > expected.high - allowed / 5


@pytest.mark.parametrize(("gained", "lost"), [(5, 0), (4, 0), (8, 1), (7, 1), (12, 4), (12, 5), (30, 18), (30, 19)])
def test_right_and_wrong_answers_are_mcnemars_exact_test(gained, lost):
    """The lower bound is above zero exactly when the exact one-sided test, by scipy's binomial, rejects equality."""
    from scipy.stats import binomtest

    gaps = [1.0] * gained + [-1.0] * lost + [0.0] * 20
    found = mean_interval(gaps, worst=-1.0, best=1.0, confidence=0.95, seed="a", replicates=REPLICATES)
    p_value = binomtest(gained, gained + lost, 0.5, alternative="greater").pvalue
    assert abs(p_value - 0.05) > 0.003, "too near to be told by 9,999 replicates"
    assert (found.low > 0) == (p_value < 0.05)


@pytest.mark.parametrize(("right", "size"), [(40, 40), (35, 40), (20, 40)])
def test_one_share_is_clopper_and_pearsons(right, size):
    """A share's bounds with the unseen record are the exact ones, which scipy computes."""
    from scipy.stats import binomtest

    found = interval(
        [1.0] * right + [0.0] * (size - right),
        weighted_mean,
        worst=0.0,
        best=1.0,
        confidence=0.95,
        seed="a",
        replicates=9999,
    )
    exact = binomtest(right, size).proportion_ci(confidence_level=0.9, method="exact")
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high), abs=0.006)
