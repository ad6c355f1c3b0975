"""Which model is no candidate any more, and which evaluation endpoint is not, or no longer, its own."""

from dataclasses import replace

import pytest

from finetuning.lifecycle import Action, Decision, ModelRecord, decide
from finetuning.lifecycle.candidate import evaluating_since, evaluation_endpoint
from finetuning.lifecycle.evaluating import asked_again, begun, curve_judged, is_under_way, judged, open_evaluation
from finetuning.lifecycle.judging import rejected
from finetuning.lifecycle.training import release_training, want_training
from tests.unit.lifecycle.candidates import ID, NEXT, NOW, candidate, evaluation, look, opened, verdict
from tests.unit.lifecycle.records import B, claim, training


def test_candidate_that_was_rejected_is_not_evaluated_any_longer() -> None:
    """A person rolled it back in the middle of its evaluation: no further question is paid for."""
    record = begun(opened(candidate(evaluation())), ID, "e1", NOW)
    assert is_under_way(record, ID, "e1", 1)
    record = rejected(record, look(), "model-a", "rolled back by ada")
    assert not is_under_way(record, ID, "e1", 1)
    assert judged(record, ID, verdict()) == record


def test_evaluation_endpoint_of_the_candidate_before_is_not_this_ones() -> None:
    """It serves another model, until it is deleted."""
    record = opened(candidate(evaluation()))
    [first] = record.training.generations
    record = want_training(record, claim(3, 1), training(B, evaluation=evaluation()))
    second = record.training.find(NEXT)
    assert second is not None
    assert evaluation_endpoint(record, first) is not None
    assert evaluation_endpoint(record, second) is None


def test_evaluation_endpoint_that_is_gone_stays_gone_when_the_verdict_is_in() -> None:
    """Nothing is left to delete, or to wait for."""
    record = opened(candidate(evaluation()))
    [own] = [e for e in record.endpoint.generations if e.purpose == "evaluation"]
    record = judged(record.with_endpoint(replace(own, gone=True, failure="no capacity")), ID, verdict("no answers"))
    [own] = [e for e in record.endpoint.generations if e.purpose == "evaluation"]
    assert (own.released, own.gone) == (True, True)
    assert decide(record, look(NOW + 1)) == Decision(Action.REJECT_MODEL, ID)


def test_evaluation_that_is_not_wanted_any_more_was_never_begun() -> None:
    """The gate was taken out of the configuration."""
    [generation] = begun(opened(candidate(evaluation())), ID, "e1", NOW).training.generations
    assert evaluating_since(generation) == NOW
    assert evaluating_since(replace(generation, evaluation=None)) == 0.0


def removed() -> ModelRecord:
    """The stack was deleted in the middle."""
    return release_training(opened(candidate(evaluation())), claim(1))


def forgotten() -> ModelRecord:
    """Nothing is left of the training."""
    record = removed()
    return replace(record, training=replace(record.training, generations=()))


def ungated() -> ModelRecord:
    """The gate was taken out of the configuration."""
    record = opened(candidate(evaluation()))
    [generation] = record.training.generations
    return record.with_training(replace(generation, evaluation=None))


@pytest.mark.parametrize("record", [removed(), forgotten(), ungated()], ids=["removed", "forgotten", "ungated"])
def test_whatever_comes_late_changes_nothing(record: ModelRecord) -> None:
    """A driver or a function that read the record before: nothing is opened, and nothing goes on."""
    assert not is_under_way(record, ID, "e1", 1)
    assert open_evaluation(record, ID, NOW) == record


def test_nothing_is_opened_for_whom_nobody_wants_judged() -> None:
    """Another training is wanted by now, or no gate: an endpoint would be billed for nothing."""
    record = candidate(evaluation())
    assert open_evaluation(record, NEXT, NOW) == record
    assert open_evaluation(candidate(None), ID, NOW) == candidate(None)
    assert open_evaluation(record, ID, NOW) != record


@pytest.mark.parametrize("record", [forgotten(), ungated()], ids=["forgotten", "ungated"])
def test_word_that_comes_late_is_noted_nowhere(record: ModelRecord) -> None:
    """Neither that it began, nor what was said."""
    assert begun(record, ID, "e1", NOW) == record
    assert curve_judged(record, ID, verdict()) == record
    assert judged(record, ID, verdict()) == record
    assert asked_again(record, ID) == record
