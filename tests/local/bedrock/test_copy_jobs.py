"""Copies of custom models in another Region or account."""

from typing import Any

import pytest

from local.bedrock.fates import Fate
from local.bedrock.store import Share
from tests.local.bedrock.errors import refused
from tests.local.bedrock.fakes import FakeKey
from tests.local.bedrock.world import ACCOUNT, REGION, World

OTHER_ACCOUNT, OTHER_REGION = "111111111111", "us-east-1"
KEY_ARN = f"arn:aws:kms:{OTHER_REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"


@pytest.fixture
def model(world: World) -> str:
    """A custom model; afterwards the world is in another Region."""
    arn = world.trained_model(hyperParameters={"epochCount": "3"})
    world.region = OTHER_REGION
    return arn


def copied(world: World, model: str, **changes: Any) -> str:
    """Start a copy; returns the job's ARN."""
    request = {"sourceModelArn": model, "targetModelName": "the-copy", **changes}
    arn: str = world.bedrock.create_model_copy_job(**request)["jobArn"]
    return arn


def share(world: World, region: str, model: str) -> None:
    """Share a model with the other account."""
    shared = Share("arn", "models", (model,), (OTHER_ACCOUNT,), world.clock.now())
    world.service.store(ACCOUNT, region).shares["arn"] = shared


def test_copy_is_a_model_of_its_own(world: World, model: str) -> None:
    """It has an ARN, tags and a key of its own, and answers as the source does, also when that is gone."""
    world.neighbours.keys[KEY_ARN] = FakeKey(KEY_ARN)
    arn = copied(world, model, modelKmsKeyId=KEY_ARN, targetModelTags=[{"key": "a", "value": "b"}])
    shown = world.bedrock.get_model_copy_job(jobArn=arn)
    assert (shown["status"], shown["sourceAccountId"], shown["sourceModelArn"]) == ("InProgress", ACCOUNT, model)
    refused("ResourceNotFoundException", world.bedrock.get_custom_model, modelIdentifier="the-copy")
    world.clock.advance(minutes=30)
    assert world.bedrock.get_model_copy_job(jobArn=arn)["status"] == "Completed"
    target = world.bedrock.get_custom_model(modelIdentifier="the-copy")
    assert (target["modelArn"], target["modelKmsKeyArn"]) == (shown["targetModelArn"], KEY_ARN)
    assert target["modelArn"].startswith(f"arn:aws:bedrock:{OTHER_REGION}:{ACCOUNT}:custom-model/")
    assert world.bedrock.list_tags_for_resource(resourceARN=target["modelArn"])["tags"] == [{"key": "a", "value": "b"}]
    world.region = REGION
    world.bedrock.delete_custom_model(modelIdentifier=model)
    world.region = OTHER_REGION
    endpoint = world.bought(target["modelArn"])
    world.clock.advance(minutes=20)
    assert "fully managed" in world.ask(endpoint, "What is Amazon Bedrock?")["content"][0]["text"]


def test_token_brings_the_same_copy(world: World, model: str) -> None:
    """And nothing twice; the name is taken."""
    first = copied(world, model, clientRequestToken="token")
    assert copied(world, model, clientRequestToken="token") == first
    assert "currently in use" in refused(
        "ValidationException", world.bedrock.create_model_copy_job, sourceModelArn=model, targetModelName="the-copy"
    )
    jobs = world.bedrock.list_model_copy_jobs(sourceModelArnEquals=model, targetModelNameContains="copy")
    assert [job["jobArn"] for job in jobs["modelCopyJobSummaries"]] == [first]
    assert world.bedrock.list_model_copy_jobs(statusEquals="Failed")["modelCopyJobSummaries"] == []


def test_region_without_copies_is_refused(world: World, model: str) -> None:
    """As the catalog has it; the error is one that the service model does not declare."""
    world.region = "ca-central-1"
    request = {"sourceModelArn": model, "targetModelName": "the-copy"}
    message = refused("ValidationException", world.bedrock.create_model_copy_job, **request)
    assert message == "Custom models of Claude 3 Haiku cannot be copied from us-west-2 to ca-central-1."
    world.region = REGION
    assert "already" in refused("ValidationException", world.bedrock.create_model_copy_job, **request)


