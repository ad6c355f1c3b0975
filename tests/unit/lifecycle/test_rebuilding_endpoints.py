"""The endpoints of a lost record, and what it knew of pointer, commitment and waiting stack."""

from dataclasses import replace

import pytest

from finetuning import names
from finetuning.lifecycle import Action, Signal, decide
from finetuning.lifecycle.learning import learn
from tests.unit.lifecycle import bought
from tests.unit.lifecycle.rebuilt import KNOWN, look, rebuilt
from tests.unit.lifecycle.records import STACK


@pytest.mark.parametrize("pointer", ["", bought.POINTER])
def test_endpoint_that_is_not_there_is_not_bought(pointer: str) -> None:
    """It takes an operator's `resume`."""
    record = rebuilt(endpoints=(), pointer=pointer)
    seen = replace(look(record), endpoints={})
    decision = decide(learn(record, seen), seen)
    assert decision.action in {Action.SETTLED, Action.PUBLISH_POINTER}
    assert record.endpoint.current is not None
    assert "it is not bought by itself" in record.endpoint.current.failure
    assert not record.endpoint.current.intended
    lost = KNOWN.endpoint.current
    assert lost is not None
    for field in (
        "id",
        "name",
        "attempt",
        "serving",
        "model_units",
        "commitment",
        "fingerprint",
        "physical_id",
        "tags",
    ):
        assert getattr(record.endpoint.current, field) == getattr(lost, field), field


def test_other_endpoints_are_let_go_of() -> None:
    """One of before a change of units is deleted by the driver, the wanted one stays."""
    other = bought.record(units=2)
    record = rebuilt(endpoints=(bought.endpoint_facts(other, arn="other"), bought.endpoint_facts(KNOWN)))
    first, current = record.endpoint.generations
    assert (first.arn, first.released, first.serving, first.model_units) == ("other", True, "provisioned", 2)
    assert record.endpoint.current == current
    seen = look(record)
    assert decide(learn(record, seen), seen).generation_id == first.id


def test_latest_attempt_of_the_endpoint_is_wanted() -> None:
    """As after a retry."""
    facts = bought.endpoint_facts(KNOWN)
    later = {**facts.tags, names.GENERATION_TAG: f"{KNOWN.endpoint.current_id[:-1]}12"}
    record = rebuilt(endpoints=(replace(facts, tags=later, arn="later"), facts))
    assert record.endpoint.current is not None
    assert (record.endpoint.current.arn, record.endpoint.current.attempt) == ("later", 12)


def test_endpoint_may_have_been_idle_since_it_was_made() -> None:
    """Without its age, the watchdog would never look at it."""
    [endpoint] = rebuilt().endpoint.generations
    assert endpoint.intended_at == bought.ENDPOINT_CREATED_AT


def test_pointer_and_what_it_serves() -> None:
    """As if the driver had published it."""
    slot = rebuilt().endpoint
    assert (slot.published_arn, slot.published_model_arn) == (bought.POINTER, bought.endpoint_facts(KNOWN).model_arn)
    foreign = rebuilt(pointer="foreign").endpoint
    assert (foreign.published_arn, foreign.published_model_arn) == ("foreign", "")


def test_tags_that_changed_are_put_on_again() -> None:
    """The template's tags are wanted; what is there is remembered."""
    record = rebuilt(stack=bought.stack_facts(KNOWN, Tags={"team": "other"}))
    endpoint = record.endpoint.current
    assert endpoint is not None
    assert (endpoint.tags, endpoint.tagged) == ({"team": "other"}, bought.TAGS)


def test_commitment_keeps_its_approval() -> None:
    """It is used up."""
    stack = bought.stack_facts(KNOWN, CommitmentApproval="a-1", CommitmentApprovedUntil="1780000000")
    slot = rebuilt(stack=stack).endpoint
    assert slot.approvals == {"a-1": slot.current_id}
    assert slot.current is not None
    assert (slot.current.approval, slot.current.approved_until) == ("a-1", 1_780_000_000.0)


def test_wait_condition_was_told() -> None:
    """The stack is at rest."""
    slot = rebuilt(stack=bought.stack_facts(KNOWN, WaitConditionLogicalId="ModelServes1")).endpoint
    assert slot.signal == Signal(STACK, "ModelServes1", sent=True)
