"""The gate fails closed, and its verdict says why."""

from typing import Any

import pytest

from finetuning.evaluation.gate import decide
from finetuning.evaluation.measuring import Difference, Measured, MetricFacts, Value
from finetuning.evaluation.settings import GateSettings, ReferenceSettings, ThresholdSettings

NONE = Difference(None, None, None, None, None, 0)


def measured(*, value=0.8, records=40, gain=0.2, low=0.1, high=0.3, paired=40, against="base", answered=40, **more):
    """Return what was measured of one metric, of which more is better."""
    fields: dict[str, Any] = {
        "metrics": {"f1": MetricFacts("share", "more", "")},
        "values": {"candidate": {"f1": Value(value, records)}},
        "differences": {against: {"f1": Difference(0.8, 0.6, gain, low, high, paired)}},
        "answered": {"candidate": answered},
        "asked": 40,
        "confidence": 0.95,
    }
    return Measured(**fields | more)


def gate(no_regression=(), **threshold):
    """Return a gate that asks something of one metric."""
    thresholds = (("f1", ThresholdSettings(**threshold)),) if threshold else ()
    return GateSettings("enabled", thresholds=thresholds, no_regression=no_regression)


def verdict(settings, found, *, absent=None, first_model=False, reference=None):
    """Return the verdict of a gate."""
    return decide(settings, found, absent=absent or {}, first_model=first_model, reference=reference)


@pytest.mark.parametrize(
    ("threshold", "found", "passed"),
    [
        ({"min": 0.8}, {"value": 0.8}, True),
        ({"min": 0.8}, {"value": 0.7999}, False),
        ({"max": 0.8}, {"value": 0.8}, True),
        ({"max": 0.8}, {"value": 0.8001}, False),
        ({"min": 0.1}, {"value": None}, False),
        ({"max": 0.9}, {"value": None}, False),
        ({"min": 0.1}, {"records": 29}, False),
        ({"min": 0.1}, {"records": 30}, True),
        ({"min_gain_over_base": 0.1}, {"low": 0.1}, False),
        ({"min_gain_over_base": 0.1}, {"low": 0.1001}, True),
        ({"min_gain_over_base": 0.0}, {"gain": 0.0, "low": 0.0, "high": 0.0}, False),
        ({"min_gain_over_base": -0.1}, {"low": -0.05}, True),
        ({"min_gain_over_base": 0.0}, {"paired": 29}, False),
        ({"min_gain_over_base": 0.0}, {"low": None}, False),
        ({"min_gain_over_base": 0.0}, {"gain": None, "low": None, "high": None}, False),
        ({"max_loss_to_champion": 0.1}, {"against": "champion", "gain": 0.0, "low": -0.1}, True),
        ({"max_loss_to_champion": 0.1}, {"against": "champion", "gain": 0.0, "low": -0.1001}, False),
        ({"max_loss_to_champion": 0.1}, {"against": "champion", "paired": 29}, False),
        ({"min_gain_over_base": 0.0}, {"differences": {}}, False),
        ({"max_loss_to_champion": 0.9}, {"differences": {}}, False),
        ({"min": 0.0}, {"metrics": {}}, False),
        ({"min": 0.0}, {"values": {}}, False),
    ],
)
def test_threshold(threshold, found, passed):
    """Values are judged as they are, gains by their lower bound."""
    result = verdict(gate(**threshold), measured(**found))
    assert result.passed is passed
    assert len(result.reasons) == (0 if passed else 1)


@pytest.mark.parametrize(("high", "passed"), [(0.0, True), (-0.001, False), (None, False)])
def test_no_regression(high, passed):
    """A loss that chance explains passes; one that it does not explain fails."""
    found = measured(against="champion", gain=-0.2, low=-0.3, high=high)
    assert verdict(gate(no_regression=("f1",)), found).passed is passed


def test_less_may_be_better():
    """The difference is candidate less other, so of latencies a negative one is the gain."""
    metrics = {"f1": MetricFacts("seconds", "less", "")}
    found = measured(metrics=metrics, gain=-2.0, low=-3.0, high=-1.0)
    (check,) = [check for check in verdict(gate(min_gain_over_base=0.5), found).checks if check.metric]
    assert (check.observed, check.interval, check.passed) == (2.0, (1.0, 3.0), True)
    assert "f1 is 2 better than the base model's" in check.reason
    slower = measured(metrics=metrics, gain=2.0, low=1.0, high=3.0, against="champion")
    assert not verdict(gate(no_regression=("f1",)), slower).passed
    assert not verdict(gate(max_loss_to_champion=2.5), slower).passed
    assert verdict(gate(max_loss_to_champion=3.0), slower).passed


def test_enough_records_are_needed_whatever_else_is_asked():
    result = verdict(GateSettings("enabled"), measured(answered=29))
    assert result.reasons == (
        "the candidate answered 29 of 40 records; 30 are needed; add records to the test dataset, or see why answers "
        "failed.",
    )
    assert verdict(GateSettings("enabled"), measured(answered=30)).passed


