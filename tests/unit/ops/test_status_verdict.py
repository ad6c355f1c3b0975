"""`status` says what the quality gate says, and where the report lies."""

from dataclasses import replace

import pytest

from finetuning.lifecycle import TrainingGeneration
from finetuning.lifecycle.verdict import EvaluationWanted, Verdict
from ops.status import rendering
from ops.status.judging import report
from ops.status.look import Look
from ops.status.report import State, TrainingReport
from tests.unit.ops import looks
from tests.unit.ops.screen import shown

WANTED = EvaluationWanted("e" * 16, "enabled", {"evaluation": {"preset": "knowledge"}}, 3600, False)
FOLDER = "s3://output/evaluations/faq/0123456789-1/eeeeeeeeeeeeeeee"
PASSED = Verdict("e" * 16, True, "enabled", uri=f"{FOLDER}/evaluation.json")


def look(**changes: object) -> Look:
    """A look at a model in service whose training is judged."""
    now = looks.serving()
    current = now.record.training.current
    assert isinstance(current, TrainingGeneration)
    generation = replace(current, **{"evaluation": WANTED, "status": "Completed", **changes})  # type: ignore[arg-type]
    return replace(now, record=now.record.with_training(generation))


def training(now: Look) -> TrainingReport:
    """What is reported of its training."""
    found = report(now).training
    assert found is not None
    return found


def test_verdict_and_report_are_told() -> None:
    """In the page of a model, too."""
    now = look(verdict=PASSED)
    assert training(now).verdict == "It passes the quality gate"
    assert training(now).report_uri == f"{FOLDER}/report.html"
    text = shown(rendering.render(report(now)), 120)
    assert "quality gate" in text
    assert "report.html" in text


def test_reasons_follow_the_verdict() -> None:
    """All of them."""
    failed = replace(PASSED, passed=False, reasons=("too slow", "too short"))
    assert training(look(verdict=failed)).verdict == "It does not pass the quality gate: too slow; too short"


def test_verdict_on_another_evaluation_is_none() -> None:
    """A changed gate judges again."""
    judged = training(look(verdict=replace(PASSED, id="f" * 16)))
    assert (judged.verdict.partition(":")[0], judged.report_uri) == ("Trained, not evaluated yet", "")


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        (PASSED, "It passed the gate before; the present one applies from the next training"),
        (
            replace(PASSED, passed=False, mode="dry_run", reasons=("too slow",)),
            "It did not pass the gate before; the present one applies from the next training: too slow",
        ),
        (
            replace(PASSED, mode="disabled"),
            "Evaluated with the gate disabled; the present one applies from the next training",
        ),
    ],
    ids=["passed", "dry_run", "disabled"],
)
def test_model_that_has_served_stays_judged_by_the_gate_before(verdict: Verdict, told: str) -> None:
    """No other verdict will come; the report is the one of that evaluation."""
    judged = training(look(served=True, evaluation=replace(WANTED, id="f" * 16), verdict=verdict))
    assert (judged.verdict, judged.report_uri) == (told, f"{FOLDER}/report.html")


def test_model_that_served_before_there_was_a_gate_awaits_no_verdict() -> None:
    """Of one without a verdict, too, nobody waits for one."""
    judged = training(look(served=True))
    assert (judged.verdict, judged.report_uri) == (
        "Trained, not evaluated; the quality gate applies from the next training",
        "",
    )


def test_model_that_is_asked_is_being_evaluated() -> None:
    """From the beginning of the evaluation to its verdict."""
    assert report(look(evaluating="e" * 16, evaluating_since=1.0)).state == State.EVALUATING
    assert report(look(evaluating="e" * 16, evaluating_since=1.0, verdict=PASSED)).state == State.SERVING


def test_training_that_nobody_judges_has_no_verdict() -> None:
    """Nothing is said of it."""
    assert training(looks.serving()).verdict == ""
