"""A custom model that something needs is never deleted: the order is ours, Bedrock may not protect it (fault C11)."""

import pytest

from tests.fakes.bedrock import ARN
from tests.unit.lambdas.story import MODEL, Story

ELSEWHERE = f"{ARN}:custom-model-deployment/elsewhere"


def superseded(keep: str = "0") -> tuple[Story, str, str]:
    """A model that was retrained and keeps this many previous ones; the second training is about to serve."""
    story = Story()
    first = story.serve("2", KeepPrevious=keep)
    story.deploy("3", KeepPrevious=keep)
    return story, first, "3"


def look_again(story: Story) -> None:
    """Let the sweep put a driver to work a day later."""
    story.clock.sleep(86_400)
    story.sweep.run()
    story.machine.run()


@pytest.mark.parametrize("hold", ["finetuning:hold-prod", "finetuning:hold-somebody"])
def test_held_model_is_not_reaped_until_the_hold_is_taken_off(hold: str) -> None:
    """A promotion puts the tag on the model itself."""
    story, first, second = superseded()
    story.jobs.tagged[first][hold] = "2026"
    story.train(second)
    assert story.jobs.deleted == []
    assert story.record.settled
    look_again(story)
    assert story.jobs.deleted == []
    del story.jobs.tagged[first][hold]
    look_again(story)
    assert story.jobs.deleted == [first]


@pytest.mark.parametrize("kind", ["throughput", "deployments"])
def test_model_served_elsewhere_is_not_reaped(kind: str) -> None:
    """By an endpoint of either kind that this record does not know."""
    story, first, second = superseded()
    getattr(story, kind).elsewhere.append(ELSEWHERE)
    story.train(second)
    assert story.jobs.deleted == []
    getattr(story, kind).elsewhere.clear()
    look_again(story)
    assert story.jobs.deleted == [first]


@pytest.mark.parametrize("held", ["tag", "served"])
def test_held_model_survives_the_removal_and_counts_as_bought(held: str) -> None:
    """The stack goes; the model stays in the registry."""
    story = Story()
    model_arn = story.serve()
    if held == "tag":
        story.jobs.tagged[model_arn]["finetuning:hold-prod"] = ""
    else:
        story.deployments.elsewhere.append(ELSEWHERE)
    story.stack.destroy()
    story.machine.run()
    assert (story.alive, story.record.settled) == (([], [model_arn], []), True)
    story.jobs.tagged[model_arn].pop("finetuning:hold-prod", None)
    story.deployments.elsewhere.clear()
    look_again(story)
    assert story.alive == ([], [], [])


def test_own_endpoint_is_no_holder() -> None:
    """It goes first, on removal, and takes nothing with it."""
    story = Story()
    story.serve()
    story.stack.destroy()
    story.machine.run()
    assert story.alive == ([], [], [])


def test_model_in_use_is_tried_again_later() -> None:
    """Bedrock says so although nothing was seen that serves it."""
    story = Story()
    model_arn = story.serve()
    story.jobs.in_use.add(model_arn)
    story.stack.destroy()
    started = story.clock.now
    story.throughput.alive.clear()
    step = story.driver.step("Decide", MODEL, story.record.in_charge)
    while step["next"] != "DeleteCustomModel":
        step = story.driver.step(step["next"], MODEL, story.record.in_charge)
    step = story.driver.step("DeleteCustomModel", MODEL, story.record.in_charge)
    assert (step["next"], step["wait_seconds"]) == ("AwaitChange", 60)
    assert story.jobs.deleted == []
    story.jobs.in_use.clear()
    story.machine.run()
    assert (story.jobs.deleted, story.alive, story.record.settled) == ([model_arn], ([], [], []), True)
    assert story.clock.now - started < 600


def test_deleted_model_is_condemned_first() -> None:
    """A deployment that goes back to it at the same moment must train again."""
    story, first, second = superseded()
    story.train(second)
    assert story.jobs.deleted == [first]
    [condemned] = [g for g in story.record.training.generations if g.condemned]
    assert condemned.model_arn == first
    assert condemned.gone