def test_first_model_has_no_champion_to_beat():
    """What is asked against a champion does not apply, and the verdict says so; all else does."""
    result = verdict(
        gate(("f1",), min=0.5, max_loss_to_champion=0.0, min_gain_over_base=0.0), measured(), first_model=True
    )
    assert result.passed
    assert [check.kind for check in result.checks] == ["min_records", "min", "min_gain_over_base"]
    assert result.notes == (
        "There is no champion yet, so nothing is compared with one: f1 (max_loss_to_champion), f1 (no_regression).",
    )
    assert not verdict(gate(min=0.9), measured(), first_model=True).passed


def test_comparison_that_was_not_made_does_not_pass():
    absent = {"champion": "evaluation.baselines does not have champion"}
    result = verdict(gate(("f1",)), measured(), absent=absent)
    assert not result.passed
    assert result.reasons == (
        "f1 cannot be compared with champion: evaluation.baselines does not have champion; a gain of zero must be "
        "possible.",
    )


def test_bounds_of_another_confidence_do_not_pass():
    result = verdict(gate(min_gain_over_base=0.0), measured(confidence=0.9))
    assert not result.passed
    assert "have confidence 0.9 and the gate asks for 0.95: evaluate the saved answers again" in result.reasons[0]


def test_what_was_not_measured_says_what_it_needs():
    metrics = {"f1": MetricFacts("share", "more", "evaluation.judge")}
    result = verdict(gate(min=0.1), measured(metrics=metrics, value=None, records=0))
    assert result.reasons == (
        "f1 of the candidate is known of 0 records, and 30 are needed (it needs evaluation.judge); at least 0.1 is "
        "required.",
    )


@pytest.mark.parametrize(
    ("value", "unit", "passed"),
    [
        (0.85, "share", True),
        (0.8501, "share", False),
        (0.7499, "share", False),
        (0.83, "seconds", True),
        (0.85, "seconds", False),
        (None, "share", False),
    ],
)
def test_band(value, unit, passed):
    """A model that was trained again agrees with its manifest: shares within the band, others within a share of it."""
    found = measured(value=value, metrics={"f1": MetricFacts(unit, "more", "")})
    result = verdict(GateSettings("enabled"), found, reference=ReferenceSettings("ab12", 0.05, (("f1", 0.8),)))
    assert result.passed is passed
    assert [check.kind for check in result.checks] == ["min_records", "band"]


def test_band_may_be_used_up():
    found = measured(value=1.0)
    assert verdict(GateSettings("enabled"), found, reference=ReferenceSettings("ab12", 0.25, (("f1", 0.75),))).passed


@pytest.mark.parametrize("unit", ["share", "seconds"])
def test_band_may_be_used_up_whatever_binary_fractions_make_of_it(unit):
    """0.96 is a little more than 0.05 above 0.91 to a computer."""
    for wanted, band in [(n / 100, d / 100) for n in range(1, 91) for d in (1, 2, 5, 10)]:
        allowed = band if unit == "share" else band * wanted
        for found in (round(wanted + allowed, 4), round(wanted - allowed, 4)):
            facts = measured(value=found, metrics={"f1": MetricFacts(unit, "more", "")})
            reference = ReferenceSettings("ab12", band, (("f1", wanted),))
            assert verdict(GateSettings("enabled"), facts, reference=reference).passed, (found, wanted, band)


@pytest.mark.parametrize("value", [0.85 + 1e-9, 0.75 - 1e-9])
def test_band_is_no_wider_than_that(value):
    reference = ReferenceSettings("ab12", 0.05, (("f1", 0.8),))
    assert not verdict(GateSettings("enabled"), measured(value=value), reference=reference).passed


def test_band_of_nothing_wants_the_same_value():
    """Zero apart is allowed, also of zero."""
    for value, wanted, passed in [(0.8, 0.8, True), (0.0, 0.0, True), (0.8001, 0.8, False), (1e-9, 0.0, False)]:
        reference = ReferenceSettings("ab12", 0.0, (("f1", wanted),))
        assert verdict(GateSettings("enabled"), measured(value=value), reference=reference).passed is passed


@pytest.mark.parametrize("metrics", [(), (("other", 0.5),)])
def test_manifest_with_nothing_to_compare_does_not_pass(metrics):
    reference = ReferenceSettings("ab12", 0.05, metrics)
    assert not verdict(GateSettings("enabled"), measured(), reference=reference).passed


@pytest.mark.parametrize("mode", ["disabled", "dry_run", "enabled"])
def test_mode_is_carried_and_changes_nothing(mode):
    settings = GateSettings(mode, thresholds=(("f1", ThresholdSettings(min=0.9)),))
    assert (verdict(settings, measured()).mode, verdict(settings, measured()).passed) == (mode, False)


def test_every_reason_is_there():
    """All at once, as of every judgement of this project."""
    result = verdict(gate(("f1",), min=0.9, max=0.1, min_gain_over_base=0.5, max_loss_to_champion=0.1), measured())
    assert len(result.reasons) == 5
    assert result.reasons == tuple(check.reason for check in result.checks if not check.passed)
