"""The sweep and an endpoint that nobody invokes: a notice, a day later its end, and back with `resume`."""

import pytest

from finetuning.lifecycle.retrying import resume
from lambdas.gateways.invocations import UnreadableMetricError
from lambdas.sweep.sweeping import SweepError
from tests.unit.lambdas.story import MODEL, Story, endpoint_properties, job_properties
from tests.unit.lambdas.test_sweep_models import DAY, sweep


def idle_story(**endpoint: str) -> Story:
    """A model that serves; its endpoint may be idle for a week."""
    story = Story()
    wanted = {"IdleDays": "7", "RemoveIdle": "true", **endpoint}
    story.stack.deploy({"Job": job_properties(), "Endpoint": endpoint_properties(**wanted)})
    story.machine.run()
    story.train()
    [found] = story.throughput.alive.values()
    story.invocations.last[found.arn] = story.clock.epoch()
    return story


def notices(story: Story) -> list[str]:
    """Texts of the notices about idle endpoints."""
    return [text for subject, text in story.notices.published if subject.endswith(": idle")]


def live(story: Story, days: int) -> None:
    """Sweep four times a day."""
    for _ in range(days * 4):
        story.clock.sleep(DAY / 4)
        sweep(story)


def test_idle_endpoint_is_told_of_and_then_removed() -> None:
    """The metric is read once a day; the driver takes the endpoint away and the pointer before it."""
    story = idle_story()
    live(story, 6)
    assert notices(story) == []
    live(story, 1)
    [told] = notices(story)
    assert "or it is removed at the next daily look" in told
    assert story.throughput.alive
    live(story, 1)
    assert story.throughput.alive == {}
    assert story.pointer.parameters == {}
    assert story.jobs.models
    assert len(notices(story)) == 2
    assert "it is removed" in notices(story)[1]
    assert len(story.invocations.asked) <= 3
    live(story, 10)
    assert story.throughput.alive == {}
    assert len(notices(story)) == 2


def test_resume_brings_it_back() -> None:
    """And its idle days begin anew."""
    story = idle_story()
    live(story, 10)
    story.registry.update(MODEL, resume)
    sweep(story)
    assert story.throughput.alive
    live(story, 6)
    assert story.throughput.alive


def test_endpoint_in_use_stays() -> None:
    """Nobody is told of anything."""
    story = idle_story()
    [found] = story.throughput.alive.values()
    for _ in range(20):
        story.invocations.last[found.arn] = story.clock.epoch()
        live(story, 1)
    assert story.throughput.alive
    assert notices(story) == []


def test_metric_that_cannot_be_read_removes_nothing() -> None:
    """The sweep fails, so that its alarm rings; what else it does is done."""
    story = idle_story()
    live(story, 6)
    story.invocations.error = UnreadableMetricError("CloudWatch answered Forbidden")
    story.clock.sleep(10 * DAY)
    with pytest.raises(SweepError, match="could not sweep faq"):
        story.sweep.run()
    story.machine.run()
    assert story.throughput.alive
    assert story.record.settled


def test_what_may_not_be_removed_is_told_of_once() -> None:
    """Once for each time that it becomes idle."""
    story = idle_story(RemoveIdle="false")
    live(story, 30)
    assert story.throughput.alive
    assert len(notices(story)) == 1


def test_metric_is_not_read_without_being_asked_to() -> None:
    """It costs little, and nobody would look at it."""
    story = idle_story(IdleDays="0")
    live(story, 20)
    assert story.invocations.asked == []
