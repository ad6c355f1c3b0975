"""An evaluation from the beginning to the verdict, on the real state machine: whatever goes wrong on the way."""

import json
from dataclasses import replace

import pytest

from finetuning.errors import TransientError
from finetuning.evaluation.answers import ANSWERS
from finetuning.lifecycle.evaluating import asked_again, judged
from finetuning.lifecycle.verdict import Verdict
from lambdas.evaluation.planning import NotWantedError
from lambdas.gateways.asking import TooManyRequestsError, UnansweredError
from tests.fakes.clock import EPOCH
from tests.unit.lambdas.evaluating import (
    ASKED_AT,
    CANDIDATE,
    EVALUATION,
    FOLDER,
    GENERATION,
    MODEL,
    NOVA_PRO,
    TEST_URI,
    Evaluating,
    dataset,
    document,
    endpoint,
    says,
    with_evaluation,
)


def test_candidate_is_asked_compared_and_judged() -> None:
    """The verdict is in the registry, its document and report beside the answers, and the driver goes on."""
    evaluating = Evaluating()
    assert evaluating.run() == "Judged"
    assert evaluating.machine.path == ["Prepare", "AnswerAll", "WhoGrades", "Score", "Judged"]
    verdict = evaluating.candidate.verdict
    assert verdict is not None
    assert (verdict.id, verdict.passed, verdict.mode) == (EVALUATION, True, "enabled")
    assert verdict.uri == f"s3://output/{FOLDER}/evaluation.json"
    found = document(evaluating)
    assert (found["model"], found["generation"], found["id"]) == (MODEL, GENERATION, EVALUATION)
    assert found["test"]["records"] == found["test"]["asked"] == 45
    assert found["subjects"]["candidate"]["metrics"]["accuracy"]["value"] == 1.0
    assert found["subjects"]["base"]["metrics"]["accuracy"]["value"] < 0.6
    assert found["notes"] == ["champion: no other model has served, or each that has was rejected"]
    assert evaluating.store.files[f"{FOLDER}/report.html"].startswith(b"<!DOCTYPE html>")
    assert evaluating.started == [evaluating.record.in_charge]


def test_every_subject_is_asked_each_record_once_in_batches() -> None:
    """The candidate first, whose endpoint has a time to live."""
    evaluating = Evaluating()
    evaluating.run()
    whom = [question.model_id for question in evaluating.models.asked]
    assert whom == [ASKED_AT] * 45 + ["amazon.nova-lite-v1:0"] * 45
    assert {question.sampling.temperature for question in evaluating.models.asked} == {0.0}
    assert evaluating.plan.batches == 3


def test_everything_twice_changes_nothing() -> None:
    """Each step is delivered at least once; nobody is asked again, and the bytes stay the same."""
    evaluating = Evaluating()
    evaluating.run()
    before, asked = dict(evaluating.store.files), len(evaluating.models.asked)
    verdict = evaluating.candidate.verdict
    evaluating.clock.sleep(60)
    evaluating.run()
    assert len(evaluating.models.asked) == asked
    assert {key for key in before if before[key] != evaluating.store.files[key]} == set()
    assert evaluating.candidate.verdict == verdict, "it was given once"


def test_answers_are_saved_when_the_function_ends_and_the_next_goes_on() -> None:
    """A slow model takes longer than one function lives."""
    evaluating = Evaluating(with_evaluation(baselines=[]))
    evaluating.function_seconds = 400.0
    evaluating.models.tick = lambda: evaluating.clock.sleep(30)
    assert evaluating.run() == "Judged"
    assert len(evaluating.models.asked) == 45, "no record is asked twice"
    assert set(evaluating.machine.retried) == {"OutOfTimeError"}


@pytest.mark.parametrize("refusals", [0, 5], ids=["at once", "after pauses"])
@pytest.mark.parametrize("seconds", [60, 130, 200, 250, 300])
def test_function_ends_before_it_is_killed_however_long_an_answer_takes(seconds: float, refusals: int) -> None:
    """Killed three times, a step is given up; out of time, it goes on, and each invocation answers something."""
    evaluating = Evaluating(with_evaluation(baselines=[]), evaluating_since=EPOCH + 6 * 3600)
    evaluating.models.trouble = [*[TooManyRequestsError("slow down")] * refusals, None] * 45
    answered: set[float] = set()

    def answering() -> None:
        if evaluating.models.trouble[:1] == [None]:
            answered.add(evaluating.begun)
            evaluating.clock.sleep(seconds)
        assert evaluating.clock.now - evaluating.begun <= evaluating.function_seconds, "killed"

    evaluating.models.tick = answering
    assert evaluating.run() == "Judged"
    assert set(evaluating.machine.retried) == {"OutOfTimeError"}
    assert len(evaluating.models.asked) == 45
    assert len(answered) >= len(evaluating.machine.retried)


