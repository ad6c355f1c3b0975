"""What answers take: time, length and money. They say nothing about an answer that failed."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import partial
from itertools import accumulate
from math import nan

from finetuning.evaluation.metric import Case, Metric, from_zero_to_one

_PRICES = "prices.input_usd_per_1k_tokens and prices.output_usd_per_1k_tokens"


def quantile(share: float, values: Sequence[float], weights: Sequence[float]) -> float:
    """Return the smallest value that at least a share of the weight does not exceed."""
    ordered = sorted(range(len(values)), key=values.__getitem__)
    # The tiny reduction keeps 0.95 * 20, which floats may hold as 19.00…1, at 19.
    wanted = share * sum(weights) - 1e-9
    place = bisect_left(list(accumulate(weights[index] for index in ordered)), wanted)
    return values[ordered[min(place, len(ordered) - 1)]]


def _seconds(case: Case) -> float | None:
    return None if case.failed else case.answer.seconds


def _output_tokens(case: Case) -> float | None:
    return None if case.failed else float(case.answer.output_tokens)


def _characters(case: Case) -> float | None:
    return None if case.failed else float(len(case.text))


def _usd_per_1k_requests(case: Case) -> float | None:
    """Return what a thousand requests like this one cost, which is a thousandth of it times a thousand."""
    prices = case.prices
    if case.failed or prices is None:
        return None
    if prices.input_usd_per_1k_tokens is None or prices.output_usd_per_1k_tokens is None:
        return None
    answer = case.answer
    return answer.input_tokens * prices.input_usd_per_1k_tokens + answer.output_tokens * prices.output_usd_per_1k_tokens


def _judge_score(case: Case) -> float | None:
    if case.failed:
        return 0.0
    if case.grade is None or case.grade.failure:
        return None
    return case.grade.score if 0 <= case.grade.score <= 1 else nan


METRICS = (
    Metric("answer_length", "Answer length", "characters", "less", _characters),
    Metric("latency_p50", "Latency p50", "seconds", "less", _seconds, partial(quantile, 0.5)),
    Metric("latency_p95", "Latency p95", "seconds", "less", _seconds, partial(quantile, 0.95)),
    Metric("output_tokens", "Output tokens", "tokens", "less", _output_tokens),
    Metric("usd_per_1k_requests", "Dollars per 1,000 requests", "usd", "less", _usd_per_1k_requests, needs=_PRICES),
    Metric(
        "failed_share",
        "Failed",
        "share",
        "less",
        lambda case: float(case.failed),
        extremes=from_zero_to_one,
        counts_failures=True,
    ),
    Metric(
        "judge_score",
        "Judge's score",
        "share",
        "more",
        _judge_score,
        extremes=from_zero_to_one,
        needs="evaluation.judge",
    ),
)
