"""Commitments cannot be cancelled: bought with an approval only, kept to their end, deleted then (invariant I5)."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle import Action, Decision, ModelRecord, Observed, decide
from finetuning.lifecycle.endpoint import next_endpoint_attempt, release_endpoint, want_endpoint
from finetuning.lifecycle.learning import learn
from finetuning.lifecycle.outcome import bought, commitment_refusal, failure
from finetuning.lifecycle.training import release_training, want_training
from tests.unit.lifecycle.records import BLANK, A, B, a_job, an_endpoint, claim, endpoint, intended, training

T0 = 1_780_000_000.0
DAY = 86_400.0
ID, NEXT = "aaaaaaaaaa-1", "bbbbbbbbbb-1"
NAME = "finetuning-dev-faq-aaaaaaaa-1"


def committed(**changes: Any) -> ModelRecord:
    """A trained model whose endpoint asks for a commitment that is approved until a day after T0."""
    terms = {"commitment": "one_month", "approval": "approval-1", "approved_until": T0 + DAY, **changes}
    record = intended(want_training(BLANK, claim(1), training()))
    return want_endpoint(record, claim(2, resource="Endpoint"), endpoint(**terms))


def refusal(record: ModelRecord, now: float = T0) -> str:
    """Why nothing may be bought."""
    assert record.endpoint.current is not None
    return commitment_refusal(record, record.endpoint.current, now)


def used_by(record: ModelRecord, generation_id: str) -> ModelRecord:
    """The record with its approval used by a generation."""
    return replace(record, endpoint=replace(record.endpoint, approvals={"approval-1": generation_id}))


def test_endpoint_without_a_commitment_needs_no_approval() -> None:
    """It is billed by the hour and can be deleted at any time."""
    assert refusal(committed(commitment="none", approval="", approved_until=0.0)) == ""


def test_approved_commitment_may_be_bought() -> None:
    """Also when the same generation used the approval before: its first try may have been lost."""
    assert refusal(committed()) == ""
    assert refusal(used_by(committed(), ID)) == ""


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (committed(approval=""), "which nobody approved; nothing was bought"),
        (committed(approved_until=T0), "and its approval approval-1 has expired; nothing was bought"),
        (used_by(committed(), NEXT), "and its approval approval-1 was used by bbbbbbbbbb-1; nothing was bought"),
    ],
)
def test_commitment_without_a_good_approval_is_refused_and_told(record: ModelRecord, reason: str) -> None:
    """The driver settles with the reason instead of buying."""
    whole = f"endpoint {NAME} asks for a commitment of one_month, {reason}"
    look = Observed(jobs={ID: a_job()}, now=T0)
    assert refusal(record) == failure(record, look) == whole
    assert decide(record, look) == Decision(Action.SETTLED, reason=whole)


def test_approval_ends_at_its_time() -> None:
    """Not a second later."""
    assert refusal(committed(), T0 + DAY - 0.5) == ""
    assert refusal(committed(), T0 + DAY) != ""


def test_expired_approval_does_not_matter_once_bought() -> None:
    """It was for the purchase, also while that does not show yet."""
    record = committed(approved_until=T0 + 1)
    assert record.endpoint.current is not None
    record = record.with_endpoint(replace(record.endpoint.current, intended=True, intended_at=T0, arn="endpoint-a"))
    look = Observed(jobs={ID: a_job()}, endpoints={ID: an_endpoint("Creating")}, now=T0 + 9 * DAY)
    assert decide(record, look) == Decision(Action.AWAIT_CHANGE, ID, 600)
    unseen = replace(look, endpoints={ID: None}, now=T0 + 1)
    assert failure(record, unseen) == ""


def test_approval_may_be_given_later() -> None:
    """It is no part of the fingerprint: an Update brings it, and the driver is woken."""
    record = replace(committed(approval="", approved_until=0.0), settled=True)
    wanted = endpoint(commitment="one_month", approval="approval-2", approved_until=T0 + DAY)
    after = want_endpoint(record, claim(3, 2, resource="Endpoint"), wanted)
    assert after.endpoint.current is not None
    assert (after.endpoint.current.id, after.endpoint.current.approval) == (ID, "approval-2")
    assert (after.settled, refusal(after)) == (False, "")


def test_next_attempt_keeps_the_approval_that_its_predecessor_has_used() -> None:
    """One approval is good for one purchase: an operator's retry of a failed one needs another."""
    record = used_by(intended(committed()), ID)
    after = next_endpoint_attempt(record)
    assert after.endpoint.current is not None
    assert (after.endpoint.current.approval, after.endpoint.current.approved_until) == ("approval-1", T0 + DAY)
    assert after.endpoint.current.commitment == "one_month"
    assert refusal(after).endswith(f"was used by {ID}; nothing was bought")


