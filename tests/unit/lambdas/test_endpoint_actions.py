"""Endpoint actions whose decision does not fit the record any more: nothing is bought, no pointer is left behind."""

from dataclasses import replace
from typing import Any

import pytest

from finetuning.lifecycle import Action, Decision, EndpointGeneration, ModelRecord, Observed
from finetuning.lifecycle.record import UNCERTAIN
from lambdas.driver.endpoint_actions import EndpointActions
from lambdas.gateways.endpoints import EndpointOrder, PurchaseRefusedError
from tests.unit.lambdas.story import MODEL, Story, job_properties, name_of


class Place:
    """A model whose training is done and whose endpoint was not bought yet."""

    def __init__(self) -> None:
        self.story = Story()
        self.story.deploy()
        self.story.jobs.end(name_of(job_properties()))
        endpoints: Any = {"provisioned": self.story.throughput}
        self.actions = EndpointActions(
            registry=self.story.registry,
            endpoints=endpoints,
            publishing=self.story.publishing,
            clock=self.story.clock.epoch,
        )

    @property
    def generation(self) -> EndpointGeneration:
        """The wanted one."""
        current = self.story.record.endpoint.current
        assert current is not None
        return current

    def change(self, **changes: Any) -> None:
        """Change the wanted generation in the record."""
        changed = replace(self.generation, **changes)
        self.story.registry.update(MODEL, lambda r: r.with_endpoint(changed))

    def create(self, generation_id: str = "") -> Decision | None:
        """Do what a decision to buy says."""
        decision = Decision(Action.CREATE_ENDPOINT, generation_id or self.generation.id)
        return self.actions.create_endpoint(self.story.record, self.look(), decision)

    def look(self) -> Observed:
        """What is there."""
        return self.story.driver._looking.look(self.story.record)

    @property
    def bought(self) -> list[str]:
        """Names of what was bought."""
        return self.story.throughput.bought


def refuse(order: EndpointOrder) -> str:
    """What Bedrock does."""
    raise PurchaseRefusedError("no")


def test_decision_about_an_unknown_generation_buys_nothing() -> None:
    """Although another one is wanted."""
    place = Place()
    assert place.create("unknown") is None
    assert (place.bought, place.generation.intended) == ([], False)


@pytest.mark.parametrize("intended", [False, True])
def test_decision_about_a_generation_that_was_replaced_buys_nothing(intended: bool) -> None:
    """Its successor is bought by a decision of its own."""
    place = Place()
    successor = replace(place.generation, id="successor", name="successor", intended=intended)

    def replaced(record: ModelRecord) -> ModelRecord:
        generations = (*record.endpoint.generations, successor)
        return replace(record, endpoint=replace(record.endpoint, generations=generations, current_id="successor"))

    before = place.generation.id
    place.story.registry.update(MODEL, replaced)
    assert place.create(before) is None
    assert (place.bought, place.generation) == ([], successor)


TERMS = {"commitment": "one_month", "approval": "approval-1"}


@pytest.mark.parametrize("end", [-1.0, 0.0, 1.0])
def test_approval_is_checked_again_with_the_intent(end: float) -> None:
    """It may have ended between the decision and the purchase (invariant I5)."""
    place = Place()
    place.change(**TERMS, approved_until=place.story.clock.epoch() + end)
    assert place.create() is None
    used = place.story.record.endpoint.approvals
    assert (len(place.bought), place.generation.intended, used) == (
        (1, True, {"approval-1": place.generation.id}) if end > 0 else (0, False, {})
    )


def test_intent_says_that_it_is_not_gone_before_anything_is_bought() -> None:
    """And the purchase that it is intended."""
    place = Place()
    place.change(gone=True)
    seen: list[tuple[bool, bool, float]] = []

    def note() -> None:
        seen.append((place.generation.intended, place.generation.gone, place.generation.intended_at))
        place.change(intended=False)

    place.story.throughput.in_flight = note
    place.create()
    assert seen == [(True, False, place.story.clock.epoch())]
    assert place.generation.intended


def test_refusal_after_a_lost_reply_waits_with_the_time_of_the_lost_one() -> None:
    """This try has bought nothing; the one before may have (fault B06)."""
    place = Place()
    place.change(intended=True, intended_at=place.story.clock.epoch())
    lost_at = place.story.clock.epoch()
    place.story.clock.sleep(100)
    place.story.throughput.create = refuse  # type: ignore[method-assign]  # this instance only
    assert place.create() == Decision(Action.AWAIT_CHANGE, place.generation.id, 60)
    assert (place.generation.intended, place.generation.intended_at, place.generation.failure) == (True, lost_at, "")
    place.story.clock.sleep(80)
    assert place.create() is None
    assert place.generation.failure == f"endpoint {place.generation.name} was refused: no"


def test_refusal_leaves_the_later_intent_of_another_try() -> None:
    """It may have bought something since."""
    place = Place()
    place.change(intended=True, intended_at=place.story.clock.epoch())
    place.story.clock.sleep(100)

    def refuse_late(order: EndpointOrder) -> str:
        place.change(intended_at=place.story.clock.epoch() + 7)
        raise PurchaseRefusedError("no")

    place.story.throughput.create = refuse_late  # type: ignore[method-assign]  # this instance only
    place.create()
    assert place.generation.intended_at == place.story.clock.epoch() + 7


@pytest.mark.parametrize("published", ["the endpoint", UNCERTAIN])
def test_deletion_withdraws_the_pointer_before(published: str) -> None:
    """Also one of which nobody knows what it says."""
    place = Place()
    place.story.machine.run()
    place.story.train()
    arn = place.story.record.endpoint.published_arn
    assert list(place.story.pointer.parameters.values()) == [arn]
    place.story.registry.update(
        MODEL,
        lambda r: replace(r, endpoint=replace(r.endpoint, published_arn=arn if published != UNCERTAIN else UNCERTAIN)),
    )
    seen: list[int] = []
    delete = place.story.throughput.delete

    def deleting(arn: str) -> None:
        seen.append(len(place.story.pointer.parameters))
        delete(arn)

    place.story.throughput.delete = deleting  # type: ignore[method-assign]  # this instance only
    decision = Decision(Action.DELETE_ENDPOINT, place.generation.id)
    assert place.actions.delete_endpoint(place.story.record, place.look(), decision) is None
    endpoint = place.story.record.endpoint
    assert (seen, endpoint.published_arn, endpoint.published_model_arn) == ([0], "", "")


def test_decisions_about_generations_that_the_record_does_not_have_change_nothing() -> None:
    """Whatever was seen under their ids."""
    place = Place()
    place.story.machine.run()
    place.story.train()
    seen = place.look()
    seen = replace(seen, endpoints={"unknown": seen.endpoints[place.generation.id]})
    before = place.story.record
    assert place.actions.delete_endpoint(before, seen, Decision(Action.DELETE_ENDPOINT, "unknown")) is None
    place.actions.retag(before, seen, Decision(Action.RETAG, "unknown"))
    assert (place.story.record, place.story.throughput.deleted) == (before, [])


def test_decision_without_a_generation_withdraws_the_pointer() -> None:
    """There is nothing to point to."""
    place = Place()
    place.story.machine.run()
    place.story.train()
    place.story.publishing.publish_pointer(place.story.record, place.look(), Decision(Action.PUBLISH_POINTER))
    endpoint = place.story.record.endpoint
    assert (place.story.pointer.parameters, endpoint.published_arn, endpoint.published_model_arn) == ({}, "", "")
