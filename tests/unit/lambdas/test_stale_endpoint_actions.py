"""Actions on endpoints that somebody else bought, changed or let go of: each looks again at what is wanted."""

from dataclasses import replace

import pytest

from finetuning.lifecycle import Action, Decision
from finetuning.lifecycle.claims import Claim
from finetuning.lifecycle.endpoint import release_endpoint
from lambdas.gateways.endpoints import EndpointBusyError, PurchaseRefusedError
from tests.unit.lambdas.acting import endpoint_actions, look, serving
from tests.unit.lambdas.story import MODEL, Story, job_properties, name_of


def removed(story: Story) -> None:
    """Remove the endpoint from the record."""
    claim = Claim(story.record.endpoint.owner, "Endpoint", story.record.endpoint.physical_id)
    story.registry.update(MODEL, lambda record: release_endpoint(record, claim))


def test_endpoint_that_is_not_wanted_any_more_is_not_bought() -> None:
    """The intent is written over the newest record."""
    story = Story()
    story.deploy()
    story.jobs.end(name_of(job_properties()))
    decision, record = Decision(Action.CREATE_ENDPOINT, story.record.endpoint.current_id), story.record
    seen = look(story)
    removed(story)
    assert endpoint_actions(story).create_endpoint(record, seen, decision) is None
    assert endpoint_actions(story).create_endpoint(record, seen, replace(decision, generation_id="unknown")) is None
    assert story.throughput.bought == []
    assert [e.intended for e in story.record.endpoint.generations] == [False]


def test_endpoint_that_is_there_is_adopted_instead_of_bought() -> None:
    """A purchase whose outcome was never written down (fault B08)."""
    story, decision = serving()
    story.throughput.tagged.clear()

    def never(order: object) -> str:
        raise AssertionError("it is there")

    story.throughput.create = never  # type: ignore[method-assign]  # this instance only
    [generation] = story.record.endpoint.generations
    story.registry.update(MODEL, lambda r: r.with_endpoint(replace(generation, failure="earlier")))
    assert endpoint_actions(story).create_endpoint(story.record, look(story), decision) is None
    [generation] = story.record.endpoint.generations
    assert (len(story.throughput.bought), generation.failure) == (1, "")


def test_swap_and_deletion_of_what_is_gone_change_nothing() -> None:
    """Somebody was faster."""
    story, decision = serving()
    actions, nothing = endpoint_actions(story), replace(look(story), endpoints={decision.generation_id: None})
    before = story.record
    assert actions.swap_model(before, nothing, decision) is None
    assert actions.delete_endpoint(before, nothing, decision) is None
    story.publishing.publish_pointer(before, nothing, decision)
    assert (story.record, story.throughput.swapped, story.throughput.deleted) == (before, [], [])
    assert story.pointer.parameters != {}


def test_swap_of_what_is_not_wanted_any_more_is_dropped() -> None:
    """It is about to be deleted."""
    story, decision = serving()
    seen = look(story)
    removed(story)
    assert endpoint_actions(story).swap_model(story.record, seen, decision) is None
    assert story.throughput.swapped == []


@pytest.mark.parametrize("action", ["swap", "delete"])
def test_busy_endpoint_is_tried_again_in_a_minute(action: str) -> None:
    """It is being created or updated; the driver waits (fault C04)."""
    story, decision = serving()
    [endpoint] = story.throughput.alive.values()
    endpoint.ready_at = story.clock.now + 500
    seen, actions = look(story), endpoint_actions(story)
    method = actions.swap_model if action == "swap" else actions.delete_endpoint
    assert method(story.record, seen, decision) == Decision(Action.AWAIT_CHANGE, decision.generation_id, 60)
    assert (story.throughput.swapped, story.throughput.deleted) == ([], [])
    [generation] = story.record.endpoint.generations
    assert generation.swapped_at == 0


def test_swap_whose_reply_is_lost_is_remembered() -> None:
    """It may take effect after a later one."""
    story, decision = serving()

    def lose(arn: str, model_arn: str) -> None:
        raise ConnectionError("lost")

    story.throughput.swap = lose  # type: ignore[method-assign]  # this instance only
    with pytest.raises(ConnectionError):
        endpoint_actions(story).swap_model(story.record, look(story), decision)
    [generation] = story.record.endpoint.generations
    assert generation.swapped_at == story.clock.epoch()


def test_refusal_of_a_purchase_that_another_made_is_dropped() -> None:
    """Its ARN is noted: it was bought."""
    story = Story()
    story.deploy()
    story.jobs.end(name_of(job_properties()))
    decision = Decision(Action.CREATE_ENDPOINT, story.record.endpoint.current_id)

    def refuse(order: object) -> str:
        current = story.record.endpoint.current
        assert current is not None
        story.registry.update(MODEL, lambda record: record.with_endpoint(replace(current, arn="theirs")))
        raise PurchaseRefusedError("no")

    story.throughput.create = refuse  # type: ignore[method-assign]  # this instance only
    assert endpoint_actions(story).create_endpoint(story.record, look(story), decision) is None
    current = story.record.endpoint.current
    assert current is not None
    assert (current.failure, current.arn, current.gone) == ("", "theirs", False)


def test_busy_is_told_by_an_error_of_its_own() -> None:
    """Other errors are Step Functions' to retry."""
    story, decision = serving()

    def busy(arn: str) -> None:
        raise EndpointBusyError("Updating")

    story.throughput.delete = busy  # type: ignore[method-assign]  # this instance only
    assert endpoint_actions(story).delete_endpoint(story.record, look(story), decision) is not None