def test_evaluation_that_takes_too_long_is_given_up() -> None:
    """The time is that of the configuration, from the moment at which the driver began."""
    evaluating = Evaluating()
    evaluating.models.tick = lambda: evaluating.clock.sleep(600)
    assert evaluating.run() == "Judged"
    assert evaluating.machine.path[-2] == "GiveUp"
    verdict = evaluating.candidate.verdict
    assert verdict is not None
    assert not verdict.passed
    assert verdict.reasons == (
        "evaluation did not finish: EvaluationOverdueError: it took longer than evaluation.hours allows",
    )


def test_failed_record_is_an_answer_of_its_own_and_never_vanishes() -> None:
    """Rows are kept by the id of the record: a failure shifts nobody's answer."""
    evaluating = Evaluating(with_evaluation(baselines=[]))
    evaluating.models.trouble = [None, UnansweredError("ModelErrorException: no"), None]
    evaluating.run()
    key = evaluating.plan.answers_key(evaluating.plan.subject("candidate"), 0)
    answers = ANSWERS.decode(evaluating.store.files[key])
    assert len(answers) == 20
    assert [answer.failure for answer in answers.values() if answer.failure] == ["ModelErrorException: no"]
    assert document(evaluating)["subjects"]["candidate"]["failed"] == 1
    right = {
        r["id"]: r["reference"] for r in map(json.loads, evaluating.store.files[f"{FOLDER}/records.jsonl"].splitlines())
    }
    assert all(answer.text == right[id_] for id_, answer in answers.items() if not answer.failure)


def test_throttling_slows_down_and_then_goes_on() -> None:
    """Pauses grow with each refusal and shrink with each answer; nothing is lost."""
    evaluating = Evaluating(with_evaluation(baselines=[]))
    evaluating.models.trouble = [TooManyRequestsError("slow down")] * 3
    evaluating.run()
    assert len(evaluating.models.asked) == 45
    assert evaluating.clock.now == pytest.approx(1 + 2 + 4 + 2 + 1)
    assert evaluating.machine.retried == []


def test_throttling_that_does_not_end_is_the_state_machines_to_wait_for() -> None:
    """A function is not paid for waiting; after half an hour of it, there is no verdict but a failed one."""
    evaluating = Evaluating(with_evaluation(baselines=[]))
    evaluating.models.trouble = [TooManyRequestsError("slow down")] * 7
    evaluating.run()
    assert evaluating.machine.retried == ["TooManyRequestsError"]
    assert evaluating.candidate.verdict is not None
    assert evaluating.candidate.verdict.passed
    never = Evaluating(with_evaluation(baselines=[]))
    never.models.trouble = [TooManyRequestsError("slow down")] * 999
    never.run()
    assert never.candidate.verdict is not None
    assert "TooManyRequestsError" in never.candidate.verdict.reasons[0]


def test_what_was_answered_before_a_passing_failure_is_kept() -> None:
    """Half a batch is not asked again."""
    evaluating = Evaluating(with_evaluation(baselines=[]))
    evaluating.models.trouble = [None] * 7 + [TransientError("later")]
    evaluating.run()
    assert len(evaluating.models.asked) == 45
    assert evaluating.models.tries == 46


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "NothingToAskError"), (b'{"a": 1}\n', "TestRecordsError"), (None, "ObjectUnreadableError")],
)
def test_test_dataset_that_cannot_be_asked_is_a_failed_verdict(content: bytes | None, reason: str) -> None:
    """Not an endless wait, and not a pass."""
    evaluating = Evaluating()
    evaluating.datasets.objects = {} if content is None else {TEST_URI: content}
    evaluating.run()
    verdict = evaluating.candidate.verdict
    assert verdict is not None
    assert not verdict.passed
    assert verdict.reasons[0].startswith(f"evaluation did not finish: {reason}: ")


def test_verdict_that_nobody_awaits_changes_nothing() -> None:
    """The candidate was superseded while it was judged."""
    evaluating = Evaluating()
    execution = evaluating.execution()
    evaluating.steps().run({"step": "Prepare", **execution})
    evaluating.update(lambda r: replace(r, training=replace(r.training, generations=()), settled=True))
    before = evaluating.record
    assert evaluating.run(execution) == "Judged"
    assert evaluating.record == before
    assert evaluating.started == []


