"""What was measured: values of each subject, and the differences between the candidate and the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from finetuning.evaluation.metric import Case, Metric, Pair
from finetuning.evaluation.statistics import REPLICATES, Interval, interval, mean_interval, weighted_mean

CANDIDATE, BASE, CHAMPION, LARGER = "candidate", "base", "champion", "larger"
#: In the order of a report's columns.
SUBJECTS = (CANDIDATE, BASE, CHAMPION, LARGER)


@dataclass(frozen=True)
class Value:
    """A metric of one subject; None if it could not be measured on ``records`` records."""

    value: float | None
    records: int


@dataclass(frozen=True)
class Difference:
    """Candidate less another subject on the records that both answered.

    Attributes:
        candidate: the metric of the candidate on these records; None if it could not be measured.
        other: the same of the other subject.
        value: the difference.
        low: it is not below this, with the confidence of the gate; None if no bound can be given.
        high: it is not above this, with the same confidence.
        records: that both answered.
    """

    candidate: float | None
    other: float | None
    value: float | None
    low: float | None
    high: float | None
    records: int


@dataclass(frozen=True)
class MetricFacts:
    """What a gate has to know of a metric; see `Metric`."""

    unit: str
    better: str
    needs: str


@dataclass(frozen=True)
class Measured:
    """Everything that a gate is decided on.

    Attributes:
        metrics: by name.
        values: subject → metric → value.
        differences: other subject → metric → difference.
        answered: records that a subject answered.
        asked: records of the evaluation.
        confidence: of each bound of the differences.
    """

    metrics: Mapping[str, MetricFacts]
    values: Mapping[str, Mapping[str, Value]]
    differences: Mapping[str, Mapping[str, Difference]]
    answered: Mapping[str, int]
    asked: int
    confidence: float


def measure(
    metrics: Mapping[str, Metric], cases: Mapping[str, Sequence[Case]], *, confidence: float, seed: str
) -> Measured:
    """Return everything that metrics say about the subjects' answers.

    Args:
        metrics: by name.
        cases: subject → every record with its answer.
        confidence: of each bound of a difference.
        seed: what the chance of the bootstrap is derived from, with metric and subject.
    """

    def differences(other: str) -> dict[str, Difference]:
        ours, theirs = cases[CANDIDATE], cases[other]
        return {
            name: difference_of(metric, ours, theirs, confidence=confidence, seed=f"{seed} {name} {other}")
            for name, metric in metrics.items()
        }

    def values(found: Sequence[Case]) -> dict[str, Value]:
        return {name: value_of(metric, found) for name, metric in metrics.items()}

    return Measured(
        metrics={name: MetricFacts(metric.unit, metric.better, metric.needs) for name, metric in metrics.items()},
        values={subject: values(found) for subject, found in cases.items()},
        differences={other: differences(other) for other in cases if other != CANDIDATE},
        answered={subject: sum(not case.failed for case in found) for subject, found in cases.items()},
        asked=len(cases[CANDIDATE]),
        confidence=confidence,
    )


def value_of(metric: Metric, cases: Sequence[Case]) -> Value:
    """Return a metric of the answers of one subject."""
    contributions = [found for case in cases if (found := metric.contribution(case)) is not None]
    return Value(_finite(metric.value(contributions)), len(contributions))


def difference_of(
    metric: Metric, candidate: Sequence[Case], other: Sequence[Case], *, confidence: float, seed: str
) -> Difference:
    """Return how a metric differs between two subjects.

    A record that the other one did not answer is left out, unless the metric is about failing. One that only the
    candidate failed at is not: it counts as an empty answer wherever the metric judges texts, so that failing at hard
    questions does not help.

    Args:
        metric: the metric.
        candidate: its answers.
        other: the answers of the other subject.
        confidence: of each bound.
        seed: what the chance of the bootstrap is derived from.
    """
    pairs, answered = _pairs(metric, candidate, other)
    if not pairs:
        return Difference(None, None, None, None, None, 0)
    ours, theirs = (_finite(metric.value([pair[side] for pair in pairs])) for side in (0, 1))
    if ours is None or theirs is None:
        return Difference(ours, theirs, None, None, None, answered)
    if len(pairs) < 2:
        return Difference(ours, theirs, ours - theirs, None, None, answered)
    found = bounds(metric, pairs, confidence=confidence, seed=seed)
    return Difference(ours, theirs, ours - theirs, found.low, found.high, answered)


def _pairs(metric: Metric, candidate: Sequence[Case], other: Sequence[Case]) -> tuple[list[Pair], int]:
    """Return what both contribute of the same records, and how many of these both answered."""
    others = {case.record.id: case for case in other if metric.counts_failures or not case.failed}
    pairs, answered = [], 0
    for case in candidate:
        if case.record.id not in others:
            continue
        pair = metric.contribution(case), metric.contribution(others[case.record.id])
        if None not in pair:
            pairs.append(pair)
            answered += metric.counts_failures or not case.failed
    return pairs, answered


def bounds(
    metric: Metric, pairs: Sequence[Pair], *, confidence: float, seed: str, replicates: int = REPLICATES
) -> Interval:
    """Return the bounds of the difference of a metric between the sides of pairs; there must be two pairs."""
    extremes = metric.extremes(pairs)
    if metric.combine is weighted_mean:  # a mean of differences is the difference of the means, and quicker
        far = [ours - theirs for ours, theirs in extremes]
        gaps = [ours - theirs for ours, theirs in pairs]
        return mean_interval(
            gaps, worst=min(far), best=max(far), confidence=confidence, seed=seed, replicates=replicates
        )

    def difference(items: Sequence[Pair], weights: Sequence[float]) -> float:
        ours, theirs = ([item[side] for item in items] for side in (0, 1))
        return metric.combine(ours, weights) - metric.combine(theirs, weights)

    def with_one_more(pair: Pair) -> float:
        return difference([*pairs, pair], [1.0] * (len(pairs) + 1))

    ordered = sorted(extremes, key=with_one_more)
    worst, best = ordered[0], ordered[-1]
    return interval(pairs, difference, worst=worst, best=best, confidence=confidence, seed=seed, replicates=replicates)


def _finite(value: float | None) -> float | None:
    return value if value is not None and isfinite(value) else None
