"""What the driver tells applications and CloudFormation: the pointer to an endpoint, and the end of a wait."""

from dataclasses import replace

import pytest

from finetuning.lifecycle import Action, Decision
from finetuning.lifecycle.record import Signal
from lambdas.driver.signal_actions import SignalActions
from tests.unit.lambdas.acting import endpoint_actions, look, serving
from tests.unit.lambdas.story import MODEL, POINTER


def test_deletion_withdraws_the_pointer_to_what_it_deletes_and_no_other() -> None:
    """The published one's successor is called by applications."""
    story, decision = serving()
    story.registry.update(MODEL, lambda r: replace(r, endpoint=replace(r.endpoint, published_arn="another")))
    assert endpoint_actions(story).delete_endpoint(story.record, look(story), decision) is None
    assert (list(story.pointer.parameters), story.record.endpoint.published_arn) == ([POINTER], "another")
    assert story.throughput.alive == {}


def test_pointer_is_uncertain_while_it_is_written() -> None:
    """If the outcome is never noted, whoever takes the endpoint away withdraws it."""
    story, decision = serving()
    seen: list[str] = []

    def lose(name: str, endpoint_arn: str) -> None:
        seen.append(story.record.endpoint.published_arn)
        raise ConnectionError("lost")

    publish = story.pointer.publish
    story.pointer.publish = lose  # type: ignore[method-assign]  # this instance only
    with pytest.raises(ConnectionError):
        story.publishing.publish_pointer(story.record, look(story), decision)
    assert story.record.endpoint.published_at == story.clock.epoch()
    assert seen == [story.record.endpoint.published_arn] != [next(iter(story.pointer.parameters.values()))]
    story.pointer.publish = publish  # type: ignore[method-assign]
    story.stack.destroy()
    story.machine.run()
    assert (story.pointer.parameters, story.alive, story.record.settled) == ({}, ([], [], []), True)


def test_pointer_that_was_written_and_never_noted_is_written_again() -> None:
    """As long as the endpoint is wanted."""
    story, _ = serving()
    story.registry.update(
        MODEL,
        lambda r: replace(r, endpoint=replace(r.endpoint, published_arn="", published_model_arn=""), settled=False),
    )
    story.driver.step("PublishPointer", MODEL, story.record.in_charge)
    [endpoint] = story.throughput.alive.values()
    assert (story.record.endpoint.published_arn, story.record.endpoint.published_model_arn) == (
        endpoint.arn,
        endpoint.model_arn,
    )
    assert story.pointer.history == [endpoint.arn] * 2


def test_signal_of_an_endpoint_without_a_wait_condition_is_none() -> None:
    """It was dropped meanwhile."""
    story, decision = serving()
    actions = SignalActions(registry=story.registry, stacks=story.stacks)
    assert actions.signal_stack(story.record, look(story), decision) is None
    assert story.stacks.signals == []


def test_signal_that_was_exchanged_meanwhile_is_not_marked_as_sent() -> None:
    """The other condition has to be told as well."""
    story, decision = serving()
    story.registry.update(MODEL, lambda r: replace(r, endpoint=replace(r.endpoint, signal=Signal("stack", "Wait1"))))
    old = story.record
    story.registry.update(MODEL, lambda r: replace(r, endpoint=replace(r.endpoint, signal=Signal("stack", "Wait2"))))
    actions = SignalActions(registry=story.registry, stacks=story.stacks)
    assert actions.signal_stack(old, look(story), decision) is None
    assert story.stacks.signals == [("Wait1", True, old.training.current_id)]
    assert story.record.endpoint.signal == Signal("stack", "Wait2")


def test_signal_of_a_model_without_a_training_has_an_id_all_the_same() -> None:
    """CloudFormation wants one; a signal that is to come later is asked for in ten seconds."""
    story, decision = serving()
    signal = Signal("stack", "Wait1")
    slot = replace(story.record.endpoint, signal=signal)
    record = replace(story.record, endpoint=slot, training=replace(story.record.training, current_id=""))
    actions = SignalActions(registry=story.registry, stacks=story.stacks)
    assert actions.signal_stack(record, look(story), replace(decision, reason="no model")) is None
    assert story.stacks.signals == [("Wait1", False, "none")]
    story.stacks.waiting = ["later"]
    assert actions.signal_stack(record, look(story), decision) == Decision(
        Action.AWAIT_CHANGE, decision.generation_id, 10
    )
