"""The driver's actions on a story, to be taken on decisions that are older than its record."""

from typing import Any

from finetuning.lifecycle import Action, Decision, Observed
from lambdas.driver.endpoint_actions import EndpointActions
from lambdas.driver.training_actions import TrainingActions
from tests.unit.lambdas.story import Story


def training_actions(story: Story) -> TrainingActions:
    """What the driver does about jobs and models."""
    return TrainingActions(registry=story.registry, jobs=story.jobs, output_bucket="output", clock=story.clock.epoch)


def endpoint_actions(story: Story) -> EndpointActions:
    """What the driver does about endpoints."""
    endpoints: Any = {"provisioned": story.throughput, "on_demand": story.deployments}
    return EndpointActions(
        registry=story.registry, endpoints=endpoints, publishing=story.publishing, clock=story.clock.epoch
    )


def look(story: Story) -> Observed:
    """What is there."""
    return story.driver._looking.look(story.record)


def serving() -> tuple[Story, Decision]:
    """A model in service, and a decision about its endpoint (of no action in particular)."""
    story = Story()
    story.serve()
    return story, Decision(Action.CREATE_ENDPOINT, story.record.endpoint.current_id)
