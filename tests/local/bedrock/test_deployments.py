"""Custom model deployments for on-demand inference."""

import pytest

from tests.local.bedrock.errors import refused
from tests.local.bedrock.world import World


@pytest.fixture
def model(world: World) -> str:
    """A model that can be served on demand, in Nova's Region."""
    return world.trained_nova_model()


def shown(world: World, identifier: str) -> dict[str, object]:
    """A deployment as the service shows it."""
    found: dict[str, object] = world.bedrock.get_custom_model_deployment(customModelDeploymentIdentifier=identifier)
    return found


def test_deployment_is_active_after_eight_minutes(world: World, model: str) -> None:
    """Until then it is being created; name and ARN identify it."""
    arn = world.deployed(model, modelDeploymentName="served", description="why")

    world.clock.advance(minutes=7)
    assert shown(world, "served")["status"] == "Creating"
    world.clock.advance(minutes=1)
    found = shown(world, arn)
    assert (found["status"], found["modelArn"], found["description"]) == ("Active", model, "why")
    assert "updateDetails" not in found


def test_base_model_without_on_demand_serving_is_refused(world: World) -> None:
    """A tuned Haiku can only be served by provisioned throughput."""
    haiku = world.trained_model()

    assert "On-demand inference is not supported" in refused("ValidationException", world.deployed, model=haiku)


def test_update_keeps_the_arn_and_tells_of_itself(world: World, model: str) -> None:
    """The old model answers until the update is completed."""
    other = world.trained_nova_model()
    arn = world.deployed(model)
    world.clock.advance(minutes=8)

    updated = world.bedrock.update_custom_model_deployment(customModelDeploymentIdentifier=arn, modelArn=other)

    assert updated["customModelDeploymentArn"] == arn
    found = shown(world, arn)
    assert found["updateDetails"] == {"modelArn": other, "updateStatus": "Updating"}
    assert (found["modelArn"], found["status"]) == (model, "Active")
    world.clock.advance(minutes=8)
    found = shown(world, arn)
    assert found["updateDetails"] == {"modelArn": other, "updateStatus": "UpdateCompleted"}
    assert found["modelArn"] == other


def test_deployment_being_changed_refuses_update_and_delete(world: World, model: str) -> None:
    """While it is created or updated nothing else is possible."""
    update, delete = world.bedrock.update_custom_model_deployment, world.bedrock.delete_custom_model_deployment
    arn = world.deployed(model)

    refused("ValidationException", update, customModelDeploymentIdentifier=arn, modelArn=model)
    refused("ConflictException", delete, customModelDeploymentIdentifier=arn)
    world.clock.advance(minutes=8)
    update(customModelDeploymentIdentifier=arn, modelArn=model)
    refused("ConflictException", delete, customModelDeploymentIdentifier=arn)
    world.clock.advance(minutes=8)
    delete(customModelDeploymentIdentifier=arn)
    refused("ResourceNotFoundException", shown, world=world, identifier=arn)


def test_quotas_of_deployments_are_enforced(world: World, model: str) -> None:
    """Two may be created at a time, and ten may exist."""
    for _ in range(2):
        world.deployed(model)

    assert "in-progress deployments (2)" in refused("ServiceQuotaExceededException", world.deployed, model=model)
    for _ in range(4):
        world.clock.advance(minutes=8)
        world.deployed(model)
        world.deployed(model)
    world.clock.advance(minutes=8)
    assert "deployments (10)" in refused("ServiceQuotaExceededException", world.deployed, model=model)


def test_name_in_use_is_refused(world: World, model: str) -> None:
    """Names are unique among the deployments that exist."""
    world.deployed(model, modelDeploymentName="one")

    refused("ValidationException", world.deployed, model=model, modelDeploymentName="one")


def test_repeated_request_with_the_same_token_deploys_once(world: World, model: str) -> None:
    """The first deployment is returned."""
    request = {"modelDeploymentName": "one", "clientRequestToken": "token"}

    assert world.deployed(model, **request) == world.deployed(model, **request)


def test_deployments_are_listed_and_filtered(world: World, model: str) -> None:
    """By status, name and model."""
    arn = world.deployed(model)

    def arns(**filters: object) -> list[str]:
        listed = world.bedrock.list_custom_model_deployments(**filters)["modelDeploymentSummaries"]
        return [item["customModelDeploymentArn"] for item in listed]

    assert arns() == arns(statusEquals="Creating") == arns(modelArnEquals=model) == arns(nameContains="deploy") == [arn]
    assert arns(statusEquals="Active") == arns(nameContains="x") == []