def test_base_model_without_copies_is_refused(world: World) -> None:
    """Nova can be copied to Regions, but not shared."""
    model = world.trained_nova_model()
    world.region, world.account = REGION, OTHER_ACCOUNT
    share(world, "us-east-1", model)
    request = {"sourceModelArn": model, "targetModelName": "the-copy"}
    message = refused("ValidationException", world.bedrock.create_model_copy_job, **request)
    assert "cannot be shared with another account" in message
    world.account = ACCOUNT
    copied(world, model)


def test_model_of_another_account_must_be_shared(world: World, model: str) -> None:
    """What is not shared is not found."""
    world.account = OTHER_ACCOUNT
    request = {"sourceModelArn": model, "targetModelName": "the-copy"}
    refused("ResourceNotFoundException", world.bedrock.create_model_copy_job, **request)
    share(world, REGION, model)
    arn = copied(world, model)
    world.clock.advance(minutes=30)
    shown = world.bedrock.get_model_copy_job(jobArn=arn)
    assert (shown["status"], shown["sourceAccountId"]) == ("Completed", ACCOUNT)
    assert f":{OTHER_ACCOUNT}:custom-model/" in shown["targetModelArn"]


def test_keys_and_rights_are_asked_for(world: World, model: str) -> None:
    """The right to copy the source, and a usable key for the copy."""
    request = {"sourceModelArn": model, "targetModelName": "the-copy"}
    world.neighbours.denied.add(f"bedrock:CreateModelCopyJob {model}")
    refused("AccessDeniedException", world.bedrock.create_model_copy_job, **request)
    world.neighbours.denied.clear()
    message = refused("ValidationException", world.bedrock.create_model_copy_job, **request, modelKmsKeyId="alias/none")
    assert "does not exist" in message
    tagged = {**request, "targetModelTags": [{"key": "a", "value": "b"}]}
    world.neighbours.denied.add("bedrock:TagResource")
    refused("AccessDeniedException", world.bedrock.create_model_copy_job, **tagged)


def test_encrypted_source_must_be_readable(world: World) -> None:
    """Its key is asked for in the name of who copies."""
    world.neighbours.keys[KEY_ARN] = FakeKey(KEY_ARN)
    model = world.trained_model(customModelKmsKeyId=KEY_ARN)
    world.region = OTHER_REGION
    world.neighbours.denied.add("kms:Decrypt")
    request = {"sourceModelArn": model, "targetModelName": "the-copy"}
    assert "kms:Decrypt" in refused("AccessDeniedException", world.bedrock.create_model_copy_job, **request)


def test_copy_of_a_model_that_goes_away_fails(world: World, model: str) -> None:
    """And a fate decides otherwise."""
    arn = copied(world, model)
    world.region = REGION
    world.bedrock.delete_custom_model(modelIdentifier=model)
    world.region = OTHER_REGION
    world.clock.advance(minutes=30)
    shown = world.bedrock.get_model_copy_job(jobArn=arn)
    assert (shown["status"], shown["failureMessage"]) == ("Failed", "The source model does not exist any more.")


def test_fate_of_a_copy(world: World, model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It fails as a fault says."""
    monkeypatch.setattr(world.service._fates, "of", lambda kind, name: Fate("Failed", f"{kind} {name}"))
    arn = copied(world, model)
    world.clock.advance(minutes=30)
    shown = world.bedrock.get_model_copy_job(jobArn=arn)
    assert (shown["status"], shown["failureMessage"]) == ("Failed", "copy the-copy")


def test_unknown_job_is_not_found(world: World) -> None:
    """As every other."""
    arn = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:model-copy-job/abcdefabcdef"
    refused("ResourceNotFoundException", world.bedrock.get_model_copy_job, jobArn=arn)
