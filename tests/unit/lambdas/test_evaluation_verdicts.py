"""`Score` and `GiveUp`: what the verdict says, whom it puts to work, and what the report is made of."""

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from finetuning import metrics
from finetuning.lifecycle.evaluating import asked_again
from finetuning.lifecycle.verdict import Verdict
from lambdas.evaluation.planning import NotWantedError
from tests.fakes.clock import EPOCH
from tests.fakes.judging import TRAINING, VALIDATION
from tests.unit.lambdas.evaluating import (
    EVALUATION,
    FOLDER,
    GENERATION,
    SETTINGS,
    Evaluating,
    document,
    with_evaluation,
)

REPORT = f"{FOLDER}/report.html"


def answered(settings: dict[str, Any] | None = None) -> Evaluating:
    """An evaluation of which every answer is there."""
    evaluating = Evaluating(settings or with_evaluation(baselines=[]))
    step(evaluating, "Prepare")
    for batch in range(evaluating.plan.batches):
        step(evaluating, "Answer", subject="candidate", batch=batch)
    return evaluating


def step(evaluating: Evaluating, name: str, **event: Any) -> dict[str, Any]:
    """Run a step once."""
    return evaluating.steps().run({**evaluating.execution(), "step": name, **event})


def test_verdict_names_its_document_and_when_it_was_given() -> None:
    """By digest: the manifest relies on it."""
    evaluating = answered()
    evaluating.clock.sleep(60)
    assert step(evaluating, "Score") == {"passed": True}
    content = evaluating.store.files[f"{FOLDER}/evaluation.json"]
    assert evaluating.candidate.verdict == Verdict(
        id=EVALUATION,
        passed=True,
        mode="enabled",
        reasons=(),
        uri=f"s3://output/{FOLDER}/evaluation.json",
        digest=sha256(content).hexdigest(),
        at=EPOCH + 60,
        attempt=1,
    )


def test_verdict_that_did_not_pass_has_its_reasons() -> None:
    """Those of the document."""
    gate = {**SETTINGS["gate"], "thresholds": {"accuracy": {"max": 0.5}}}
    evaluating = answered({**with_evaluation(baselines=[]), "gate": gate})
    assert step(evaluating, "Score") == {"passed": False}
    verdict = evaluating.candidate.verdict
    assert verdict is not None
    assert verdict.reasons == ("accuracy of the candidate is 1; at most 0.5 is required.",)


def test_metric_of_ones_own_is_measured() -> None:
    """The function carries the files of `metrics/`."""
    evaluating = answered(with_evaluation(baselines=[], metrics=["custom.keywords"]))
    step(evaluating, "Score")
    found = document(evaluating)["subjects"]["candidate"]["metrics"]["custom.keywords"]
    assert (found["value"], found["records"]) == (1.0, 45)


def test_verdict_on_a_plan_of_another_attempt_is_not_given() -> None:
    """It was begun anew, and not planned yet: the answers that failed are still there."""
    evaluating = answered()
    evaluating.update(lambda record: asked_again(record, GENERATION))
    with pytest.raises(NotWantedError, match=f"model faq does not want evaluation {EVALUATION} of {GENERATION}"):
        step(evaluating, "Score")
    assert evaluating.candidate.verdict is None


@pytest.mark.parametrize("id_", ["c" * 16, ""])
def test_verdict_of_another_evaluation_is_not_given(id_: str) -> None:
    """The configuration asks for other things by now, or for none."""
    evaluating = answered()
    wanted = evaluating.candidate.evaluation
    assert wanted is not None
    other = replace(evaluating.candidate, evaluation=replace(wanted, id=id_) if id_ else None)
    evaluating.update(lambda record: record.with_training(other))
    with pytest.raises(NotWantedError):
        step(evaluating, "Score")
    assert step(evaluating, "GiveUp", error={"Error": "late"}) == {"passed": False}
    assert evaluating.candidate == other
    assert evaluating.started == []


def test_evaluation_that_is_given_up_has_a_verdict_without_a_document() -> None:
    """The gate fails closed, and the driver goes on."""
    evaluating = Evaluating()
    evaluating.clock.sleep(60)
    error = {"Error": "OutOfTimeError", "Cause": '{"errorMessage": "the function ends soon"}'}
    assert step(evaluating, "GiveUp", error=error) == {"passed": False}
    assert evaluating.candidate.verdict == Verdict(
        EVALUATION,
        passed=False,
        mode="enabled",
        reasons=("evaluation did not finish: OutOfTimeError: the function ends soon",),
        at=EPOCH + 60,
    )
    assert evaluating.started == [evaluating.record.in_charge]


def test_report_draws_the_losses_beside_the_answers() -> None:
    """They are read anew, because the record does not keep them."""
    evaluating = answered()
    evaluating.evidence.files = {
        metrics.TRAINING_FILE: TRAINING.encode(),
        metrics.VALIDATION_FILE: VALIDATION.encode(),
    }
    step(evaluating, "Score")
    page = evaluating.store.files[REPORT].decode()
    bare = answered()
    step(bare, "Score")
    assert page.count("<svg") > bare.store.files[REPORT].decode().count("<svg")


def test_losses_that_cannot_be_read_keep_no_verdict_back() -> None:
    """The gate had its word on them before."""
    evaluating = answered()
    evaluating.evidence.files = {metrics.TRAINING_FILE: b"nothing of the kind\n1\n", metrics.VALIDATION_FILE: b"\xff"}
    assert step(evaluating, "Score") == {"passed": True}
    assert evaluating.candidate.verdict is not None
    assert evaluating.store.files[REPORT]


def test_step_that_is_not_known_is_refused() -> None:
    """The state machine is newer than the function."""
    with pytest.raises(ValueError, match="the evaluation has no step 'Dance'"):
        step(Evaluating(), "Dance")
