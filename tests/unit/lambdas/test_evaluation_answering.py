"""`Answer`: what one record of a batch is asked, what is kept of the answer, and when nobody is asked at all."""

import json
from dataclasses import replace
from typing import Any

import pytest

from finetuning import catalog
from finetuning.errors import FineTuningError
from finetuning.evaluation.answers import ANSWERS, SavedAnswer
from finetuning.lifecycle.evaluating import judged
from finetuning.lifecycle.verdict import Verdict
from lambdas.evaluation.planning import NotWantedError
from lambdas.evaluation.saving import SAVE_EVERY_SECONDS
from lambdas.evaluation.time_left import MARGIN_SECONDS, EvaluationOverdueError, OutOfTimeError
from lambdas.gateways.asking import ANSWER_SECONDS, UnansweredError
from tests.fakes.clock import EPOCH
from tests.unit.lambdas.evaluating import (
    EVALUATION,
    GENERATION,
    NOVA_LITE,
    TEST_URI,
    Evaluating,
    dataset,
    label,
    with_evaluation,
)


def planned(records: bytes = b"", **fields: Any) -> Evaluating:
    """An evaluation of three records that was planned."""
    evaluating = Evaluating(with_evaluation(**{"baselines": [], **fields}))
    evaluating.datasets.objects[TEST_URI] = records or dataset(3)
    evaluating.steps().run({"step": "Prepare", **evaluating.execution()})
    return evaluating


def answer(evaluating: Evaluating, subject: str = "candidate", **function: Any) -> dict[str, Any]:
    """Run the step once."""
    event = {"step": "Answer", "subject": subject, "batch": 0, **evaluating.execution()}
    return evaluating.steps(**function).run(event)


def kept(evaluating: Evaluating) -> list[SavedAnswer]:
    """The candidate's answers."""
    content = evaluating.store.read(evaluating.plan.answers_key(evaluating.plan.subject("candidate"), 0))
    return list(ANSWERS.decode(content or b"").values())


def test_nobody_is_asked_once_the_verdict_is_in() -> None:
    """A step that comes late costs nothing: each question is billed."""
    evaluating = planned()
    verdict = Verdict(EVALUATION, passed=False, mode="enabled")
    evaluating.update(lambda record: judged(record, GENERATION, verdict))
    with pytest.raises(NotWantedError, match=f"does not await evaluation {EVALUATION} of {GENERATION}, attempt 1"):
        answer(evaluating)
    assert evaluating.models.tries == 0


def test_nobody_is_asked_for_a_model_that_is_not_wanted_any_more() -> None:
    """Another training has taken its place."""
    evaluating = planned()
    evaluating.update(lambda r: replace(r, training=replace(r.training, current_id="bbbbbbbbbb-1")))
    with pytest.raises(NotWantedError):
        answer(evaluating)
    assert evaluating.models.tries == 0


def test_models_that_the_catalog_knows_are_invoked_in_their_own_format() -> None:
    """As applications invoke them; both sides of a comparison alike."""
    evaluating = planned(baselines=["base"])
    answer(evaluating)
    answer(evaluating, "base")
    wanted = catalog.find(NOVA_LITE).invocation_format
    assert [question.invocation_format for question in evaluating.models.asked] == [wanted] * 6


@pytest.mark.parametrize("system", ["You know numbers.", None])
def test_system_prompt_of_a_record_is_asked_with_it(system: str | None) -> None:
    """The candidate was trained with it; a record without one has none."""
    lines = [json.loads(line) | ({"system": [{"text": system}]} if system else {}) for line in dataset(2).splitlines()]
    evaluating = planned(b"".join(json.dumps(line).encode() + b"\n" for line in lines))
    answer(evaluating)
    assert [question.system for question in evaluating.models.asked] == [system] * 2


def test_answer_is_kept_with_what_it_took() -> None:
    """Milliseconds become seconds; tokens are as billed."""
    evaluating = planned(dataset(1))
    evaluating.models.seconds = 1.23456
    assert answer(evaluating) == {"answered": 1, "failed": 0}
    [found] = kept(evaluating)
    assert found == SavedAnswer(found.id, label(0), 10, 5, 1.235, "end_turn")


def test_failed_answer_is_kept_as_nothing_that_was_billed() -> None:
    """It has a reason instead."""
    evaluating = planned(dataset(1))
    evaluating.models.trouble = [UnansweredError("ValidationException: no")]
    assert answer(evaluating) == {"answered": 0, "failed": 1}
    [found] = kept(evaluating)
    assert found == SavedAnswer(found.id, "", 0, 0, 0.0, "", failure="ValidationException: no")


@pytest.mark.parametrize(
    ("seconds", "late", "error"),
    [
        (ANSWER_SECONDS + MARGIN_SECONDS, -1, None),
        (ANSWER_SECONDS + MARGIN_SECONDS - 1, -1, OutOfTimeError),
        (900.0, 0, EvaluationOverdueError),
        (1.0, 0, EvaluationOverdueError),
    ],
    ids=["just enough", "the function ends", "the time is over", "both: to try again would be in vain"],
)
def test_time_is_looked_at_before_each_question(
    seconds: float, late: float, error: type[FineTuningError] | None
) -> None:
    """What is left is needed for the longest answer, and to save it."""
    evaluating = planned(dataset(1))
    evaluating.clock.sleep(evaluating.plan.deadline + late - EPOCH - evaluating.clock.now)
    if error is None:
        answer(evaluating, remaining=lambda: seconds)
    else:
        with pytest.raises(error):
            answer(evaluating, remaining=lambda: seconds)
    assert evaluating.models.tries == (error is None)


def test_answers_are_written_down_now_and_then() -> None:
    """A function that is killed loses half a minute's answers, and none of before."""
    evaluating = planned(dataset(5))
    saved: list[int] = []

    def slow() -> None:
        saved.append(len(kept(evaluating)))
        evaluating.clock.sleep(SAVE_EVERY_SECONDS / 2)

    evaluating.models.tick = slow
    evaluating.store.written.clear()
    answer(evaluating)
    assert saved == [0, 0, 2, 2, 4]
    assert len(evaluating.store.written) == 3, "and the last one at the end"


def test_nothing_is_written_when_nothing_is_missing() -> None:
    """A step is delivered at least once."""
    evaluating = planned()
    answer(evaluating)
    evaluating.store.written.clear()
    assert answer(evaluating) == {"answered": 3, "failed": 0}
    assert evaluating.store.written == []
    assert evaluating.models.tries == 3
