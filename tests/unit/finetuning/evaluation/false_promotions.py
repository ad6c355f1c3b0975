"""How often chance alone passes the gate: simulated candidates that are exactly as good as is not enough.

`python -m tests.unit.finetuning.evaluation.false_promotions` runs all of it, some minutes, and prints a table: the
share of candidates whose lower bound is above their true difference. With confidence 0.95 it has to be 0.05 or less.
The suite runs a short part of it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import exp, sqrt
from random import Random as Chance

from finetuning.evaluation.measuring import bounds
from finetuning.evaluation.metric import Metric, from_zero_to_one, unbounded
from finetuning.evaluation.metrics.labels import Labels
from finetuning.evaluation.metrics.running import METRICS


@dataclass(frozen=True)
class World:
    """How differences come about.

    Attributes:
        draw: one difference between candidate and baseline.
        truth: its mean.
        span: the largest difference there can be; None if there is none.
    """

    name: str
    draw: Callable[[Chance], float]
    truth: float = 0.0
    span: float | None = 1.0


def _right(gains: float, losses: float) -> Callable[[Chance], float]:
    """Right or wrong answers: this share is right only with the candidate, that one only with the baseline."""

    def draw(chance: Chance) -> float:
        luck = chance.random()
        return 1.0 if luck < gains else -1.0 if luck < gains + losses else 0.0

    return draw


def _scores(chance: Chance) -> float:
    """Scores such as F1: mostly all or nothing, less so those of the baseline."""
    return chance.betavariate(0.3, 0.3) - chance.betavariate(0.6, 0.6)


WORLDS = (
    World("right or wrong, half and half", _right(0.25, 0.25)),
    World("right or wrong, few differ", _right(0.05, 0.05)),
    World("right or wrong, very few differ", _right(0.02, 0.02)),
    World("right or wrong, gain of 0.1 is the limit", _right(0.2, 0.1), truth=0.1),
    World("right or wrong, loss of 0.05 is the limit", _right(0.0, 0.05), truth=-0.05),
    World("right or wrong, loss of 0.02 is the limit", _right(0.0, 0.02), truth=-0.02),
    World("scores from 0 to 1", _scores),
    World("scores, many small gains, few total losses", lambda c: -0.95 if c.random() < 0.05 else 0.05),
    World("scores, few large gains, many small losses", lambda c: 0.95 if c.random() < 0.05 else -0.05),
    World("normal, without bounds", lambda c: c.gauss(0, 1), span=None),
    World("exponential gains, without bounds", lambda c: c.expovariate(1) - 1, span=None),
    World("exponential losses, without bounds", lambda c: 1 - c.expovariate(1), span=None),
    World(
        "latencies (lognormal), without bounds",
        lambda c: exp(c.gauss(0, 0.8)) - exp(c.gauss(0, 0.8)),
        span=None,
    ),
)


def _bounded(span: float | None) -> Metric:
    """Return a metric of numbers, whose differences are what a world draws."""
    extremes = unbounded if span is None else from_zero_to_one
    return Metric("drawn", "Drawn", "score", "more", lambda case: 0.0, extremes=extremes)


def false_promotions(world: World, records: int, lives: int, *, replicates: int = 399) -> int:
    """Return in how many of so many lives the lower bound, of confidence 0.95, is above the true difference."""
    chance = Chance(f"{world.name} {records}")  # noqa: S311 - a replayable choice, not a secret
    metric = _bounded(world.span)
    found = 0
    for life in range(lives):
        pairs = [(world.draw(chance), 0.0) for _ in range(records)]
        low = bounds(metric, pairs, confidence=0.95, seed=f"{life}", replicates=replicates).low
        found += low > world.truth + 1e-12
    return found


def false_label_promotions(records: int, lives: int, *, replicates: int = 199) -> int:
    """Return the same of macro F1, of two equally good classifiers of three labels, one of them rare."""
    names = ("a", "b", "c")
    metric = Labels(names).metrics()[1]
    chance = Chance(f"labels {records}")  # noqa: S311 - a replayable choice, not a secret

    def answered(wanted: str) -> tuple[str, str]:
        return wanted, wanted if chance.random() < 0.8 else chance.choice(names)

    found = 0
    for life in range(lives):
        wanted = chance.choices(names, weights=[5, 4, 1], k=records)
        pairs = [(answered(name), answered(name)) for name in wanted]
        found += bounds(metric, pairs, confidence=0.95, seed=f"{life}", replicates=replicates).low > 1e-12
    return found


def false_latency_promotions(records: int, lives: int, *, replicates: int = 199) -> int:
    """Return the same of the 95th percentile of latencies, of two equally quick models."""
    metric = next(metric for metric in METRICS if metric.name == "latency_p95")
    chance = Chance(f"latencies {records}")  # noqa: S311 - a replayable choice, not a secret
    found = 0
    for life in range(lives):
        pairs = [(exp(chance.gauss(0, 0.5)), exp(chance.gauss(0, 0.5))) for _ in range(records)]
        found += bounds(metric, pairs, confidence=0.95, seed=f"{life}", replicates=replicates).high < -1e-12
    return found


def most_by_chance(lives: int, share: float = 0.05) -> float:
    """Return how many of so many lives may fail at a rate of that share: four standard errors above the mean."""
    return lives * share + 4 * sqrt(lives * share * (1 - share))


def _rows(lives: int) -> Iterator[str]:
    sizes = (30, 60, 200)
    yield f"share of {lives} lives whose bound (confidence 0.95) is beyond the true difference; at most 0.05 is stated"
    for world in WORLDS:
        yield _row(world.name, {size: false_promotions(world, size, lives) / lives for size in sizes})
    fewer = lives // 4
    yield _row(f"macro F1, one of three labels rare ({fewer})", _of(false_label_promotions, sizes, fewer))
    yield _row(f"latency p95 ({fewer})", _of(false_latency_promotions, sizes, fewer))


def _of(count: Callable[[int, int], int], sizes: tuple[int, ...], lives: int) -> dict[int, float]:
    return {size: count(size, lives) / lives for size in sizes}


def _row(name: str, shares: dict[int, float]) -> str:
    return f"{name:<45} " + "  ".join(f"n={size}: {share:.4f}" for size, share in shares.items())


if __name__ == "__main__":
    for row in _rows(2000):
        print(row, flush=True)
