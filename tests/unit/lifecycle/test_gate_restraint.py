"""What the quality gate leaves alone: what is stopped, what failed, what was bought and does not show yet."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle import Action, Decision, EndpointGeneration, ModelRecord, Observed, decide
from finetuning.lifecycle.decision import TEARDOWN_POLL_SECONDS
from finetuning.lifecycle.evaluating import curve_judged, judged, open_evaluation
from finetuning.lifecycle.judging import in_service, rejected
from finetuning.lifecycle.learning import SETTLE_SECONDS, learn
from finetuning.lifecycle.retrying import stop_billing
from finetuning.lifecycle.training import want_training
from tests.unit.lifecycle.candidates import (
    HELD,
    ID,
    IN_SERVICE,
    NOW,
    candidate,
    curved,
    evaluation,
    look,
    opened,
    promoted,
    verdict,
    with_endpoints,
)
from tests.unit.lifecycle.records import BLANK, a_job, claim, intended, training

BAD = verdict("too bad", mode="dry_run", id_="e2")


def own(record: ModelRecord) -> EndpointGeneration:
    """The endpoint at which the candidate is judged."""
    [found] = [e for e in record.endpoint.generations if e.purpose == "evaluation"]
    return found


@pytest.mark.parametrize("judged_losses", [False, True])
def test_nothing_is_judged_while_billing_is_stopped(judged_losses: bool) -> None:
    """An evaluation endpoint would be bought against the operator's word."""
    record = candidate(evaluation())
    record = stop_billing(curved(record) if judged_losses else record)
    assert decide(record, look()) == Decision(Action.SETTLED)


def test_losses_of_a_training_that_failed_are_not_judged() -> None:
    """What it needs is another attempt, and the operator is told why."""
    record = intended(want_training(BLANK, claim(1), training(evaluation=evaluation())))
    seen = Observed({ID: replace(a_job("Failed"), failure="no capacity")}, {}, NOW)
    settled = decide(learn(record, seen), seen)
    assert settled.action == Action.SETTLED
    assert settled.reason.endswith("failed: no capacity")


def test_evaluation_endpoint_that_was_bought_and_does_not_show_is_waited_for() -> None:
    """A second one would be billed beside it."""
    record = opened(candidate(evaluation()))
    seen = look(NOW + SETTLE_SECONDS - 1, {own(record).id: None})
    assert decide(learn(record, seen), seen) == Decision(Action.AWAIT_CHANGE, own(record).id, TEARDOWN_POLL_SECONDS)
    late = look(NOW + SETTLE_SECONDS, {own(record).id: None})
    assert decide(learn(record, late), late) == Decision(Action.GIVE_UP_EVALUATION, ID)


def test_evaluation_endpoint_that_shows_before_its_purchase_was_noted_is_not_bought_again() -> None:
    """Its creator died after Bedrock had accepted it."""
    record = open_evaluation(curved(candidate(evaluation())), ID, NOW)
    record = record.with_endpoint(replace(own(record), intended=True, intended_at=NOW))
    seen = with_endpoints(record, evaluation=replace(IN_SERVICE, status="Creating"))
    assert decide(record, seen) == Decision(Action.AWAIT_CHANGE, own(record).id, 240)


def test_evaluation_endpoint_that_bedrock_refused_is_not_asked_for_again() -> None:
    """There was never one; the gate fails closed."""
    record = open_evaluation(curved(candidate(evaluation())), ID, NOW)
    record = record.with_endpoint(replace(own(record), intended=True, failure="quota exceeded", gone=True))
    assert decide(record, look()) == Decision(Action.GIVE_UP_EVALUATION, ID)


def passed(**slot: Any) -> ModelRecord:
    """A record whose model passed and has no manifest, behind no endpoint that is wanted."""
    record = judged(opened(candidate(evaluation())), ID, verdict())
    record = record.with_endpoint(replace(own(record), gone=True, released=True))
    return replace(record, endpoint=replace(record.endpoint, **{"removed": True, **slot}))


def test_model_that_is_only_trained_here_has_its_manifest_as_soon_as_it_passed() -> None:
    """It serves where it is promoted to."""
    assert decide(passed(), look(NOW + 300)) == Decision(Action.ISSUE_MANIFEST, ID)


