"""Custom models and tags."""

from tests.local.bedrock.errors import refused
from tests.local.bedrock.world import HAIKU, REGION, World


def test_models_are_listed_by_name_and_base_model(world: World) -> None:
    """Filters of ListCustomModels."""
    arn = world.trained_model(customModelName="listed")
    base = f"arn:aws:bedrock:{REGION}::foundation-model/{HAIKU}"
    other = f"arn:aws:bedrock:{REGION}::foundation-model/amazon.nova-lite-v1:0:300k"

    def arns(**filters: object) -> list[str]:
        return [model["modelArn"] for model in world.bedrock.list_custom_models(**filters)["modelSummaries"]]

    assert arns() == arns(nameContains="liste") == arns(foundationModelArnEquals=base) == arns(isOwned=True) == [arn]
    assert arns(baseModelArnEquals=other) == arns(nameContains="x") == arns(isOwned=False) == []
    assert arns(modelStatus="Creating") == []


def test_model_in_use_by_throughput_cannot_be_deleted(world: World) -> None:
    """First the endpoint, then the model."""
    model = world.trained_model(customModelName="served")
    throughput = world.bought(model)
    world.clock.advance(hours=1)

    assert "in use by provisioned throughput" in refused(
        "ConflictException", world.bedrock.delete_custom_model, modelIdentifier=model
    )
    world.bedrock.delete_provisioned_model_throughput(provisionedModelId=throughput)
    world.bedrock.delete_custom_model(modelIdentifier="served")
    refused("ResourceNotFoundException", world.bedrock.get_custom_model, modelIdentifier="served")


def test_model_that_a_throughput_is_being_changed_to_cannot_be_deleted(world: World) -> None:
    """During an update both models are in use."""
    old, new = world.trained_model(), world.trained_model()
    throughput = world.bought(old)
    world.clock.advance(hours=1)
    world.bedrock.update_provisioned_model_throughput(provisionedModelId=throughput, desiredModelId=new)

    for model in (old, new):
        refused("ConflictException", world.bedrock.delete_custom_model, modelIdentifier=model)
    world.clock.advance(hours=1)
    world.bedrock.delete_custom_model(modelIdentifier=old)


def test_model_in_use_by_a_deployment_cannot_be_deleted(world: World) -> None:
    """Deployments hold their model as throughput does."""
    model = world.trained_nova_model()
    deployment = world.deployed(model)
    world.clock.advance(hours=1)

    refused("ConflictException", world.bedrock.delete_custom_model, modelIdentifier=model)
    world.bedrock.delete_custom_model_deployment(customModelDeploymentIdentifier=deployment)
    world.bedrock.delete_custom_model(modelIdentifier=model)


def test_tags_of_job_and_model_are_kept_apart(world: World) -> None:
    """Each resource has its own."""
    job = world.start_job(
        jobTags=[{"key": "owner", "value": "job"}], customModelTags=[{"key": "owner", "value": "model"}]
    )
    world.clock.advance(hours=2)

    def tags(arn: str) -> list[dict[str, str]]:
        listed: list[dict[str, str]] = world.bedrock.list_tags_for_resource(resourceARN=arn)["tags"]
        return listed

    assert tags(job) == [{"key": "owner", "value": "job"}]
    assert tags(world.job(job)["outputModelArn"]) == [{"key": "owner", "value": "model"}]


def test_tags_can_be_added_changed_and_removed(world: World) -> None:
    """TagResource merges, UntagResource removes, both on resources that exist."""
    job = world.start_job(jobTags=[{"key": "a", "value": "1"}, {"key": "b", "value": "1"}])

    tags = [{"key": "b", "value": "2"}, {"key": "c", "value": "3"}]
    world.bedrock.tag_resource(resourceARN=job, tags=tags)
    world.bedrock.untag_resource(resourceARN=job, tagKeys=["a", "unknown"])

    assert world.bedrock.list_tags_for_resource(resourceARN=job)["tags"] == tags
    missing = job[:-3] + "xxx"
    refused("ResourceNotFoundException", world.bedrock.tag_resource, resourceARN=missing, tags=tags)


def test_resource_cannot_have_more_than_fifty_tags(world: World) -> None:
    """Those it has count."""
    job = world.start_job(jobTags=[{"key": f"a{number}", "value": ""} for number in range(30)])
    more = [{"key": f"b{number}", "value": ""} for number in range(21)]

    assert "51 tags" in refused("TooManyTagsException", world.bedrock.tag_resource, resourceARN=job, tags=more)