def in_its_term(*, published: bool = True) -> tuple[ModelRecord, Observed]:
    """A committed endpoint that served and was removed with its model, and a look inside the term."""
    found = replace(an_endpoint(), committed_until=T0 + 30 * DAY)
    look = Observed(jobs={ID: a_job()}, endpoints={ID: found}, now=T0)
    record = learn(intended(committed()), look)
    if published:
        slot = replace(record.endpoint, published_arn="endpoint-a", published_model_arn="model-a")
        record = replace(record, endpoint=slot)
    return release_endpoint(release_training(record, claim(1)), claim(2, resource="Endpoint")), look


def test_removed_endpoint_stays_until_its_commitment_ends() -> None:
    """Bedrock would refuse the deletion, and the money is spent (fault C05)."""
    record, look = in_its_term(published=False)
    assert decide(record, look) == Decision(Action.SETTLED)
    assert decide(record, replace(look, now=T0 + 30 * DAY - 1)) == Decision(Action.SETTLED)
    assert decide(record, replace(look, now=T0 + 30 * DAY)) == Decision(Action.DELETE_ENDPOINT, ID)


def test_pointer_to_a_retained_endpoint_is_withdrawn_meanwhile() -> None:
    """Nothing is to call what nobody wants."""
    record, look = in_its_term()
    assert decide(record, look) == Decision(Action.PUBLISH_POINTER)


def test_model_of_a_retained_endpoint_stays_with_it() -> None:
    """It serves it (fault C11)."""
    record, look = in_its_term(published=False)
    assert decide(record, look).action == Action.SETTLED
    gone = replace(look, endpoints={ID: None}, now=T0 + 31 * DAY)
    assert decide(learn(record, gone), gone) == Decision(Action.DELETE_MODEL, ID)


def test_retained_endpoint_counts_as_bought() -> None:
    """The record is the retention record, and the guard refuses while it is there."""
    record, look = in_its_term()
    term = "committed until 2026-06-27 20:26 UTC and cannot be deleted before"
    record = learn(record, look)
    assert bought(record)[0] == f"endpoint {NAME} (provisioned, {term})"
    gone = record.with_endpoint(replace(record.endpoint.generations[0], gone=True))
    assert not any(each.startswith("endpoint") for each in bought(gone))


def test_failed_endpoint_inside_a_term_stays_too() -> None:
    """Whatever its status: it cannot be deleted."""
    record, look = in_its_term(published=False)
    found = look.endpoints[ID]
    assert found is not None
    failed = replace(look, endpoints={ID: replace(found, status="Failed")})
    assert decide(record, failed) == Decision(Action.SETTLED)


def test_successor_of_a_committed_endpoint_is_bought_all_the_same() -> None:
    """What is retained keeps nothing waiting."""
    look = Observed(
        jobs={ID: a_job()},
        endpoints={ID: replace(an_endpoint(), committed_until=T0 + DAY), NEXT: None},
        now=T0,
    )
    record = learn(intended(committed()), look)
    record = want_endpoint(record, claim(3, 2, resource="Endpoint"), endpoint(B))
    record = release_endpoint(record, claim(2, resource="Endpoint"))
    assert decide(record, look) == Decision(Action.CREATE_ENDPOINT, NEXT)


def test_commitment_is_part_of_the_generation() -> None:
    """As ordered."""
    current = committed().endpoint.current
    assert current is not None
    assert (current.commitment, current.approval, current.approved_until) == ("one_month", "approval-1", T0 + DAY)
    assert current.fingerprint == A
