"""Which permissions each call asks for, on which resources and with which condition keys."""

from typing import Any

import pytest

from tests.local.bedrock.errors import refused
from tests.local.bedrock.world import ACCOUNT, HAIKU, REGION, World

PREFIX = f"arn:aws:bedrock:{REGION}:{ACCOUNT}"
FOUNDATION = f"arn:aws:bedrock:{REGION}::foundation-model/{HAIKU}"
TAGS = [{"key": "finetuning:environment", "value": "dev"}]


def asked(world: World, action: str) -> dict[str, dict[str, Any]]:
    """Resources and condition keys with which an action was checked since the last look."""
    found = {check.arn: dict(check.keys) for check in world.neighbours.checks if check.action == action}
    world.neighbours.checks.clear()
    return found


def test_job_creation_is_authorized_on_all_three_resource_classes(world: World) -> None:
    """Foundation model, custom model and job, each with the request's tags."""
    world.start_job(jobTags=TAGS, customModelTags=TAGS)

    keys = {"aws:RequestTag/finetuning:environment": "dev", "aws:TagKeys": ["finetuning:environment"]}
    assert asked(world, "bedrock:CreateModelCustomizationJob") == {
        FOUNDATION: keys,
        f"{PREFIX}:custom-model/*": keys,
        f"{PREFIX}:model-customization-job/*": keys,
    }


@pytest.mark.parametrize("resource", [FOUNDATION, f"{PREFIX}:custom-model/*", f"{PREFIX}:model-customization-job/*"])
def test_one_denied_resource_class_is_enough_to_refuse_a_job(world: World, resource: str) -> None:
    """A policy that forgets one of the three is found out."""
    world.neighbours.denied.add(f"bedrock:CreateModelCustomizationJob {resource}")

    message = refused("AccessDeniedException", world.start_job)

    assert f"not authorized to perform: bedrock:CreateModelCustomizationJob on resource: {resource}" in message


def test_tags_need_the_permission_to_tag(world: World) -> None:
    """Only if there are any."""
    world.neighbours.denied.add("bedrock:TagResource")

    world.start_job()
    refused("AccessDeniedException", world.start_job, jobTags=TAGS)
    refused("AccessDeniedException", world.start_job, customModelTags=TAGS)


def test_stop_and_get_are_authorized_on_the_job_with_its_tags(world: World) -> None:
    """aws:ResourceTag lets a policy protect the jobs of others."""
    arn = world.start_job(jobTags=TAGS, jobName="named")
    world.bedrock.get_model_customization_job(jobIdentifier="named")
    world.bedrock.stop_model_customization_job(jobIdentifier="named")

    keys = {"aws:ResourceTag/finetuning:environment": "dev"}
    checks = [(check.action, check.arn, check.keys) for check in world.neighbours.checks[-2:]]
    assert checks == [
        ("bedrock:GetModelCustomizationJob", arn, keys),
        ("bedrock:StopModelCustomizationJob", arn, keys),
    ]


def test_denied_call_says_nothing_about_existence(world: World) -> None:
    """What is not allowed is denied before it is looked for."""
    world.neighbours.denied.add("bedrock:GetModelCustomizationJob")

    message = refused("AccessDeniedException", world.bedrock.get_model_customization_job, jobIdentifier="nothing")

    assert f"on resource: {PREFIX}:model-customization-job/nothing" in message


def test_throughput_calls_are_authorized_on_throughput_and_models(world: World) -> None:
    """Create and Update name the custom model, with its tags, and the foundation model, which has none."""
    model = world.trained_model(customModelTags=TAGS)
    arn = world.bought(model, tags=TAGS)
    world.clock.advance(hours=1)
    request = {"aws:RequestTag/finetuning:environment": "dev", "aws:TagKeys": ["finetuning:environment"]}
    resource = {"aws:ResourceTag/finetuning:environment": "dev"}

    assert asked(world, "bedrock:CreateProvisionedModelThroughput") == {
        model: {**resource, **request},
        FOUNDATION: request,
    }
    world.bedrock.update_provisioned_model_throughput(provisionedModelId=arn, desiredModelId=model)
    assert asked(world, "bedrock:UpdateProvisionedModelThroughput") == {arn: resource, model: resource, FOUNDATION: {}}


def test_invocation_is_authorized_on_the_endpoint_itself(world: World) -> None:
    """Converse needs the permission of InvokeModel; a base model is a resource of its own."""
    arn = world.bought(world.trained_model(), tags=TAGS)
    world.clock.advance(hours=1)
    world.ask(arn, "Hello")
    messages = [{"role": "user", "content": [{"text": "Hello"}]}]
    base = "anthropic.claude-3-haiku-20240307-v1:0"
    world.runtime.converse(modelId=base, messages=messages)

    assert asked(world, "bedrock:InvokeModel") == {
        arn: {"aws:ResourceTag/finetuning:environment": "dev"},
        f"arn:aws:bedrock:{REGION}::foundation-model/{base}": {},
    }


def test_deletion_of_a_model_is_authorized_with_its_tags(world: World) -> None:
    """So that one environment cannot delete another's models."""
    model = world.trained_model(customModelTags=TAGS)
    world.bedrock.delete_custom_model(modelIdentifier=model)

    assert asked(world, "bedrock:DeleteCustomModel") == {model: {"aws:ResourceTag/finetuning:environment": "dev"}}


def test_lists_are_authorized_on_everything(world: World) -> None:
    """List operations have no resource types."""
    world.bedrock.list_custom_models()
    world.bedrock.list_model_customization_jobs()
    world.bedrock.list_provisioned_model_throughputs()
    world.bedrock.list_custom_model_deployments()

    assert {check.arn for check in world.neighbours.checks} == {"*"}


def test_tagging_shows_the_tags_it_sets_and_removes(world: World) -> None:
    """aws:TagKeys holds for both directions."""
    arn = world.start_job()
    world.bedrock.tag_resource(resourceARN=arn, tags=TAGS)
    world.bedrock.untag_resource(resourceARN=arn, tagKeys=["finetuning:environment"])

    tagged, untagged = world.neighbours.checks[-2:]
    assert tagged.keys == {
        "aws:RequestTag/finetuning:environment": "dev",
        "aws:TagKeys": ["finetuning:environment"],
    }
    assert untagged.keys == {
        "aws:ResourceTag/finetuning:environment": "dev",
        "aws:TagKeys": ["finetuning:environment"],
    }
