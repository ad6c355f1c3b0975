"""The quality gate: from what was measured to a verdict with its reasons.

It fails closed: a metric that is missing or not a number, too few records, a baseline without answers do not pass.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from finetuning.evaluation.check import Check, Evidence, gain_check, shown, value_check
from finetuning.evaluation.measuring import BASE, CANDIDATE, CHAMPION, Measured
from finetuning.evaluation.settings import GateSettings, ReferenceSettings, ThresholdSettings

#: Units of which a band is a distance; of the others it is a share of the manifest's value.
_ABSOLUTE_UNITS = ("share", "score")
#: Share of a value that binary fractions may lose: of a double's 15 decimal digits (`sys.float_info.dig`), 12 are sure.
_NOISE = 1e-12


@dataclass(frozen=True)
class GateVerdict:
    """Whether the candidate passes, every check, why it does not, and what else there is to know."""

    passed: bool
    mode: str
    checks: tuple[Check, ...]
    reasons: tuple[str, ...]
    notes: tuple[str, ...]


def decide(
    gate: GateSettings,
    measured: Measured,
    *,
    absent: Mapping[str, str],
    first_model: bool,
    reference: ReferenceSettings | None = None,
) -> GateVerdict:
    """Return the verdict on a candidate.

    Args:
        gate: what it takes.
        measured: what was found.
        absent: subject → why there are no answers of it; what is asked of a comparison with it does not pass.
        first_model: whether there is no champion yet; then nothing is asked of a comparison with one.
        reference: the manifest with which a model that was trained again must agree.
    """
    evidence = Evidence(measured, gate.min_records, gate.confidence, absent)
    checks = [_enough(evidence), *_threshold_checks(evidence, gate)]
    checks += [] if reference is None else _band_checks(evidence, reference)
    notes: tuple[str, ...] = ()
    if first_model:
        skipped = [check for check in checks if check.against == CHAMPION]
        checks = [check for check in checks if check.against != CHAMPION]
        notes = (_no_champion(skipped),)
    reasons = tuple(check.reason for check in checks if not check.passed)
    return GateVerdict(not reasons, gate.mode, tuple(checks), reasons, notes)


def _no_champion(skipped: list[Check]) -> str:
    said = ", ".join(f"{check.metric} ({check.kind})" for check in skipped)
    return f"There is no champion yet, so nothing is compared with one{f': {said}' if said else ''}."


def _enough(evidence: Evidence) -> Check:
    measured = evidence.measured
    answered = measured.answered.get(CANDIDATE, 0)
    passed = answered >= evidence.least
    fix = "" if passed else "; add records to the test dataset, or see why answers failed"
    reason = f"the candidate answered {answered} of {measured.asked} records; {evidence.least} are needed{fix}."
    return Check("", "min_records", "", evidence.least, answered, None, answered, passed, reason)


def _threshold_checks(evidence: Evidence, gate: GateSettings) -> Iterator[Check]:
    for metric, threshold in gate.thresholds:
        yield from _checks_of(evidence, metric, threshold)
    for metric in gate.no_regression:
        # Not sure to be worse: chance explains a loss unless even the upper bound of the gain is below zero.
        words = "a gain of zero must be possible"
        yield gain_check(evidence, metric, "no_regression", CHAMPION, 0.0, words, lambda low, high: high >= 0)


def _checks_of(evidence: Evidence, metric: str, threshold: ThresholdSettings) -> Iterator[Check]:
    lowest, highest = threshold.min, threshold.max
    gain, loss = threshold.min_gain_over_base, threshold.max_loss_to_champion
    if lowest is not None:
        yield value_check(evidence, metric, "min", lowest, "at least", lambda value: value >= lowest)
    if highest is not None:
        yield value_check(evidence, metric, "max", highest, "at most", lambda value: value <= highest)
    if gain is not None:
        # Above, not at: a gain of 0 asks for any gain at all, and the same answers are none.
        words = f"the lower one must be above {shown(gain)}"
        yield gain_check(evidence, metric, "min_gain_over_base", BASE, gain, words, lambda low, high: low > gain)
    if loss is not None:
        words = f"the lower one must be at least {shown(-loss)}"
        yield gain_check(
            evidence, metric, "max_loss_to_champion", CHAMPION, loss, words, lambda low, high: low >= -loss
        )


def _band_checks(evidence: Evidence, reference: ReferenceSettings) -> Iterator[Check]:
    if not reference.metrics:
        reason = f"manifest {reference.manifest} has no metrics to agree with; choose another one, or judge it again."
        yield Check("", "band", "manifest", reference.band, None, None, 0, False, reason)
    for metric, wanted in reference.metrics:
        found = evidence.value(metric)
        problem = evidence.shortage(metric, found.value, found.records, "of the candidate")
        distance = None if problem or found.value is None else abs(found.value - wanted)
        unit = evidence.measured.metrics[metric].unit if metric in evidence.measured.metrics else ""
        allowed = reference.band if unit in _ABSOLUTE_UNITS else reference.band * abs(wanted)
        passed = found.value is not None and not problem and _is_within(allowed, found.value, wanted)
        said = problem or f"{metric} is {shown(found.value)}, and the manifest's is {shown(wanted)}"
        reason = f"{said}; they may be {shown(allowed)} apart."
        yield Check(metric, "band", "manifest", allowed, distance, None, found.records, passed, reason)


def _is_within(allowed: float, value: float, wanted: float) -> bool:
    """Return whether values are no further apart than allowed; 0.96 and 0.91 are 0.05 apart, whatever a double says."""
    return abs(value - wanted) - allowed <= _NOISE * max(abs(value), abs(wanted))