def test_asked_again_on_purpose_asks_what_failed_and_keeps_the_rest() -> None:
    """`ops evaluate --start`."""
    evaluating = Evaluating(with_evaluation(baselines=[]))
    evaluating.models.trouble = [UnansweredError("no")] * 45
    evaluating.run()
    assert evaluating.candidate.verdict is not None
    assert not evaluating.candidate.verdict.passed
    evaluating.update(lambda record: asked_again(record, GENERATION))
    evaluating.update(lambda r: replace(r, endpoint=replace(r.endpoint, generations=(JUDGED_AT,))))
    evaluating.run()
    assert len(evaluating.models.asked) == 45
    assert evaluating.candidate.verdict.passed


def test_answers_of_a_model_that_took_the_candidates_place_are_not_kept_as_its_own() -> None:
    """One batch fails for good while another goes on: the driver swaps the champion back behind the same endpoint."""
    evaluating = Evaluating(with_evaluation(baselines=[]))

    def swapped_back() -> None:
        evaluating.clock.sleep(10)
        if evaluating.models.tries == 30:
            verdict = Verdict(EVALUATION, False, "enabled", ("evaluation did not finish",))
            evaluating.update(lambda record: judged(record, GENERATION, verdict))

    evaluating.models.tick = swapped_back
    evaluating.models.says = lambda question: "champion's" if evaluating.models.tries >= 30 else says(question)
    evaluating.run()
    assert len(evaluating.models.asked) == 32, "at the next look it ends"
    kept = b"".join(content for key, content in evaluating.store.files.items() if "/answers/" in key)
    assert kept.count(b'"text"') == 29
    assert b"champion's" not in kept


def test_attempt_that_was_begun_anew_hears_nothing_of_the_one_before() -> None:
    """`ops evaluate --start` while an execution is at work: its end, whatever it is, answers nobody."""
    evaluating = Evaluating(with_evaluation(baselines=[]))
    execution = evaluating.execution()
    evaluating.update(lambda record: asked_again(record, GENERATION))
    evaluating.steps().run({"step": "Prepare", **evaluating.execution()})
    evaluating.steps().run({"step": "GiveUp", "error": {"Error": "late"}, **execution})
    with pytest.raises(NotWantedError):
        evaluating.steps().run({"step": "Score", **execution})
    assert evaluating.run(execution) == "Judged"
    unheard = evaluating.candidate.verdict
    assert unheard is None
    assert evaluating.plan.attempt == 2
    assert evaluating.run() == "Judged"
    verdict = evaluating.candidate.verdict
    assert verdict is not None
    assert (verdict.passed, verdict.attempt) == (True, 2)


def test_plan_that_is_made_twice_forgets_no_failure() -> None:
    """A step is delivered at least once: what was answered, or could not be, meanwhile is known."""
    evaluating = Evaluating(with_evaluation(baselines=[]))
    evaluating.models.trouble = [UnansweredError("no")]
    execution = evaluating.execution()
    evaluating.steps().run({"step": "Prepare", **execution})
    answer = {"step": "Answer", "subject": "candidate", "batch": 0, **execution}
    assert evaluating.steps().run(answer) == {"answered": 19, "failed": 1}
    evaluating.steps().run({"step": "Prepare", **execution})
    assert evaluating.steps().run(answer) == {"answered": 19, "failed": 1}
    assert evaluating.models.tries == 20


def test_document_that_a_verdict_names_is_never_written_over() -> None:
    """Its digest is in the record: a `Score` that comes again must not end the manifest."""
    evaluating = Evaluating(with_evaluation(baselines=[]))
    evaluating.run()
    before = dict(evaluating.store.files)
    key = evaluating.plan.answers_key(evaluating.plan.subject("candidate"), 0)
    evaluating.store.files[key] = b""
    evaluating.steps().run({"step": "Score", **evaluating.execution()})
    assert evaluating.store.files[f"{FOLDER}/evaluation.json"] == before[f"{FOLDER}/evaluation.json"]


def test_nothing_of_what_was_asked_or_answered_is_logged(capsys: pytest.CaptureFixture[str]) -> None:
    """Not even when something fails."""
    evaluating = Evaluating(with_evaluation(judge={"model": NOVA_PRO, "runs_as": "converse"}))
    evaluating.datasets.objects[TEST_URI] = dataset(45).replace(b"even or odd", b"even or odd SECRET")
    evaluating.models.says = lambda question: f"SECRET {question.turns[-1][1]}"
    evaluating.models.trouble = [UnansweredError("no"), TransientError("later")]
    evaluating.run()
    logged = capsys.readouterr().out
    assert "batch answered" in logged
    assert "SECRET" not in logged


JUDGED_AT = endpoint(ASKED_AT, CANDIDATE, purpose="evaluation", judges=GENERATION)
