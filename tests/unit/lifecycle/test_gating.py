"""A model stays away from applications until it has passed."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle import Action, Decision, EndpointObservation, decide
from finetuning.lifecycle.candidate import gate_refusal
from finetuning.lifecycle.evaluating import asked_again, begun, curve_judged, is_under_way, judged
from finetuning.lifecycle.judging import in_service, rejected
from finetuning.lifecycle.learning import learn
from finetuning.lifecycle.outcome import model_to_serve
from finetuning.lifecycle.retrying import resume
from finetuning.lifecycle.training import want_training
from finetuning.lifecycle.verdict import EvaluationWanted, Verdict
from tests.unit.lifecycle.candidates import (
    HOURS,
    ID,
    NEXT,
    NOW,
    candidate,
    curved,
    evaluation,
    look,
    opened,
    verdict,
    with_endpoints,
)
from tests.unit.lifecycle.records import claim, training

LOSSES_ALONE = replace(evaluation(id_="e2"), settings={"gate": {"curve": {}}})


def test_losses_are_judged_before_anything_is_bought() -> None:
    """Whatever is served, and however."""
    for serving in ("provisioned", "on_demand"):
        record = candidate(evaluation(own_endpoint=serving == "on_demand"), serving)
        assert decide(record, look()) == Decision(Action.JUDGE_TRAINING, ID)
        assert model_to_serve(record, look()) == ""


def test_gate_that_is_disabled_does_not_look_at_losses() -> None:
    """Answers are asked for all the same, because somebody configured an evaluation."""
    assert decide(candidate(evaluation("disabled")), look()) == Decision(Action.OPEN_EVALUATION, ID)


def test_losses_that_do_not_pass_keep_the_model_out() -> None:
    """Nothing is bought for it."""
    record = curved(candidate(evaluation()), "it over-fits")
    assert decide(record, look()) == Decision(Action.REJECT_MODEL, ID)
    record = rejected(record, look(), "model-a", gate_refusal(record.training.generations[0]))
    settled = decide(record, look())
    assert (settled.action, settled.reason.endswith("does not serve: quality gate: it over-fits")) == (
        Action.SETTLED,
        True,
    )


def test_dry_run_keeps_nothing_out() -> None:
    """It only says what it would have done."""
    record = curve_judged(candidate(evaluation("dry_run")), ID, verdict("it over-fits", mode="dry_run"))
    assert decide(record, look()) == Decision(Action.OPEN_EVALUATION, ID)
    record = judged(opened(candidate(evaluation("dry_run"))), ID, verdict("too bad", mode="dry_run"))
    assert gate_refusal(record.training.generations[0]) == ""


def test_model_on_provisioned_throughput_is_judged_before_applications_hear_of_it() -> None:
    """There is no second endpoint: it is asked where it is to serve."""
    record = curved(candidate(evaluation(own_endpoint=False), "provisioned"))
    assert decide(record, look()) == Decision(Action.CREATE_ENDPOINT, ID)
    record = record.with_endpoint(replace(record.endpoint.generations[0], intended=True))
    there = with_endpoints(record, serving=EndpointObservation("endpoint-a", "InService", "model-a"))
    record = learn(record, there)
    assert decide(record, there) == Decision(Action.EVALUATE, ID)
    record = begun(record, ID, "e1", NOW)
    assert decide(record, there) == Decision(Action.AWAIT_CHANGE, ID, 300)
    late = replace(there, now=NOW + HOURS)
    assert decide(record, late) == Decision(Action.GIVE_UP_EVALUATION, ID)
    assert decide(judged(record, ID, verdict()), there) == Decision(Action.PUBLISH_POINTER, ID)
    assert decide(judged(record, ID, verdict("too bad")), there) == Decision(Action.REJECT_MODEL, ID)


def test_verdict_that_nobody_awaits_changes_nothing() -> None:
    """Twice, late, or of another evaluation."""
    record = judged(opened(candidate(evaluation())), ID, verdict())
    assert judged(record, ID, verdict("too late")) == record
    assert judged(record, NEXT, verdict()) == record
    other = opened(candidate(evaluation()))
    assert judged(other, ID, verdict(id_="e0")) == other
    assert begun(other, ID, "e0", NOW) == other


def test_verdict_puts_a_driver_in_charge_and_ends_the_endpoint() -> None:
    """Whoever waits would find out in five minutes only."""
    record = opened(candidate(evaluation()))
    after = judged(record, ID, verdict())
    assert after.driver_attempt == record.driver_attempt + 1
    assert [e.released for e in after.endpoint.generations if e.purpose == "evaluation"] == [True]


def test_another_gate_judges_a_candidate_anew_and_leaves_a_served_model_alone() -> None:
    """Its answers are saved."""
    record = judged(opened(candidate(evaluation())), ID, verdict())
    other = training(evaluation=evaluation(id_="e2"))
    assert decide(want_training(record, claim(3, 1), other), look()).action == Action.JUDGE_TRAINING
    served = in_service(record, "model-a")
    after = want_training(served, claim(3, 1), other)
    assert after.training.generations[0].evaluation == other.evaluation
    assert decide(learn(after, look()), look()).action != Action.JUDGE_TRAINING


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"rejected": "quality gate: it over-fits", "curve": verdict("it over-fits")}, evaluation(id_="e2")),
        ({"rejected": "quality gate: too bad", "curve": verdict("it over-fits")}, evaluation()),
        ({"rejected": "it does not answer"}, evaluation(id_="e2")),
        ({"rejected": "rolled back by ada"}, evaluation(id_="e2")),
        ({"rejected": "quality gate: too bad", "served": True}, evaluation(id_="e2")),
        ({"rejected": "quality gate: too bad"}, None),
        ({"rejected": "quality gate: too bad"}, LOSSES_ALONE),
    ],
    ids=["losses", "same gate", "mute", "person", "served", "no gate", "gate that asks no records"],
)
def test_what_another_gate_cannot_take_back_keeps_a_model_out(
    fields: dict[str, Any], wanted: EvaluationWanted | None
) -> None:
    """It decides on answers, and only somebody who resumes decides on the rest."""
    record = judged(opened(candidate(evaluation())), ID, verdict("too bad."))
    record = record.with_training(replace(record.training.generations[0], **fields))
    [after] = want_training(record, claim(3, 1), training(evaluation=wanted)).training.generations
    assert (after.rejected, after.verdict) == (fields["rejected"], verdict("too bad."))


def test_manifest_is_issued_once_the_model_serves_and_only_if_it_passed() -> None:
    """A promotion is made by it."""
    record = judged(opened(candidate(evaluation())), ID, verdict())
    record = record.with_endpoint(replace(record.endpoint.generations[-1], gone=True, released=True))
    serves = EndpointObservation("endpoint-a", "InService", "model-a")
    record = record.with_endpoint(replace(record.endpoint.generations[0], intended=True))
    there = with_endpoints(record, serving=serves)
    record = learn(record, there)
    slot = replace(record.endpoint, published_arn="endpoint-a", published_model_arn="model-a")
    record = in_service(replace(record, endpoint=slot), "model-a")
    assert decide(record, there) == Decision(Action.ISSUE_MANIFEST, ID)
    noted = record.with_training(replace(record.training.generations[0], manifest="f" * 64))
    assert decide(noted, there) == Decision(Action.SETTLED)
    failed = record.with_training(replace(record.training.generations[0], verdict=verdict("bad", mode="dry_run")))
    assert decide(failed, there) == Decision(Action.SETTLED)
    unjudged = record.with_training(replace(record.training.generations[0], verdict=None, evaluation=None))
    assert decide(unjudged, there) == Decision(Action.SETTLED)


def test_model_that_is_put_to_the_test_again_has_an_execution_of_its_own() -> None:
    """The name of the one before is spent."""
    record = rejected(
        judged(opened(candidate(evaluation())), ID, verdict("bad")), look(), "model-a", "quality gate: bad"
    )
    for again in (resume(record, look()), asked_again(record, ID)):
        [generation] = again.training.generations
        assert (generation.rejected, generation.verdict, generation.evaluation_attempt) == ("", None, 2)
        assert decide(learn(again, look()), look()).action == Action.JUDGE_TRAINING


def test_model_that_has_served_comes_back_with_what_it_was_judged_on() -> None:
    """An alarm took it out: its verdict stays, or it would never have a manifest."""
    [generation] = judged(opened(candidate(evaluation())), ID, verdict()).training.generations
    served = candidate(evaluation()).with_training(replace(generation, served=True, rejected="alarm errors"))
    [again] = resume(served, look()).training.generations
    assert again == replace(generation, served=True)


def test_verdict_on_an_attempt_that_was_begun_anew_is_not_awaited() -> None:
    """Neither is its beginning noted: the execution of the new attempt would never be started."""
    before = begun(opened(candidate(evaluation())), ID, "e1", NOW)
    record = asked_again(before, ID)
    assert judged(record, ID, verdict("late")) == record
    assert begun(record, ID, "e1", NOW) == record
    assert not is_under_way(record, ID, "e1", 1)
    assert is_under_way(record, ID, "e1", 2)
    assert not is_under_way(record, NEXT, "e1", 2)
    assert judged(record, ID, replace(verdict(), attempt=2)) != record


def test_reasons_are_one_sentence_together() -> None:
    """The gate says each as a sentence; a line of a terminal or a notice has them all."""
    said = Verdict(
        "1" * 16, passed=False, mode="enabled", reasons=("Too slow.", "rouge_l is 0.1; 0.3 is required.")
    ).said
    assert said == "Too slow; rouge_l is 0.1; 0.3 is required"
