"""Where a candidate stands with the quality gate, by what its record says."""

from dataclasses import replace

import pytest

from finetuning.lifecycle.candidate import (
    evaluating_since,
    evaluation_endpoint,
    gate_refusal,
    is_curve_awaited,
    is_verdict_awaited,
    let_go_of_evaluations,
    must_not_serve_yet,
    unjudged,
)
from finetuning.lifecycle.evaluating import asked_again, begun, curve_judged, judged, open_evaluation
from finetuning.lifecycle.gating import is_judged_here
from finetuning.lifecycle.record import EndpointGeneration, ModelRecord, TrainingGeneration
from finetuning.lifecycle.training import want_training
from finetuning.promotion.wanted import promoted_fingerprint
from tests.unit.lifecycle.candidates import (
    HOURS,
    ID,
    NOW,
    PROMOTED,
    candidate,
    curved,
    evaluation,
    opened,
    verdict,
)
from tests.unit.lifecycle.records import B, claim, training

BAD = verdict("too bad")


def the_candidate(record: ModelRecord) -> TrainingGeneration:
    """The training that is judged."""
    [generation] = record.training.generations
    return generation


def the_endpoint(record: ModelRecord) -> EndpointGeneration:
    """The endpoint at which it is judged."""
    [found] = [e for e in record.endpoint.generations if e.purpose == "evaluation"]
    return found


def test_word_of_another_gate_is_none() -> None:
    """The gate was changed after it spoke: nobody is let in, or kept out, by what it said before."""
    generation = replace(
        the_candidate(candidate(evaluation(id_="e2"))), curve=BAD, verdict=BAD, evaluating="e1", evaluating_since=NOW
    )
    assert is_curve_awaited(generation)
    assert is_verdict_awaited(generation)
    assert gate_refusal(generation) == ""
    assert evaluating_since(generation) == 0.0
    assert evaluating_since(the_candidate(begun(opened(candidate(evaluation())), ID, "e1", NOW))) == NOW


@pytest.mark.parametrize("fields", [{"curve": BAD}, {"verdict": BAD}])
def test_what_the_gate_refuses_must_not_serve(fields: dict[str, object]) -> None:
    """Even before that is written down as a rejection."""
    passed = replace(the_candidate(candidate(evaluation())), curve=verdict(), verdict=verdict())
    assert not must_not_serve_yet(passed)
    assert must_not_serve_yet(replace(passed, **fields))  # type: ignore[arg-type]


def test_curve_of_another_evaluation_is_not_noted() -> None:
    """It was judged by other terms."""
    record = candidate(evaluation())
    assert curve_judged(record, ID, verdict(id_="e0")) == record


def test_endpoint_that_failed_is_not_bought_again_and_one_that_went_is() -> None:
    """A failure stands until the verdict says so; what is merely gone, as after a stopped bill, is opened anew."""
    record = opened(candidate(evaluation()))
    first = the_endpoint(record)
    assert (first.expires_at, first.base_model, first.attempt) == (NOW + HOURS, "", 1)
    failed = record.with_endpoint(replace(first, failure="no capacity", gone=True))
    assert evaluation_endpoint(failed, the_candidate(failed)) is not None
    gone = record.with_endpoint(replace(first, gone=True, released=True))
    assert evaluation_endpoint(gone, the_candidate(gone)) is None
    lost = record.with_endpoint(replace(first, gone=True))
    assert evaluation_endpoint(lost, the_candidate(lost)) is None
    again = open_evaluation(gone, ID, NOW)
    assert [e.attempt for e in again.endpoint.generations if e.purpose == "evaluation"] == [1, 2]


def test_endpoint_that_was_never_bought_is_gone_when_it_is_let_go_of() -> None:
    """Nobody looks for it; one that may have been bought is looked for, and deleted."""
    record = open_evaluation(curved(candidate(evaluation())), ID, NOW)
    assert let_go_of_evaluations(record) == record
    assert the_endpoint(judged(record, ID, verdict())).gone
    bought = record.with_endpoint(replace(the_endpoint(record), intended=True))
    after = the_endpoint(judged(bought, ID, verdict()))
    assert (after.released, after.gone) == (True, False)


def test_nothing_is_left_of_what_was_said_when_a_candidate_is_judged_again() -> None:
    """Its losses are judged again as well: the gate may have been changed meanwhile."""
    record = judged(begun(opened(candidate(evaluation())), ID, "e1", NOW), ID, BAD)
    before = replace(the_candidate(record), rejected="quality gate: too bad", manifest="f" * 64)
    after = unjudged(before)
    assert after.manifest == ""
    assert (after.curve, after.verdict, after.rejected, after.evaluation_attempt) == (None, None, "", 2)
    assert evaluating_since(after) == 0.0


def test_endpoint_of_a_candidate_that_was_superseded_goes_although_the_next_is_judged_too() -> None:
    """Each has one of its own."""
    record = want_training(opened(candidate(evaluation())), claim(3, 1), training(B, evaluation=evaluation()))
    assert the_endpoint(let_go_of_evaluations(record)).released


@pytest.mark.parametrize("fields", [{"served": True}, {"promoted": PROMOTED}])
def test_model_that_is_no_candidate_is_not_put_to_the_test(fields: dict[str, object]) -> None:
    """It has served by what it was judged on, or was judged elsewhere."""
    judgeable = candidate(evaluation())
    generation = replace(the_candidate(judgeable), **fields)  # type: ignore[arg-type]
    record = judgeable.with_training(generation)
    assert asked_again(record, ID) == record
    assert not is_curve_awaited(generation)
    assert not is_verdict_awaited(generation)
    assert gate_refusal(replace(generation, curve=BAD)) == ""


def test_endpoint_is_opened_for_the_models_own_base() -> None:
    """The smoke test speaks its format."""
    wanted = evaluation()
    asked = replace(wanted, settings={**wanted.settings, "base_model": "amazon.nova-lite-v1:0:300k"})
    assert the_endpoint(opened(candidate(asked))).base_model == "amazon.nova-lite-v1:0:300k"


def test_only_the_candidate_itself_is_judged_where_it_serves() -> None:
    """While it awaits an approval, the model before it serves there."""
    record = curved(candidate(evaluation(own_endpoint=False), "provisioned"))
    assert is_judged_here(record, "model-a")
    assert not is_judged_here(record, "model-b")


def test_same_manifest_by_another_method_is_another_model() -> None:
    """A copy is ours, to be deleted; the very model is another environment's."""
    assert promoted_fingerprint("f" * 64, "swap") != promoted_fingerprint("f" * 64, "copy")
    assert promoted_fingerprint("f" * 64, "swap") != promoted_fingerprint("e" * 64, "swap")
