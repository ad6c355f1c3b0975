"""`AwaitJudge`: a job grades what has an answer and no grade yet; it is ordered once, and not waited for for ever."""

import json
from dataclasses import replace
from typing import Any

import pytest

from finetuning.evaluation.answers import ANSWERS, GRADES, SavedAnswer, SavedGrade
from lambdas.evaluation.planning import NotWantedError
from lambdas.evaluation.time_left import EvaluationOverdueError
from lambdas.gateways.judge import JudgeJob
from tests.unit.lambdas.evaluating import (
    FOLDER,
    GENERATION,
    NOVA_PRO,
    TEST_URI,
    Evaluating,
    dataset,
    with_evaluation,
)

ALL_GRADED = {"done": True, "wait_seconds": 60}


def answered(records: int = 3, failed: int = 0) -> Evaluating:
    """An evaluation whose candidate has answered, or failed at the first records, and is to be graded by a job."""
    evaluating = Evaluating(with_evaluation(baselines=[], judge={"model": NOVA_PRO, "runs_as": "evaluation_job"}))
    evaluating.datasets.objects[TEST_URI] = dataset(records)
    step(evaluating, "Prepare")
    step(evaluating, "Answer", subject="candidate", batch=0)
    key = evaluating.plan.answers_key(evaluating.plan.subject("candidate"), 0)
    lines = list(ANSWERS.decode(evaluating.store.files[key]).values())
    lines[:failed] = [SavedAnswer(line.id, "", 0, 0, 0.0, "", failure="no") for line in lines[:failed]]
    evaluating.store.files[key] = ANSWERS.encode(lines)
    return evaluating


def step(evaluating: Evaluating, name: str = "AwaitJudge", **event: Any) -> dict[str, Any]:
    """Run a step once."""
    return evaluating.steps().run({"step": name, **event, **evaluating.execution()})


def sent(evaluating: Evaluating) -> list[dict[str, Any]]:
    """The lines that the one job is to grade."""
    [job] = evaluating.jobs.ordered
    content = evaluating.store.files[job.dataset_uri.removeprefix("s3://output/")]
    return [json.loads(line) for line in content.splitlines()]


def grades(evaluating: Evaluating) -> list[SavedGrade]:
    """The grades of the candidate's answers."""
    content = evaluating.store.read(evaluating.plan.grades_key(evaluating.plan.subject("candidate"), 0))
    return list(GRADES.decode(content or b"").values())


def test_job_is_ordered_once_and_waited_for() -> None:
    """Each look is another invocation, which knows it by what was noted."""
    evaluating = answered()
    evaluating.jobs.statuses = [("InProgress", ""), ("Stopping", ""), ("Stopped", "")]
    assert step(evaluating) == {"done": False, "wait_seconds": 60}
    assert step(evaluating) == {"done": False, "wait_seconds": 60}
    assert grades(evaluating) == []
    assert step(evaluating) == ALL_GRADED
    [job] = evaluating.jobs.ordered
    folder = f"s3://output/{FOLDER}/judge-1/candidate"
    assert job == JudgeJob(
        name=job.name,
        judge=NOVA_PRO,
        source="candidate",
        dataset_uri=f"{folder}/dataset.jsonl",
        output_uri=f"{folder}/results/",
        role_arn="arn:role",
        key_arn="arn:key",
        tags=job.tags,
    )
    assert GENERATION in job.tags.values()


def test_what_is_graded_is_not_looked_for_again() -> None:
    """A job that is gone by now, or says something else, changes no grade."""
    evaluating = answered()
    evaluating.jobs.statuses = [("Failed", "no access")]
    step(evaluating)
    before = grades(evaluating)
    evaluating.jobs.statuses = [("InProgress", "")]
    assert step(evaluating) == ALL_GRADED
    assert grades(evaluating) == before


def test_only_answers_without_a_grade_are_sent() -> None:
    """Each line is a question to the judge, and billed."""
    evaluating = answered()
    first, *_ = (json.loads(line)["id"] for line in evaluating.store.files[f"{FOLDER}/records.jsonl"].splitlines())
    kept = SavedGrade(first, 0.75, "kept")
    evaluating.store.files[evaluating.plan.grades_key(evaluating.plan.subject("candidate"), 0)] = GRADES.encode([kept])
    evaluating.jobs.statuses = [("Failed", "no access")]
    assert step(evaluating) == ALL_GRADED
    assert len(sent(evaluating)) == 2
    assert kept in grades(evaluating)
    assert len(grades(evaluating)) == 3


def test_answers_that_failed_are_not_sent() -> None:
    """And have no grade afterwards: there was nothing to grade."""
    evaluating = answered(failed=1)
    evaluating.jobs.statuses = [("Failed", "no access")]
    assert step(evaluating) == ALL_GRADED
    assert len(sent(evaluating)) == 2
    assert {grade.failure for grade in grades(evaluating)} == {"evaluation job Failed: no access"}
    assert len(grades(evaluating)) == 2


def test_no_job_is_ordered_when_every_answer_failed() -> None:
    """Bedrock refuses an empty dataset."""
    evaluating = answered(failed=3)
    assert step(evaluating) == ALL_GRADED
    assert evaluating.jobs.ordered == []


def test_job_that_does_not_end_is_not_waited_for_longer_than_the_evaluation_may_take() -> None:
    """And none is ordered when the time is over."""
    evaluating = answered()
    evaluating.clock.sleep(6 * 3600)
    with pytest.raises(EvaluationOverdueError):
        step(evaluating)
    assert evaluating.jobs.ordered == []


def test_no_job_is_ordered_once_nobody_awaits_the_verdict() -> None:
    """A person rolled the candidate back meanwhile."""
    evaluating = answered()
    evaluating.update(lambda r: r.with_training(replace(evaluating.candidate, rejected="rolled back by ada")))
    with pytest.raises(NotWantedError):
        step(evaluating)
    assert evaluating.jobs.ordered == []


def test_results_are_read_of_their_own_files_only() -> None:
    """Bedrock writes others beside them."""
    evaluating = answered(1)

    def done(job: JudgeJob) -> None:
        [line] = sent(evaluating)
        scores = [{"metricName": "Builtin.Correctness", "result": 0.5}]
        response = line["modelResponses"]
        result = {"inputRecord": line, "modelResponses": response, "automatedEvaluationResult": {"scores": scores}}
        folder = job.output_uri.removeprefix("s3://output/")
        evaluating.store.files[f"{folder}a_output.jsonl"] = json.dumps(result).encode() + b"\n\n"
        evaluating.store.files[f"{folder}permission-check.txt"] = b"no JSON"

    evaluating.jobs.done = done
    assert step(evaluating) == ALL_GRADED
    assert [grade.score for grade in grades(evaluating)] == [0.5]
