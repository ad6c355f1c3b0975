"""A larger model grades the answers: asked record by record, or in an evaluation job of Bedrock."""

import json

import pytest

from finetuning.evaluation.answers import GRADES
from lambdas.gateways.judge import METRIC, JudgeJob
from tests.unit.lambdas.evaluating import (
    NOVA_PRO,
    SETTINGS,
    Evaluating,
    document,
    with_evaluation,
)


def test_judge_grades_every_answer_by_converse() -> None:
    """Each alone, against its reference; grades are kept as answers are."""
    settings = with_evaluation(baselines=["base"], judge={"model": NOVA_PRO, "runs_as": "converse"})
    evaluating = Evaluating(settings)
    evaluating.run()
    assert evaluating.machine.path == ["Prepare", "AnswerAll", "WhoGrades", "GradeAll", "Score", "Judged"]
    graded = [question for question in evaluating.models.asked if question.model_id == NOVA_PRO]
    assert len(graded) == 90
    assert {question.invocation_format for question in graded} == {None}
    assert document(evaluating)["subjects"]["candidate"]["metrics"]["judge_score"]["value"] == 1.0
    evaluating.run()
    assert len([question for question in evaluating.models.asked if question.model_id == NOVA_PRO]) == 90


@pytest.mark.parametrize(
    "reply", ["5", "grade: 5", '{"grade": 6}', '{"grade": "5"}', '{"grade": true}', "[]", "", "[" * 5000]
)
def test_unreadable_grade_is_a_failure(reply: str) -> None:
    """It is counted, and is no zero."""
    settings = with_evaluation(baselines=[], judge={"model": NOVA_PRO, "runs_as": "converse"})
    evaluating = Evaluating(settings)
    usual = evaluating.models.says
    evaluating.models.says = lambda question: reply if question.model_id == NOVA_PRO else usual(question)
    evaluating.run()
    plan = evaluating.plan
    grades = GRADES.decode(evaluating.store.files[plan.grades_key(plan.subject("candidate"), 0)])
    assert len(grades) == 20
    assert all(grade.failure for grade in grades.values())


def test_judge_must_be_another_than_the_base_model() -> None:
    """By whatever name it is called."""
    settings = with_evaluation(judge={"model": "us.amazon.nova-lite-v1:0", "runs_as": "converse"})
    evaluating = Evaluating(settings)
    evaluating.run()
    assert evaluating.candidate.verdict is not None
    assert "is the base model" in evaluating.candidate.verdict.reasons[0]


def _wrote_results(evaluating: Evaluating, job: JudgeJob) -> None:
    """What Bedrock leaves behind: in another order, by what was asked and answered."""
    dataset = evaluating.store.files[job.dataset_uri.removeprefix("s3://output/")]
    lines = []
    for line in reversed(dataset.splitlines()):
        asked = json.loads(line)
        right = asked["modelResponses"][0]["response"] == asked["referenceResponse"]
        score = {"metricName": METRIC, "result": 1.0 if right else 0.0, "evaluatorDetails": [{"explanation": "so"}]}
        lines.append(
            {
                "automatedEvaluationResult": {"scores": [score]},
                "inputRecord": {"prompt": asked["prompt"], "referenceResponse": asked["referenceResponse"]},
                "modelResponses": asked["modelResponses"],
            }
        )
    key = (
        job.output_uri.removeprefix("s3://output/")
        + "job/abc/models/x/taskTypes/General/datasets/answers/1_output.jsonl"
    )
    evaluating.store.files[key] = b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def test_evaluation_job_grades_what_was_answered() -> None:
    """One job a subject, waited for by the state machine, read back by what was asked and answered."""
    settings = with_evaluation(baselines=["base"], judge={"model": NOVA_PRO, "runs_as": "evaluation_job"})
    evaluating = Evaluating(settings)
    evaluating.jobs.statuses = [("InProgress", ""), ("InProgress", ""), ("Completed", "")]
    evaluating.jobs.done = lambda job: _wrote_results(evaluating, job)
    evaluating.run()
    path = evaluating.machine.path
    assert path[path.index("WhoGrades") :] == [
        "WhoGrades",
        "AwaitJudge",
        "IsGraded",
        "WaitForJudge",
        "AwaitJudge",
        "IsGraded",
        "Score",
        "Judged",
    ]
    assert [job.source for job in evaluating.jobs.ordered] == ["candidate", "base"]
    assert all(job.name == job.name.lower() and len(job.name) <= 63 for job in evaluating.jobs.ordered)
    subjects = document(evaluating)["subjects"]
    assert subjects["candidate"]["metrics"]["judge_score"]["value"] == 1.0
    assert subjects["base"]["metrics"]["judge_score"]["value"] == pytest.approx(23 / 45)


def test_evaluation_job_that_fails_leaves_no_grades() -> None:
    """A gate on the judge's score then fails closed."""
    settings = with_evaluation(baselines=[], judge={"model": NOVA_PRO, "runs_as": "evaluation_job"})
    gate = {**SETTINGS["gate"], "thresholds": {"judge_score": {"min": 0.1}}}
    evaluating = Evaluating({**settings, "gate": gate})
    evaluating.jobs.statuses = [("Failed", "no access to the judge")]
    evaluating.run()
    assert evaluating.candidate.verdict is not None
    assert not evaluating.candidate.verdict.passed
    plan = evaluating.plan
    grades = GRADES.decode(evaluating.store.files[plan.grades_key(plan.subject("candidate"), 0)])
    assert {grade.failure for grade in grades.values()} == {"evaluation job Failed: no access to the judge"}
