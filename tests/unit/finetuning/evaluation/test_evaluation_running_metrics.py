"""What answers take."""

from math import isnan

import numpy as np
import pytest

from finetuning.evaluation.answers import SavedGrade
from finetuning.evaluation.metric import Case
from finetuning.evaluation.metrics.running import METRICS, quantile
from finetuning.evaluation.settings import PriceSettings
from tests.unit.finetuning.evaluation.judged_answers import answer, case, record

BY_NAME = {metric.name: metric for metric in METRICS}


@pytest.mark.parametrize("share", [0.5, 0.95])
@pytest.mark.parametrize("size", [1, 2, 19, 20, 40, 101])
def test_quantiles_are_numpys(share, size):
    values = list(np.random.default_rng(size).lognormal(size=size))
    expected = np.quantile(values, share, method="inverted_cdf")
    assert quantile(share, values, [1.0] * size) == expected


def test_weighted_quantiles_are_numpys():
    chance = np.random.default_rng(3)
    values, weights = chance.lognormal(size=50), chance.exponential(size=50)
    expected = np.quantile(values, 0.95, method="inverted_cdf", weights=weights)
    assert quantile(0.95, list(values), list(weights)) == expected


def test_dollars():
    """1,000 requests of 1,500 and 200 tokens at a thousandth and four thousandths of a dollar."""
    prices = PriceSettings(0.001, 0.004)
    found = BY_NAME["usd_per_1k_requests"].contribution(Case(record(""), answer("x", tokens=(1500, 200)), None, prices))
    assert found == pytest.approx(1000 * (1.5 * 0.001 + 0.2 * 0.004))


@pytest.mark.parametrize("prices", [None, PriceSettings(), PriceSettings(0.001, None), PriceSettings(None, 0.001)])
def test_unknown_price_is_unknown_and_not_free(prices):
    assert BY_NAME["usd_per_1k_requests"].contribution(Case(record(""), answer("x"), None, prices)) is None


@pytest.mark.parametrize(
    "name", ["latency_p50", "latency_p95", "output_tokens", "answer_length", "usd_per_1k_requests"]
)
def test_failures_are_not_quick_and_cheap(name):
    failed = Case(record(""), answer("", failure="x", seconds=0, tokens=(0, 0)), None, PriceSettings(1, 1))
    assert BY_NAME[name].contribution(failed) is None


def test_failed_share():
    metric = BY_NAME["failed_share"]
    assert [metric.contribution(case("", "", failure=reason)) for reason in ("", "x")] == [0, 1]


def test_judge():
    """A failed answer has the worst grade, and a failed grading none."""
    metric = BY_NAME["judge_score"]
    grade, broken = SavedGrade("", 0.75, ""), SavedGrade("", 0.0, "", "unreadable")
    assert metric.contribution(Case(record(""), answer("x"), grade)) == 0.75
    assert metric.contribution(Case(record(""), answer("x"), broken)) is None
    assert metric.contribution(Case(record(""), answer("x"))) is None
    assert metric.contribution(Case(record(""), answer("", failure="x"), grade)) == 0
    assert isnan(float(str(metric.contribution(Case(record(""), answer("x"), SavedGrade("", 4.0, ""))))))
