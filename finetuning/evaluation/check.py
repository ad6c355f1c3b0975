"""One thing that the gate asks of what was measured, with its outcome as a sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from finetuning.evaluation.measuring import BASE, CANDIDATE, Difference, Measured, MetricFacts, Value

_NAMES = {BASE: "base model"}
NO_DIFFERENCE = Difference(None, None, None, None, None, 0)


@dataclass(frozen=True)
class Check:
    """One thing that the gate asks, and whether it is there.

    Attributes:
        metric: whose; empty if it is about the evaluation as a whole.
        kind: ``min``, ``max``, ``min_gain_over_base``, ``max_loss_to_champion``, ``no_regression``, ``band`` or
            ``min_records``.
        against: the other subject, or ``manifest``; empty without one.
        required: what it takes.
        observed: what was measured: a value, a gain (positive is better) or a distance; None if there is nothing.
        interval: bounds of the gain; None if there are none.
        records: on which it was measured.
        passed: whether it is met.
        reason: all of it as a sentence.
    """

    metric: str
    kind: str
    against: str
    required: float
    observed: float | None
    interval: tuple[float, float] | None
    records: int
    passed: bool
    reason: str


@dataclass(frozen=True)
class Evidence:
    """What the checks look at.

    Attributes:
        least: records that a value or a difference needs.
        confidence: that the bounds of differences need.
        absent: subject → why there are no answers of it.
    """

    measured: Measured
    least: int
    confidence: float
    absent: Mapping[str, str] = field(default_factory=dict)

    def value(self, metric: str) -> Value:
        """Return a value of the candidate."""
        return self.measured.values.get(CANDIDATE, {}).get(metric, Value(None, 0))

    def difference(self, metric: str, against: str) -> Difference:
        """Return a difference between the candidate and another subject."""
        return self.measured.differences.get(against, {}).get(metric, NO_DIFFERENCE)

    def shortage(self, metric: str, value: float | None, records: int, where: str) -> str:
        """Return why a metric cannot be judged; empty if it can."""
        if metric not in self.measured.metrics:
            return f"{metric} was not measured"
        if records < self.least:
            needs = self.measured.metrics[metric].needs
            hint = f" (it needs {needs})" if needs and not records else ""
            return f"{metric} {where} is known of {records} records, and {self.least} are needed{hint}"
        return f"{metric} {where} is not a number" if value is None else ""


def value_check(
    evidence: Evidence, metric: str, kind: str, limit: float, words: str, is_met: Callable[[float], bool]
) -> Check:
    """Return whether a value of the candidate is within a limit."""
    found = evidence.value(metric)
    problem = evidence.shortage(metric, found.value, found.records, "of the candidate")
    passed = not problem and found.value is not None and is_met(found.value)
    said = problem or f"{metric} of the candidate is {shown(found.value)}"
    reason = f"{said}; {words} {shown(limit)} is required."
    return Check(metric, kind, "", limit, found.value, None, found.records, passed, reason)


def gain_check(
    evidence: Evidence,
    metric: str,
    kind: str,
    against: str,
    limit: float,
    words: str,
    is_met: Callable[[float, float], bool],
) -> Check:
    """Return whether the bounds of the gain over another subject, lower and upper, are as they have to be."""
    found = evidence.difference(metric, against)
    problem = _why_unknown(evidence, metric, against, found)
    if problem or found.value is None or found.low is None or found.high is None:
        return Check(metric, kind, against, limit, None, None, found.records, False, f"{problem}; {words}.")
    gain, bounds = _oriented(evidence.measured.metrics[metric], found.value, (found.low, found.high))
    place = "better" if gain > 0 else "worse"
    theirs = f"the {_NAMES.get(against, against)}'s"
    said = f"{metric} is {shown(abs(gain))} {place} than {theirs}" if gain else f"{metric} is the same as {theirs}"
    reason = f"{said}, with bounds of the gain at {shown(bounds[0])} and {shown(bounds[1])}; {words}."
    return Check(metric, kind, against, limit, gain, bounds, found.records, is_met(*bounds), reason)


def shown(number: float | None) -> str:
    """Return a number as people read it: four significant digits."""
    return "unknown" if number is None else f"{number:.4g}"


def _why_unknown(evidence: Evidence, metric: str, against: str, found: Difference) -> str:
    if against in evidence.absent:
        return f"{metric} cannot be compared with {against}: {evidence.absent[against]}"
    shortage = evidence.shortage(metric, found.value, found.records, f"of both candidate and {against}")
    if shortage or evidence.measured.confidence == evidence.confidence:
        return shortage or ("" if found.low is not None else f"{metric} has no bounds against {against}")
    return (
        f"the bounds of {metric} have confidence {shown(evidence.measured.confidence)} and the gate asks for "
        f"{shown(evidence.confidence)}: evaluate the saved answers again"
    )


def _oriented(metric: MetricFacts, value: float, bounds: tuple[float, float]) -> tuple[float, tuple[float, float]]:
    """Return a difference and its bounds so that more is better."""
    low, high = bounds
    return (value, (low, high)) if metric.better == "more" else (-value, (-high, -low))
