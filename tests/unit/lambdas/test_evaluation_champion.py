"""Which model is a candidate's champion, and where it is asked: also when its endpoint has gone away."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from finetuning.evaluation.answers import ANSWERS, SavedAnswer
from finetuning.evaluation.settings import EvaluationSettings, read
from finetuning.invocation import greedy
from finetuning.lifecycle import EndpointGeneration, ModelRecord, TrainingGeneration
from finetuning.lifecycle.retrying import resume, stop_billing
from lambdas.driver.publishing import Publishing
from lambdas.evaluation import subjects
from tests.unit.lambdas.evaluating import CANDIDATE, CHAMPION, SERVED_AT, SETTINGS, Evaluating, document, endpoint

SERVING = endpoint(SERVED_AT, CHAMPION)


def test_champion_is_asked_where_it_serves_beside_the_candidate() -> None:
    """And counts as the model that it is, not as the endpoint behind which it stands."""
    evaluating = Evaluating()
    evaluating.update(_published)
    evaluating.update(lambda r: _standing(r, SERVING))
    evaluating.run()
    champion = evaluating.plan.subject("champion")
    assert (champion.identity, champion.model_id) == (CHAMPION, SERVED_AT)
    assert len([q for q in evaluating.models.asked if q.model_id == SERVED_AT]) == 45


def test_champion_without_an_endpoint_counts_by_its_saved_answers() -> None:
    """The only endpoint serves the candidate already; without saved answers, the gate fails closed."""
    gate = {**SETTINGS["gate"], "no_regression": ["accuracy"]}
    evaluating = Evaluating({**SETTINGS, "gate": gate})
    evaluating.update(_published)
    evaluating.run()
    assert evaluating.plan.subject("champion").model_id == ""
    assert document(evaluating)["subjects"]["champion"]["answered"] == 0
    assert evaluating.candidate.verdict is not None
    assert not evaluating.candidate.verdict.passed


@pytest.mark.parametrize("asked", [True, False], ids=["saved answers", "no answers"])
def test_model_that_served_is_the_champion_although_its_endpoint_went_away(asked: bool) -> None:
    """The bill was stopped and resumed: its saved answers count, and without any the gate fails closed."""
    loss = {"accuracy": {"min": 0.3, "max_loss_to_champion": 0.1}}
    evaluating = Evaluating({**SETTINGS, "gate": {**SETTINGS["gate"], "thresholds": loss}})
    evaluating.update(lambda r: _with(r, served()))
    evaluating.update(_published)
    evaluating.update(lambda r: _standing(r, SERVING))
    if asked:
        evaluating.steps().run({"step": "Prepare", **evaluating.execution()})
        for batch in range(3):
            evaluating.steps().run({"step": "Answer", "subject": "champion", "batch": batch, **evaluating.execution()})
    _stop_and_resume(evaluating)
    evaluating.models.asked.clear()
    evaluating.run()
    champion = evaluating.plan.subject("champion")
    assert (champion.identity, champion.model_id) == (CHAMPION, "")
    assert document(evaluating)["subjects"]["champion"]["answered"] == (45 if asked else 0)
    assert not document(evaluating)["notes"]
    assert evaluating.candidate.verdict is not None
    assert evaluating.candidate.verdict.passed == asked


def test_failures_of_a_champion_that_cannot_be_asked_stay_as_they_are() -> None:
    """Nobody could ask it again, and why there is no answer says more than that there is none."""
    evaluating = Evaluating()
    evaluating.update(lambda r: _with(r, served()))
    step = {**evaluating.execution(), "step": "Prepare"}
    evaluating.steps().run(step)
    key = evaluating.plan.answers_key(evaluating.plan.subject("champion"), 0)
    failed = ANSWERS.encode([SavedAnswer("r", "", 0, 0, 0.0, "", failure="ModelErrorException: no")])
    evaluating.store.files = {key: failed}
    evaluating.steps().run(step)
    assert evaluating.store.files[key] == failed


@pytest.mark.parametrize(
    ("earlier", "champion"),
    [
        ((), ""),
        (({"served": False},), ""),
        (({"rejected": "rolled back"},), ""),
        (({"model_arn": CANDIDATE},), ""),
        (({},), CHAMPION),
        (({"gone": True, "condemned": True},), CHAMPION),
        (({}, {"model_arn": "arn:later"}), "arn:later"),
        (({}, {"model_arn": "arn:later", "rejected": "its answers are worse"}), CHAMPION),
        (({}, {"model_arn": "arn:later", "served": False}), CHAMPION),
    ],
    ids=[
        "the first model",
        "never served",
        "rejected",
        "the candidate itself",
        "served",
        "deleted since",
        "the later of two",
        "the later was rejected",
        "the later never served",
    ],
)
def test_champion_without_a_published_model_is_the_latest_that_served_and_was_not_rejected(
    earlier: tuple[dict[str, Any], ...], champion: str
) -> None:
    """Only where there is none, nothing is compared with a champion."""
    evaluating = Evaluating()
    evaluating.update(lambda r: _with(r, *(served(n, **what) for n, what in enumerate(earlier))))
    found = _subjects(evaluating)
    assert [s.identity for s in found.subjects if s.name == "champion"] == ([champion] if champion else [])
    assert found.notes == (() if champion else ("champion: no other model has served, or each that has was rejected",))


def test_champion_whose_pointer_is_withdrawn_is_asked_where_an_endpoint_still_serves_it() -> None:
    """It stands behind an endpoint that applications are not sent to (yet)."""
    evaluating = Evaluating()
    evaluating.update(lambda r: _standing(_with(r, served()), SERVING))
    [champion] = [s for s in _subjects(evaluating).subjects if s.name == "champion"]
    assert (champion.identity, champion.model_id) == (CHAMPION, SERVED_AT)


class NoPointer:
    """Has the methods of the pointer, which nobody reads here."""

    def publish(self, name: str, endpoint_arn: str) -> None:
        """Point to this endpoint."""

    def withdraw(self, name: str) -> None:
        """Delete the pointer."""


class NobodyAnswers:
    """Has the method of who asks an endpoint before it is published."""

    def refusal(self, endpoint_arn: str, base_model: str) -> str:
        """Why the model behind it does not answer."""
        raise AssertionError("nothing is published here")


def served(number: int = 0, **changes: Any) -> Callable[[TrainingGeneration], TrainingGeneration]:
    """An earlier training than the given one, whose model has served."""
    usual = {"id": f"cccccccccc-{number + 1}", "model_arn": CHAMPION, "served": True, "approved_by": "automatic"}
    return lambda candidate: replace(candidate, **{**usual, "evaluating": "", "released": True, **changes})


def _with(record: ModelRecord, *earlier: Callable[[TrainingGeneration], TrainingGeneration]) -> ModelRecord:
    """The record with earlier trainings."""
    [candidate] = record.training.generations
    generations = (*(make(candidate) for make in earlier), candidate)
    return replace(record, training=replace(record.training, generations=generations))


def _standing(record: ModelRecord, endpoint: EndpointGeneration) -> ModelRecord:
    """The record with another endpoint."""
    return replace(record, endpoint=replace(record.endpoint, generations=(*record.endpoint.generations, endpoint)))


def _stop_and_resume(evaluating: Evaluating) -> None:
    """`ops stop --billing`, the driver that takes the endpoint away, and `ops resume`."""
    evaluating.update(stop_billing)
    publishing = Publishing(
        registry=evaluating.registry, pointer=NoPointer(), answering=NobodyAnswers(), clock=evaluating.clock.epoch
    )
    publishing.withdraw(evaluating.record)
    evaluating.update(lambda r: r.with_endpoint(replace(SERVING, gone=True, released=True)))
    evaluating.update(resume)


def _subjects(evaluating: Evaluating) -> subjects.Subjects:
    """With whom the candidate is compared as the record stands."""
    settings = read(SETTINGS).evaluation
    assert isinstance(settings, EvaluationSettings)
    base_model = SETTINGS["base_model"]
    return subjects.of(evaluating.record, evaluating.candidate, base_model, settings, greedy(64), lambda _: True)


def _published(record: ModelRecord) -> ModelRecord:
    """Applications are sent to the champion."""
    slot = replace(record.endpoint, published_arn=SERVED_AT, published_model_arn=CHAMPION)
    return replace(record, endpoint=slot)
