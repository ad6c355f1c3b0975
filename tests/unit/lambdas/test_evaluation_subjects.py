"""With whom a candidate is compared, and where each of them can be asked."""

from dataclasses import replace

from lambdas.gateways.asking import UnansweredError
from tests.unit.lambdas.evaluating import ASKED_AT, CANDIDATE, SETTINGS, Evaluating, document, with_evaluation


def test_answers_of_the_base_model_serve_the_next_candidate() -> None:
    """They are kept by test dataset, way of asking and model."""
    first = Evaluating()
    first.run()
    second = Evaluating()
    second.store.files = {key: value for key, value in first.store.files.items() if "/answers/" in key}
    second.run()
    assert second.models.asked == []
    other = Evaluating(with_evaluation(max_answer_tokens=128))
    other.store.files = dict(second.store.files)
    other.run()
    assert len(other.models.asked) == 90, "answers of another length are other answers"


def test_failures_of_the_base_model_are_asked_again_for_the_next_candidate() -> None:
    """One bad minute does not stay with every later training; what it answered does."""
    first = Evaluating()
    first.models.trouble = [None] * 45 + [UnansweredError("ModelTimeoutException: busy")] * 20
    first.run()
    assert document(first)["subjects"]["base"]["failed"] == 20
    second = Evaluating(model_arn=f"{CANDIDATE}1")
    second.update(lambda r: r.with_endpoint(replace(r.endpoint.generations[0], model_arn=f"{CANDIDATE}1")))
    second.store.files = {key: value for key, value in first.store.files.items() if "/answers/" in key}
    second.run()
    assert document(second)["subjects"]["base"]["failed"] == 0
    assert len([q for q in second.models.asked if q.model_id != ASKED_AT]) == 20, "good answers stay"


def test_plan_that_is_made_twice_forgets_the_failures_of_before_only() -> None:
    """Each step is delivered at least once; what this evaluation asked itself stays as it was answered."""
    evaluating = Evaluating(with_evaluation(baselines=[]))
    evaluating.models.trouble = [UnansweredError("ValidationException: no")]
    evaluating.run()
    tries = evaluating.models.tries
    before = dict(evaluating.store.files)
    evaluating.update(lambda r: r.with_training(replace(evaluating.candidate, verdict=None)))
    evaluating.clock.sleep(60)
    evaluating.run()
    assert evaluating.models.tries == tries
    assert {key for key in before if "/answers/" in key and before[key] != evaluating.store.files[key]} == set()


def test_base_model_that_cannot_be_asked_is_left_out_with_a_note() -> None:
    """And a gate that compares with it fails closed."""
    gate = {**SETTINGS["gate"], "thresholds": {"accuracy": {"min_gain_over_base": 0.1}}}
    evaluating = Evaluating({**SETTINGS, "gate": gate})
    evaluating.models.on_demand = False
    evaluating.run()
    assert "base" not in document(evaluating)["subjects"]
    assert evaluating.candidate.verdict is not None
    assert not evaluating.candidate.verdict.passed
    assert any("amazon.nova-lite-v1:0" in note for note in document(evaluating)["notes"])


def test_larger_model_is_asked_by_converse() -> None:
    """The catalog does not know how models are invoked that cannot be customized."""
    evaluating = Evaluating(with_evaluation(larger_model="us.amazon.nova-premier-v1:0"))
    evaluating.run()
    larger = [q for q in evaluating.models.asked if q.model_id == "us.amazon.nova-premier-v1:0"]
    assert len(larger) == 45
    assert {question.invocation_format for question in larger} == {None}


def test_candidate_that_stands_nowhere_is_a_failed_verdict() -> None:
    """Its endpoint was deleted by somebody."""
    evaluating = Evaluating()
    evaluating.update(lambda r: replace(r, endpoint=replace(r.endpoint, generations=())))
    evaluating.run()
    assert evaluating.candidate.verdict is not None
    assert "no endpoint serves" in evaluating.candidate.verdict.reasons[0]
    assert evaluating.models.tries == 0