def test_model_that_is_kept_from_serving_has_no_manifest() -> None:
    """Its billing is stopped, or its endpoint could not be bought: nobody has seen it serve."""
    stopped = passed(removed=False, stopped=True)
    assert decide(stopped, look(NOW + 300)) == Decision(Action.SETTLED)
    wanted = passed(removed=False)
    refused = wanted.with_endpoint(replace(wanted.endpoint.generations[0], failure="quota exceeded"))
    assert decide(refused, look(NOW + 300)) == Decision(Action.SETTLED, reason="quota exceeded")


def test_model_that_was_rejected_after_it_passed_has_no_manifest() -> None:
    """It went into service, and out of it before the manifest was written; nothing can take its place."""
    record = in_service(passed(), "model-a")
    [generation] = record.training.generations
    assert decide(record, look(NOW + 300)).action == Action.ISSUE_MANIFEST
    record = record.with_training(replace(generation, served=True, rejected="alarm errors"))
    assert decide(record, look(NOW + 300)).action == Action.SETTLED


def test_manifest_goes_with_the_verdict_that_it_vouches_for() -> None:
    """A changed gate judges again what has not served; then the next manifest is issued, or none."""
    [generation] = passed().training.generations
    noted = passed().with_training(replace(generation, manifest="f" * 64))
    assert decide(noted, look(NOW + 300)).action == Action.SETTLED
    other = training(evaluation=evaluation("dry_run", id_="e2"))
    again = want_training(noted, claim(1), other)
    assert decide(again, look(NOW + 300)) == Decision(Action.JUDGE_TRAINING, ID)
    again = curve_judged(again, ID, verdict(mode="dry_run", id_="e2"))
    assert decide(again, look(NOW + 300)) == Decision(Action.OPEN_EVALUATION, ID)
    for word, expected in ((verdict(mode="dry_run", id_="e2"), Action.ISSUE_MANIFEST), (BAD, Action.SETTLED)):
        judged_again = judged(again, ID, replace(word, attempt=2))
        assert judged_again.training.generations[0].manifest == ""
        assert decide(judged_again, look(NOW + 300)).action == expected


def test_manifest_is_not_issued_by_the_verdict_of_another_gate() -> None:
    """Nobody can be asked here, so that the verdict that is wanted never comes."""
    other = training(evaluation=evaluation("disabled", id_="e2", own_endpoint=False))
    assert decide(want_training(passed(), claim(1), other), look(NOW + 300)).action == Action.SETTLED


def test_losses_that_are_judged_twice_leave_the_manifest() -> None:
    """The driver may say it twice, and the second time late."""
    [generation] = passed().training.generations
    noted = passed().with_training(replace(generation, manifest="f" * 64))
    assert curve_judged(noted, ID, replace(verdict(), at=NOW + 1)) == noted


def test_model_that_is_only_trained_here_can_be_rejected() -> None:
    """There is no endpoint to end."""
    record = curved(learn(intended(want_training(BLANK, claim(1), training(evaluation=evaluation()))), look()), "bad")
    assert decide(record, look()) == Decision(Action.REJECT_MODEL, ID)
    settled = decide(rejected(record, look(), "model-a", "quality gate: bad"), look())
    assert settled.action == Action.SETTLED
    assert settled.reason.endswith("does not serve: quality gate: bad")


def test_hold_that_was_meant_and_does_not_show_is_put_again() -> None:
    """Whoever wrote the intent died before the tag was on the model: the source would delete it."""
    record = promoted()
    [generation] = record.training.generations
    free = Observed({ID: replace(HELD, is_held=False)}, {}, NOW)
    meant = learn(record.with_training(replace(generation, intended=True, intended_at=NOW - 9)), free)
    assert decide(meant, free) == Decision(Action.HOLD_MODEL, ID)


def test_promoted_model_that_cannot_be_seen_is_not_held() -> None:
    """It is gone from the account, with its job."""
    seen = Observed({ID: None}, {}, NOW)
    settled = decide(learn(promoted(), seen), seen)
    assert settled.action == Action.SETTLED
    assert settled.reason.endswith("was deleted outside this stack")
