"""`Prepare`: how long an evaluation may take, how much is asked, who grades, and what the state machine is told."""

import json
from dataclasses import replace
from typing import Any

import pytest

from finetuning.evaluation.plan import JudgePlan, Subject
from finetuning.evaluation.presets import PRESETS
from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.evaluating import judged
from finetuning.lifecycle.verdict import Verdict
from lambdas.evaluation.planning import JudgeIsBaseModelError, NothingToAskError, NotWantedError
from tests.fakes.clock import EPOCH
from tests.unit.lambdas.evaluating import (
    ASKED_AT,
    CANDIDATE,
    CHAMPION,
    EVALUATION,
    FOLDER,
    GENERATION,
    NOVA_LITE,
    NOVA_PRO,
    SETTINGS,
    TEST_URI,
    Evaluating,
    dataset,
    with_evaluation,
)

HOURS = 6 * 3600


def prepare(evaluating: Evaluating) -> dict[str, Any]:
    """Run the step once."""
    return evaluating.steps().run({"step": "Prepare", **evaluating.execution()})


def test_time_counts_from_the_moment_at_which_the_driver_began() -> None:
    """A plan that is made late, or again, gains none: the driver gives it up by the same count."""
    evaluating = Evaluating()
    evaluating.clock.sleep(1000)
    prepare(evaluating)
    assert evaluating.plan.deadline == EPOCH + HOURS


def test_time_counts_from_now_while_the_beginning_is_not_noted() -> None:
    """The execution starts a moment before the driver writes that down."""
    evaluating = Evaluating(evaluating="", evaluating_since=0.0)
    evaluating.clock.sleep(1000)
    prepare(evaluating)
    assert evaluating.plan.deadline == EPOCH + 1000 + HOURS


def test_plan_says_who_is_asked_what_and_how() -> None:
    """Each of the settings arrives; the state machine asks the candidate first."""
    evaluating = Evaluating()
    assert prepare(evaluating) == {
        "concurrency": 3,
        "items": [{"subject": name, "batch": batch} for name in ("candidate", "base") for batch in range(3)],
        "grading": "none",
        "graded": [],
    }
    plan = evaluating.plan
    assert (plan.records, plan.asked, plan.max_tokens, plan.attempt) == (45, 45, 64, 1)
    candidate, base = plan.subjects
    assert candidate == Subject("candidate", CANDIDATE, candidate.key, ASKED_AT, "nova-messages")
    assert base == Subject("base", "amazon.nova-lite-v1:0", base.key, "amazon.nova-lite-v1:0", "nova-messages")


def test_no_more_records_are_asked_than_configured() -> None:
    """The document says how many there are."""
    evaluating = Evaluating(with_evaluation(max_records=30, baselines=[]))
    prepare(evaluating)
    assert (evaluating.plan.records, evaluating.plan.asked, evaluating.plan.batches) == (45, 30, 2)
    assert len(evaluating.store.files[f"{FOLDER}/records.jsonl"].splitlines()) == 30


def test_empty_lines_of_a_test_dataset_ask_nothing() -> None:
    """Editors leave them behind."""
    evaluating = Evaluating()
    evaluating.datasets.objects[TEST_URI] = b"\n" + dataset(2) + b" \n\n"
    prepare(evaluating)
    assert evaluating.plan.records == 2


@pytest.mark.parametrize("runs_as", ["converse", "evaluation_job"])
def test_judge_grades_every_subject_by_the_rubric_of_the_use_case(runs_as: str) -> None:
    """Also one that is not asked: its saved answers count."""
    evaluating = Evaluating(with_evaluation(baselines=["champion"], judge={"model": NOVA_PRO, "runs_as": runs_as}))
    evaluating.datasets.objects[TEST_URI] = dataset(3)
    evaluating.update(_published)
    outline = prepare(evaluating)
    assert outline["items"] == [{"subject": "candidate", "batch": 0}]
    assert outline["graded"] == [{"subject": name, "batch": 0} for name in ("candidate", "champion")]
    assert outline["grading"] == runs_as
    assert evaluating.plan.judge == JudgePlan(NOVA_PRO, runs_as, PRESETS["classification"].rubric)


def test_own_instructions_take_the_rubrics_place() -> None:
    """Whoever writes them knows what a good answer is."""
    judge = {"model": NOVA_PRO, "runs_as": "converse", "instructions": "Be strict."}
    evaluating = Evaluating(with_evaluation(judge=judge))
    prepare(evaluating)
    assert evaluating.plan.grader().rubric == "Be strict."


@pytest.mark.parametrize("judge", [NOVA_LITE, "amazon.nova-lite-v1:0", "us.amazon.nova-lite-v1:0"])
def test_judge_is_never_the_base_model(judge: str) -> None:
    """By whichever of its names."""
    evaluating = Evaluating(with_evaluation(judge={"model": judge, "runs_as": "converse"}))
    with pytest.raises(JudgeIsBaseModelError, match=judge):
        prepare(evaluating)


def test_evaluation_without_a_test_dataset_says_what_to_name() -> None:
    """Nothing is read, and nothing is written."""
    evaluating = Evaluating({**SETTINGS, "test_uri": ""})
    with pytest.raises(NothingToAskError, match=r"model faq has no test dataset; name one as training\.dataset\.test"):
        prepare(evaluating)
    assert evaluating.store.files == {}


def test_test_dataset_without_records_is_named() -> None:
    """An accident of whoever wrote it."""
    evaluating = Evaluating()
    evaluating.datasets.objects[TEST_URI] = b"\n"
    with pytest.raises(NothingToAskError, match=f"{TEST_URI} has no records"):
        prepare(evaluating)


def test_nothing_is_planned_for_a_verdict_that_nobody_awaits() -> None:
    """A plan that is written over would ask other records than those that were judged."""
    evaluating = Evaluating()
    evaluating.update(lambda r: judged(r, GENERATION, Verdict(EVALUATION, passed=True, mode="enabled")))
    with pytest.raises(NotWantedError):
        prepare(evaluating)
    assert evaluating.store.files == {}


def test_same_records_in_another_order_are_the_same_test() -> None:
    """Answers that were saved serve again."""
    one, other = Evaluating(), Evaluating()
    other.datasets.objects[TEST_URI] = b"".join(reversed(dataset(45).splitlines(keepends=True)))
    prepare(one)
    prepare(other)
    assert one.store.files == other.store.files
    assert json.loads(one.store.files[f"{FOLDER}/plan.json"])["test_digest"] == one.plan.test_digest


def _published(record: ModelRecord) -> ModelRecord:
    """Applications are sent to the champion."""
    slot = replace(record.endpoint, published_arn="arn:elsewhere", published_model_arn=CHAMPION)
    return replace(record, endpoint=slot)
