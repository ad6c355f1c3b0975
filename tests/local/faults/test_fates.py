"""Jobs and endpoints that end otherwise."""

from typing import Any

import pytest

from local.bedrock.service import Bedrock
from local.faults.fates import FaultyFates
from local.faults.faults import Faults
from local.faults.rules import Plan, Rule
from tests.local.bedrock.world import ACCOUNT, World


def world_with(*rules: Rule, **quotas: int) -> World:
    """A Bedrock whose fates these rules decide."""
    world, faults = World(), Faults(Plan(rules, quotas), ("model_units",))
    place = lambda: (ACCOUNT, world.region)  # noqa: E731
    world.service = Bedrock(
        world.settings, world.clock, world.neighbours, place, FaultyFates(faults), lambda: faults.quotas
    )
    return world


def fate(kind: str, status: str, **values: Any) -> Rule:
    """A rule for the first thing of a kind."""
    return Rule(operation=f"bedrock:{kind}", what="status", status=status, message="as told", **values)


def test_job_fails_with_a_message_and_leaves_no_model() -> None:
    """Only the job that the rule means; its event tells it."""
    world = world_with(fate("job", "Failed", contains="unlucky"))
    unlucky, lucky = world.start_job(jobName="unlucky"), world.start_job(jobName="lucky")
    world.clock.advance(hours=13)
    job = world.job(unlucky)
    assert (job["status"], job["failureMessage"], job.get("outputModelArn")) == ("Failed", "as told", None)
    assert world.job(lucky)["status"] == "Completed"
    assert {detail["jobStatus"] for _, detail, _ in world.neighbours.events if detail["jobName"] == "unlucky"} == {
        "InProgress",
        "Failed",
    }


def test_job_stays_in_a_status_of_the_future() -> None:
    """Neither a model nor an end."""
    world = world_with(fate("job", "Evaporated"))
    arn = world.start_job()
    world.clock.advance(days=3)
    assert world.job(arn)["status"] == "Evaporated"
    assert world.bedrock.list_custom_models()["modelSummaries"] == []


@pytest.mark.parametrize("status", ["Failed", "Hibernating"])
def test_throughput_fails(status: str) -> None:
    """After its creation time, with a message; it is there until it is deleted."""
    world = world_with(fate("throughput", status))
    arn = world.bought(world.trained_model())
    world.clock.advance(minutes=20)
    shown = world.bedrock.get_provisioned_model_throughput(provisionedModelId=arn)
    assert (shown["status"], shown["failureMessage"]) == (status, "as told")
    world.bedrock.delete_provisioned_model_throughput(provisionedModelId=arn)


def test_deployment_fails() -> None:
    """As throughput does."""
    world = world_with(fate("deployment", "Failed"))
    arn = world.deployed(world.trained_nova_model())
    world.clock.advance(minutes=8)
    shown = world.bedrock.get_custom_model_deployment(customModelDeploymentIdentifier=arn)
    assert (shown["status"], shown["failureMessage"]) == ("Failed", "as told")
