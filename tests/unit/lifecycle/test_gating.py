"""A model stays away from applications until it has passed, and goes out again when an alarm goes off."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle import Action, Decision, EndpointObservation, JobObservation, ModelRecord, Observed, decide
from finetuning.lifecycle.candidate import evaluation_endpoint, gate_refusal
from finetuning.lifecycle.claims import Claim
from finetuning.lifecycle.endpoint import release_endpoint, want_endpoint
from finetuning.lifecycle.evaluating import (
    asked_again,
    begun,
    curve_judged,
    is_under_way,
    judged,
    open_evaluation,
)
from finetuning.lifecycle.judging import in_service, rejected
from finetuning.lifecycle.learning import learn
from finetuning.lifecycle.outcome import bought, model_to_serve
from finetuning.lifecycle.retrying import resume, stop_billing
from finetuning.lifecycle.training import release_training, want_training
from finetuning.lifecycle.troubles import seen_troubles
from finetuning.lifecycle.verdict import EvaluationWanted, Promoted, Verdict
from tests.unit.lifecycle.records import BLANK, STACK, A, B, a_job, claim, endpoint, intended, training

ID, NEXT = "aaaaaaaaaa-1", "bbbbbbbbbb-1"
HOURS = 6 * 3600
NOW = 1_780_000_000.0
SETTINGS = {"evaluation": {"preset": "knowledge"}, "gate": {"curve": {}}}


def evaluation(mode: str = "enabled", *, own_endpoint: bool = True, id_: str = "e1") -> EvaluationWanted:
    """An evaluation that is wanted."""
    return EvaluationWanted(id_, mode, SETTINGS, HOURS, own_endpoint)


def verdict(*reasons: str, mode: str = "enabled", id_: str = "e1") -> Verdict:
    """What the gate says: passed without reasons."""
    return Verdict(id_, not reasons, mode, reasons, at=NOW)


def candidate(asked: EvaluationWanted | None, serving: str = "on_demand", **terms: Any) -> ModelRecord:
    """A first training whose job has completed."""
    record = want_training(BLANK, claim(1), training(evaluation=asked))
    record = want_endpoint(record, claim(2, resource="Endpoint"), endpoint(serving=serving, **terms))
    current = intended(record).training.current
    assert current is not None
    return learn(record.with_training(current), look())


def look(now: float = NOW, endpoints: Mapping[str, EndpointObservation | None] | None = None) -> Observed:
    """A look at the first training, and at endpoints."""
    return Observed({ID: a_job()}, endpoints or {}, now)


def with_endpoints(record: ModelRecord, now: float = NOW, **found: EndpointObservation | None) -> Observed:
    """A look at all endpoints of a record: `serving` and `evaluation` say how each is."""
    endpoints = {e.id: found[e.purpose] for e in record.endpoint.generations if e.intended and found.get(e.purpose)}
    return Observed({ID: a_job()}, endpoints, now)


def curved(record: ModelRecord, *reasons: str) -> ModelRecord:
    """The record after the gate looked at the losses."""
    return curve_judged(record, ID, verdict(*reasons))


def opened(record: ModelRecord) -> ModelRecord:
    """The record with an evaluation endpoint that was bought."""
    record = open_evaluation(curved(record), ID, NOW)
    [found] = [e for e in record.endpoint.generations if e.purpose == "evaluation"]
    return record.with_endpoint(replace(found, intended=True, arn="evaluation", intended_at=NOW))


IN_SERVICE = EndpointObservation("evaluation", "InService", "model-a")


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


def test_candidate_is_asked_behind_an_endpoint_of_its_own() -> None:
    """It is opened, bought, waited for, asked, and removed; only then does the model serve."""
    record = curved(candidate(evaluation()))
    assert decide(record, look()) == Decision(Action.OPEN_EVALUATION, ID)
    record = open_evaluation(record, ID, NOW)
    found = evaluation_endpoint(record, record.training.generations[0])
    assert found is not None
    assert (found.serving, found.judges, found.expires_at) == ("on_demand", ID, NOW + HOURS)
    assert decide(record, look()) == Decision(Action.CREATE_ENDPOINT, found.id)
    record = opened(candidate(evaluation()))
    creating = with_endpoints(record, evaluation=replace(IN_SERVICE, status="Creating"))
    assert decide(record, creating) == Decision(Action.AWAIT_CHANGE, found.id, 240)
    there = with_endpoints(record, evaluation=IN_SERVICE)
    assert decide(learn(record, there), there) == Decision(Action.EVALUATE, ID)
    record = begun(learn(record, there), ID, "e1", NOW)
    assert decide(record, there) == Decision(Action.AWAIT_CHANGE, ID, 300)
    record = judged(record, ID, verdict())
    assert decide(record, there) == Decision(Action.DELETE_ENDPOINT, found.id)
    gone = learn(record, replace(there, endpoints={found.id: None}, now=NOW + 300))
    assert decide(gone, look(now=NOW + 300)) == Decision(Action.CREATE_ENDPOINT, ID)


def test_opened_twice_is_one_endpoint() -> None:
    """The driver may die after it wrote it down."""
    record = open_evaluation(curved(candidate(evaluation())), ID, NOW)
    assert open_evaluation(record, ID, NOW + 9) == record
    assert open_evaluation(record, NEXT, NOW) == record


@pytest.mark.parametrize(
    "why",
    [
        replace(IN_SERVICE, status="Failed", failure="no capacity"),
        IN_SERVICE,
    ],
    ids=["it failed", "its time is over"],
)
def test_evaluation_that_cannot_end_is_given_up(why: EndpointObservation) -> None:
    """Its endpoint failed, or no verdict came in time."""
    record = opened(candidate(evaluation()))
    there = with_endpoints(record, evaluation=why, now=NOW + (HOURS if why == IN_SERVICE else 0))
    decision = decide(learn(record, there), there)
    if why.status == "Failed":
        # What failed is removed first.
        assert decision.action == Action.DELETE_ENDPOINT
        there = replace(there, endpoints=dict.fromkeys(there.endpoints), now=NOW + 300)
        record = learn(learn(record, with_endpoints(record, evaluation=why)), there)
        decision = decide(record, there)
    assert decision == Decision(Action.GIVE_UP_EVALUATION, ID)


def test_evaluation_endpoint_that_somebody_deleted_is_not_bought_again() -> None:
    """The gate fails closed."""
    record = opened(candidate(evaluation()))
    record = learn(record, with_endpoints(record, evaluation=IN_SERVICE))
    [found] = [e for e in record.endpoint.generations if e.purpose == "evaluation"]
    assert decide(record, look(endpoints={found.id: None})) == Decision(Action.GIVE_UP_EVALUATION, ID)


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


@pytest.mark.parametrize("over", ["another training", "removal", "stopped bill"])
def test_evaluation_endpoint_goes_with_what_it_judges(over: str) -> None:
    """Whatever ends first."""
    record = opened(candidate(evaluation()))
    there = with_endpoints(record, evaluation=IN_SERVICE)
    record = learn(record, there)
    [found] = [e for e in record.endpoint.generations if e.purpose == "evaluation"]
    if over == "another training":
        record = learn(want_training(record, claim(3, 1), training(B)), there)
    elif over == "removal":
        record = learn(release_training(record, claim(1)), there)
    else:
        record = stop_billing(record)
    assert decide(record, there) == Decision(Action.DELETE_ENDPOINT, found.id)


def test_evaluation_endpoint_is_not_what_a_rolled_back_replacement_goes_back_to() -> None:
    """CloudFormation never knew of it, and its updates leave it alone."""
    record = opened(candidate(evaluation()))
    changed = want_endpoint(record, claim(3, 2, resource="Endpoint"), endpoint(B, serving="on_demand"))
    assert [e.released for e in changed.endpoint.generations] == [False, False, False]
    gone = Claim(STACK, "Endpoint", "Endpoint-2")
    removed = release_endpoint(record, gone, rolls_back=True)
    assert removed.endpoint.removed


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


# A model of another environment.

PROMOTED = Promoted(
    "swap", "model-p", "job-p", "finetuning-dev-faq-0123456789-1", "f" * 64, "ada", "https://example.com/1"
)
HELD = JobObservation("job-p", "Completed", "", "model-p", "Active")


def promoted(fingerprint: str = A, **terms: Any) -> ModelRecord:
    """A record that wants a model of another environment."""
    record = want_training(BLANK, claim(1), training(fingerprint, promoted=PROMOTED))
    return want_endpoint(record, claim(2, resource="Endpoint"), endpoint(serving="on_demand", **terms))


def test_promoted_model_is_held_before_it_serves() -> None:
    """No job is started for it."""
    record = promoted()
    [generation] = record.training.generations
    assert (generation.job_name, generation.model_arn, generation.manifest) == (
        PROMOTED.job_name,
        "model-p",
        "f" * 64,
    )
    free = Observed({ID: replace(HELD, is_held=False)}, {}, NOW)
    assert decide(learn(record, free), free) == Decision(Action.HOLD_MODEL, ID)
    held = Observed({ID: HELD}, {}, NOW)
    # It may have been taken off a moment ago, by the promotion of the same model before this one.
    assert decide(learn(record, held), held) == Decision(Action.HOLD_MODEL, ID)
    put = record.with_training(replace(generation, intended_at=NOW))
    assert decide(learn(put, held), held) == Decision(Action.CREATE_ENDPOINT, ID)


def test_promoted_model_that_is_gone_is_drift() -> None:
    """It cannot be trained again here."""
    record = promoted()
    gone = Observed({ID: replace(HELD, model_status=None, is_held=False)}, {}, NOW)
    settled = decide(learn(record, gone), gone)
    assert settled.action == Action.SETTLED
    assert settled.reason.endswith("was deleted outside this stack")


def test_promoted_model_is_let_go_of_and_never_deleted() -> None:
    """On removal, and when it is superseded."""
    record = learn(promoted(), Observed({ID: HELD}, {}, NOW))
    assert bought(record) == (f"hold on custom model {PROMOTED.job_name}, which another environment trained",)
    removed = release_training(record, claim(1))
    assert decide(removed, Observed({ID: HELD}, {}, NOW)) == Decision(Action.RELEASE_MODEL, ID)
    served = Observed({ID: HELD}, {ID: EndpointObservation("e", "InService", "model-p")}, NOW)
    assert decide(removed, served).action != Action.RELEASE_MODEL


def test_model_that_was_promoted_twice_is_judged_by_the_wanted_promotion() -> None:
    """Its stack went and came again: the rejection of the same model must not be written on what is gone."""
    record = promoted()
    [first] = record.training.generations
    gone = replace(first, released=True, condemned=True, gone=True, served=True, approved_by="ada")
    again = replace(first, id=NEXT, attempt=2)
    slot = replace(record.training, generations=(gone, again), current_id=NEXT)
    record = rejected(replace(record, training=slot), Observed(), "model-p", "it does not answer")
    assert [g.rejected for g in record.training.generations] == ["", "it does not answer"]
    assert model_to_serve(record, Observed({NEXT: HELD}, {}, NOW)) == ""


# Alarms.


def swapped(alarms: tuple[str, ...] = ("errors",)) -> tuple[ModelRecord, Observed]:
    """A second model that has just taken the place of the first."""
    record = want_training(BLANK, claim(1), training())
    record = want_endpoint(
        record, claim(2, resource="Endpoint"), endpoint(alarms=alarms, watch_seconds=1800 if alarms else 0)
    )
    record = want_training(intended(record), claim(3, 1), training(B))
    there = Observed(
        {ID: a_job(), NEXT: a_job(model="model-b")},
        {ID: EndpointObservation("endpoint-a", "InService", "model-b")},
        NOW,
    )
    record = learn(intended(record), there)
    slot = replace(record.endpoint, published_arn="endpoint-a", published_model_arn="model-b", published_at=NOW - 60)
    record = in_service(in_service(replace(record, endpoint=slot), "model-a"), "model-b")
    return record, there


def test_alarms_are_watched_after_a_swap() -> None:
    """Twenty looks, at most one a minute; then it is settled."""
    record, there = swapped()
    assert decide(record, there) == Decision(Action.AWAIT_CHANGE, NEXT, 90)
    assert decide(record, replace(there, now=NOW + 1740)).action != Action.AWAIT_CHANGE
    assert decide(*swapped(())).action == Action.SETTLED


def test_alarm_puts_the_model_before_back() -> None:
    """And it does not wait for the alarm to be over."""
    record, there = swapped()
    ringing = replace(there, alarms=("errors",))
    assert decide(record, ringing) == Decision(Action.REJECT_MODEL, NEXT)
    record = rejected(record, ringing, "model-b", "alarm errors went off after it went into service")
    assert model_to_serve(record, ringing) == "model-a"
    assert decide(record, ringing) == Decision(Action.SWAP_MODEL, ID)


def test_no_model_takes_anothers_place_while_an_alarm_goes_off() -> None:
    """The candidate would be blamed for it."""
    record, there = swapped()
    slot = replace(record.endpoint, published_model_arn="model-a")
    before = replace(there, endpoints={ID: EndpointObservation("endpoint-a", "InService", "model-a")})
    record = learn(replace(record, endpoint=slot), before)
    assert decide(record, replace(before, alarms=("errors",))) == Decision(Action.AWAIT_CHANGE, ID, 600)
    assert decide(record, before) == Decision(Action.SWAP_MODEL, ID)
    assert seen_troubles(record, before) == ()
    [trouble] = seen_troubles(record, replace(before, alarms=("errors (no such alarm)",)))
    assert trouble.kind == "stuck"
    assert "does not go into service while an alarm goes off: errors (no such alarm)" in trouble.text


def test_first_model_is_not_watched() -> None:
    """There is nothing to put back."""
    record, there = swapped()
    alone = record.with_training(replace(record.training.generations[0], rejected="bad"))
    assert decide(alone, replace(there, alarms=("errors",))).action == Action.SETTLED


def test_reasons_are_one_sentence_together() -> None:
    """The gate says each as a sentence; a line of a terminal or a notice has them all."""
    said = Verdict(
        "1" * 16, passed=False, mode="enabled", reasons=("Too slow.", "rouge_l is 0.1; 0.3 is required.")
    ).said
    assert said == "Too slow; rouge_l is 0.1; 0.3 is required"
