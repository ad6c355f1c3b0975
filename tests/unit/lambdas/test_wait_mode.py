"""Wait mode: the driver tells the stack's wait condition how it ended, at once if it has."""

import pytest

from finetuning.lifecycle.claims import StaleRequestError
from tests.unit.lambdas.story import MODEL, Story, wanted


def test_wait_condition_is_told_success_when_the_model_serves() -> None:
    """Once, after the pointer is published, with the generation as its unique id."""
    story = Story()
    story.serve(signal="Wait1")
    assert story.stacks.signals == [("Wait1", True, story.record.training.current_id)]
    assert [step for step in next(iter(story.machine.executions.values())).path if step != "WhatNext"][-3:] == [
        "PublishPointer",
        "SignalStack",
        "Settled",
    ]


def test_wait_condition_is_told_failure_when_the_job_fails() -> None:
    """The deployment fails as soon as the job does, not after the condition's twelve hours."""
    story = Story()
    story.deploy(signal="Wait1")
    story.train(status="Failed", failure="bad data")
    assert story.stacks.signals == [("Wait1", False, story.record.training.current_id)]
    assert story.record.settled


def test_wait_condition_is_told_failure_when_the_purchase_is_refused() -> None:
    """Whoever waits for a model in service learns that there will be none."""
    story = Story()
    story.throughput.quota = 0
    story.serve(signal="Wait1")
    assert story.stacks.signals == [("Wait1", False, story.record.training.current_id)]


def test_wait_condition_of_a_generation_that_serves_is_told_at_once() -> None:
    """A deployment that changes nothing does not wait for a training that is over."""
    story = Story()
    story.serve()
    story.deploy(signal="Wait2")
    assert story.stacks.signals == [("Wait2", True, story.record.training.current_id)]
    assert len(story.jobs.jobs) == 1
    assert story.record.settled


def test_wait_condition_that_is_still_to_come_is_told_later() -> None:
    """CloudFormation creates it seconds after the endpoint resource has answered."""
    story = Story()
    story.stacks.waiting = ["later", "later", "told"]
    story.serve(signal="Wait1")
    assert story.stacks.signals == [("Wait1", True, story.record.training.current_id)]
    assert story.record.settled


def test_wait_condition_that_will_never_wait_is_not_told() -> None:
    """Its stack rolled back or it was told before; the driver does not wait for it."""
    story = Story()
    story.stacks.waiting = ["never"]
    story.serve(signal="Wait1")
    assert story.stacks.signals == []
    signal = story.record.endpoint.signal
    assert signal is not None
    assert (signal.sent, story.record.settled) == (True, True)


def test_wait_condition_is_told_once() -> None:
    """Another delivery of the same request does not make the driver tell it again."""
    story = Story()
    story.serve(signal="Wait1")
    with pytest.raises(StaleRequestError):
        story.endpoint.apply(story.stack.sent[1])
    story.machine.run()
    assert len(story.stacks.signals) == 1


def test_signal_of_a_removed_endpoint_is_dropped() -> None:
    """Nobody waits in a stack that goes."""
    story = Story()
    story.stack.deploy(wanted(signal="Wait1"))
    story.stack.destroy()
    assert story.record.endpoint.signal is None
    assert story.registry.read(MODEL).endpoint.removed
