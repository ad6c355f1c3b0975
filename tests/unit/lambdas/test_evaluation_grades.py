"""`Grade`: the judge is asked once about each answer that is there, and a grade that is missing says why."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning.evaluation.answers import ANSWERS, GRADES, SavedAnswer, SavedGrade
from finetuning.lifecycle import ModelRecord
from finetuning.lifecycle.evaluating import asked_again
from lambdas.evaluation.planning import NotWantedError
from lambdas.gateways.asking import UnansweredError
from tests.unit.lambdas.evaluating import (
    ASKED_AT,
    CANDIDATE,
    CHAMPION,
    GENERATION,
    NOVA_PRO,
    TEST_URI,
    Evaluating,
    dataset,
    endpoint,
    with_evaluation,
)

OWN = endpoint(ASKED_AT, CANDIDATE, purpose="evaluation", judges=GENERATION)


def answered(records: int = 3) -> Evaluating:
    """An evaluation whose candidate has answered, and is to be graded."""
    evaluating = Evaluating(with_evaluation(baselines=[], judge={"model": NOVA_PRO, "runs_as": "converse"}))
    evaluating.datasets.objects[TEST_URI] = dataset(records)
    evaluating.steps().run({"step": "Prepare", **evaluating.execution()})
    step(evaluating, "Answer")
    evaluating.models.asked.clear()
    return evaluating


def step(evaluating: Evaluating, name: str = "Grade") -> dict[str, Any]:
    """Run a step of the first batch once."""
    event = {"step": name, "subject": "candidate", "batch": 0, **evaluating.execution()}
    return evaluating.steps().run(event)


def answers(evaluating: Evaluating) -> dict[str, SavedAnswer]:
    """The candidate's answers."""
    key = evaluating.plan.answers_key(evaluating.plan.subject("candidate"), 0)
    return ANSWERS.decode(evaluating.store.files[key])


def keep(evaluating: Evaluating, lines: list[SavedAnswer]) -> None:
    """Let these be the candidate's answers."""
    key = evaluating.plan.answers_key(evaluating.plan.subject("candidate"), 0)
    evaluating.store.files[key] = ANSWERS.encode(lines)


def grades(evaluating: Evaluating) -> dict[str, SavedGrade]:
    """The grades of the candidate's answers."""
    key = evaluating.plan.grades_key(evaluating.plan.subject("candidate"), 0)
    return GRADES.decode(evaluating.store.files[key])


def test_each_answer_is_graded_once() -> None:
    """A step is delivered at least once, and a judge is billed by the question."""
    evaluating = answered()
    assert step(evaluating) == {"graded": 3, "failed": 0}
    assert step(evaluating) == {"graded": 3, "failed": 0}
    assert len(evaluating.models.asked) == 3
    assert {grade.score for grade in grades(evaluating).values()} == {1.0}


def test_answer_that_failed_is_not_graded_and_nobody_is_asked_about_it() -> None:
    """There is nothing to read; no grade is not the worst grade."""
    evaluating = answered()
    first, *rest = answers(evaluating).values()
    keep(evaluating, [SavedAnswer(first.id, "", 0, 0, 0.0, "", failure="ModelErrorException"), *rest])
    assert step(evaluating) == {"graded": 2, "failed": 1}
    assert len(evaluating.models.asked) == 2
    assert grades(evaluating)[first.id] == SavedGrade(first.id, 0.0, "", failure="there is no answer to grade")


def test_record_without_an_answer_has_no_grade() -> None:
    """Its answer may come yet: nothing is noted that would stand in the way."""
    evaluating = answered()
    first, *rest = answers(evaluating).values()
    keep(evaluating, rest)
    assert step(evaluating) == {"graded": 2, "failed": 0}
    assert first.id not in grades(evaluating)


def test_subject_without_saved_answers_has_nothing_to_grade() -> None:
    """A champion whose endpoint is taken, and which nobody has asked before."""
    settings = with_evaluation(baselines=["champion"], judge={"model": NOVA_PRO, "runs_as": "converse"})
    evaluating = Evaluating(settings)
    evaluating.datasets.objects[TEST_URI] = dataset(3)
    evaluating.update(_published)
    assert evaluating.run() == "Judged"
    assert "GiveUp" not in evaluating.machine.path
    graded = [question for question in evaluating.models.asked if question.model_id == NOVA_PRO]
    assert len(graded) == 3, "the candidate's"


def test_judge_that_does_not_answer_leaves_no_grade_and_its_reason() -> None:
    """The others are graded all the same."""
    evaluating = answered()
    evaluating.models.trouble = [UnansweredError("ValidationException: too long")]
    assert step(evaluating) == {"graded": 2, "failed": 1}
    [failed] = [grade for grade in grades(evaluating).values() if grade.failure]
    assert (failed.failure, failed.score) == ("ValidationException: too long", 0.0)


def test_judge_is_told_the_rubric_and_shown_one_conversation() -> None:
    """As the first message of its own: what stood before is in the question."""
    evaluating = answered(1)
    step(evaluating)
    [question] = evaluating.models.asked
    [(role, text)] = question.turns
    assert role == "user"
    assert "<answer>\neven\n</answer>" in text
    assert evaluating.plan.grader().rubric in str(question.system)
    assert (question.sampling.temperature, question.sampling.max_tokens) == (0.0, 300)


def test_grade_that_failed_is_asked_for_again_when_the_evaluation_is_begun_anew() -> None:
    """`ops evaluate --start`; a good grade stays, and its answer too."""
    evaluating = answered()
    evaluating.models.trouble = [UnansweredError("ValidationException: too long")]
    assert step(evaluating) == {"graded": 2, "failed": 1}
    evaluating.update(lambda record: asked_again(record, GENERATION))
    evaluating.update(lambda r: replace(r, endpoint=replace(r.endpoint, generations=(OWN,))))
    evaluating.models.asked.clear()
    evaluating.store.written.clear()
    step(evaluating, "Prepare")
    answers_key = evaluating.plan.answers_key(evaluating.plan.subject("candidate"), 0)
    assert answers_key not in evaluating.store.written, "all of them are good"
    assert step(evaluating) == {"graded": 3, "failed": 0}
    assert len(evaluating.models.asked) == 1


def test_judge_is_not_asked_once_nobody_awaits_the_verdict() -> None:
    """A person rolled the candidate back meanwhile; each question is billed."""
    evaluating = answered()
    evaluating.update(lambda r: r.with_training(replace(evaluating.candidate, rejected="rolled back by ada")))
    with pytest.raises(NotWantedError):
        step(evaluating)
    assert evaluating.models.asked == []


def _published(record: ModelRecord) -> ModelRecord:
    """Applications are sent to the champion."""
    slot = replace(record.endpoint, published_arn="arn:elsewhere", published_model_arn=CHAMPION)
    return replace(record, endpoint=slot)
