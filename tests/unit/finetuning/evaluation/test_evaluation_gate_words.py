"""What each check of the gate says for itself: met or not, and of what is not there, that it is not there."""

from typing import Any

from finetuning.evaluation.check import Check
from finetuning.evaluation.gate import decide
from finetuning.evaluation.measuring import Measured, MetricFacts, Value
from finetuning.evaluation.settings import GateSettings, ReferenceSettings


def checks(*, answered: dict[str, int], value: float | None, **more: Any) -> dict[str, Check]:
    """The checks of a model that was trained again, by their kind; its manifest has the metric at 0.8."""
    found = Measured(
        metrics={"f1": MetricFacts("share", "more", "")},
        values={"candidate": {"f1": Value(value, 40)}},
        differences={},
        answered=answered,
        asked=40,
        confidence=0.95,
    )
    reference = ReferenceSettings("ab12", 0.05, (("f1", 0.8),))
    decided = decide(GateSettings("enabled", **more), found, absent={}, first_model=False, reference=reference)
    return {check.kind: check for check in decided.checks}


def test_candidate_of_which_no_answer_was_counted_answered_none() -> None:
    """It fails closed, however few records are asked for."""
    check = checks(answered={}, value=0.8, min_records=1)["min_records"]
    assert (check.passed, check.observed, check.records) == (False, 0, 0)
    assert check.reason.startswith("the candidate answered 0 of 40 records; 1 are needed; add records")


def test_check_that_is_met_asks_for_nothing() -> None:
    """The report shows it beside the others."""
    check = checks(answered={"candidate": 40}, value=0.8)["min_records"]
    assert (check.passed, check.reason) == (True, "the candidate answered 40 of 40 records; 30 are needed.")


def test_metric_that_agrees_with_the_manifest_says_by_how_much() -> None:
    """Both values, and how far apart they may be."""
    check = checks(answered={"candidate": 40}, value=0.78)["band"]
    assert check.passed
    assert check.reason == "f1 is 0.78, and the manifest's is 0.8; they may be 0.05 apart."


def test_metric_that_is_no_number_agrees_with_nothing_and_says_so() -> None:
    """It is not said to have a value."""
    check = checks(answered={"candidate": 40}, value=None)["band"]
    assert not check.passed
    assert check.reason == "f1 of the candidate is not a number; they may be 0.05 apart."
