"""How sure a difference is: a paired bootstrap that keeps its level with few records and skewed scores.

The Bayesian bootstrap (Rubin, 'The Bayesian Bootstrap', Annals of Statistics 9, 1981) weighs the records of the test
dataset by chance. It knows only differences that occurred, so with few records it is too sure. Therefore each bound
also weighs one record that nobody has seen and that has the worst difference there can be (Learned-Miller and Thomas,
'A New Confidence Interval for the Mean of a Bounded Random Variable', arXiv:1905.06208, with the bound that Gaffke
proposed).
Of answers that are right or wrong, the lower bound then is above zero exactly when McNemar's exact one-sided test says
so; `python -m tests.unit.finetuning.evaluation.false_promotions` simulates other scores. Where no worst difference is
known, the largest one that occurred stands for it, with either sign.

Both records of a pair are answers to the same question, so they are weighed together.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from math import fsum, isfinite, log
from operator import mul
from random import Random
from typing import TypeVar

#: With as many, a bound's error by chance is a twentieth of the standard error: sqrt(0.05 * 0.95 / 1999) / 0.103.
REPLICATES = 1999

_Item = TypeVar("_Item", bound=Hashable)
#: A value of weighed items: same order, same number.
Statistic = Callable[[Sequence[_Item], Sequence[float]], float]


@dataclass(frozen=True)
class Interval:
    """Bounds of a difference, each with the stated confidence; the true one is below ``low`` in the rest of cases."""

    low: float
    high: float


def weighted_mean(values: Sequence[float], weights: Sequence[float]) -> float:
    """Return the mean of weighed values."""
    return fsum(value * weight for value, weight in zip(values, weights, strict=True)) / fsum(weights)


def interval(
    items: Sequence[_Item],
    statistic: Statistic[_Item],
    *,
    worst: _Item,
    best: _Item,
    confidence: float,
    seed: str,
    replicates: int = REPLICATES,
) -> Interval:
    """Return the bounds of a statistic of items.

    Args:
        items: of each record, what the statistic needs of candidate and baseline; at least two.
        statistic: of weighed items.
        worst: an item with which the statistic is as low as one record can make it.
        best: an item with which it is as high.
        confidence: of each bound.
        seed: what the chance is derived from.
        replicates: how often the records are weighed.

    Raises:
        ValueError: there are fewer than two items, or the statistic is not a number.
    """
    _require_two(items)
    counts = Counter(items)
    distinct = sorted(counts, key=repr)  # any order will do that is not the file's
    draw = _weights([counts[item] for item in distinct], seed)
    lows, highs = [], []
    for _ in range(replicates):
        weights = draw()
        lows.append(statistic([*distinct, worst], weights))
        highs.append(statistic([*distinct, best], weights))
    return _bounds(lows, highs, confidence)


def mean_interval(
    values: Sequence[float], *, worst: float, best: float, confidence: float, seed: str, replicates: int = REPLICATES
) -> Interval:
    """Return what ``interval`` returns of a weighted mean, in less time: most metrics are means.

    Raises:
        ValueError: there are fewer than two values, or one is not a number.
    """
    _require_two(values)
    counts = Counter(values)
    distinct = sorted(counts, key=repr)
    draw = _weights([counts[value] for value in distinct], seed)
    lows, highs = [], []
    for _ in range(replicates):
        weights = draw()
        unseen, total = weights[-1], fsum(weights)
        known = fsum(map(mul, distinct, weights))  # the last weight, which is the unseen record's, is left over
        lows.append((known + unseen * worst) / total)
        highs.append((known + unseen * best) / total)
    return _bounds(lows, highs, confidence)


def least_provable_loss(records: int, confidence: float) -> float:
    """Return the smallest loss of a share that so many records can exclude, if every answer is equally good.

    Of records that all agree, the chance that a loss of this share stayed unseen is ``1 - confidence``; so a smaller
    ``max_loss_to_champion`` cannot be met.
    """
    return float(1 - (1 - confidence) ** (1 / records))


def _require_two(items: Sequence[object]) -> None:
    if len(items) < 2:
        raise ValueError(f"an interval needs two records, got {len(items)}")


def _weights(counts: Sequence[int], seed: str) -> Callable[[], list[float]]:
    """Return what draws the weights of items that are there so often, and of one that nobody has seen.

    Weights of single records are exponential; items that are alike share the sum of theirs, which is a gamma variate.
    """
    chance = Random(int.from_bytes(sha256(seed.encode()).digest()))  # noqa: S311 - a replayable choice, not a secret
    uniform, gamma = chance.random, chance.gammavariate
    every = [*counts, 1]

    def draw() -> list[float]:
        return [-log(1.0 - uniform()) if count == 1 else gamma(count, 1.0) for count in every]

    return draw


def _bounds(lows: list[float], highs: list[float], confidence: float) -> Interval:
    if not all(map(isfinite, (*lows, *highs))):
        raise ValueError("the statistic is not a number")
    return Interval(_quantile(lows, 1 - confidence), -_quantile([-high for high in highs], 1 - confidence))


def _quantile(values: list[float], share: float) -> float:
    """Return the value that is exceeded with the rest of the probability, rounded down to one that occurred."""
    # The tiny addend keeps 0.05 * 2000, which floats may hold as 99.99…, at 100.
    return sorted(values)[max(0, int(share * (len(values) + 1) + 1e-9) - 1)]
