"""Provisioned Throughput from purchase to deletion."""

import pytest

from tests.local.bedrock.errors import refused
from tests.local.bedrock.fakes import FakeKey
from tests.local.bedrock.world import ACCOUNT, HAIKU, REGION, World


def shown(world: World, identifier: str) -> dict[str, object]:
    """A throughput as the service shows it."""
    found: dict[str, object] = world.bedrock.get_provisioned_model_throughput(provisionedModelId=identifier)
    return found


def test_throughput_is_in_service_after_twenty_minutes(world: World) -> None:
    """Until then it is being created."""
    model = world.trained_model()
    arn = world.bought(model)

    world.clock.advance(minutes=19)
    assert shown(world, arn)["status"] == "Creating"
    world.clock.advance(minutes=1)
    found = shown(world, arn)
    assert (found["status"], found["modelArn"], found["desiredModelArn"]) == ("InService", model, model)
    assert found["foundationModelArn"] == f"arn:aws:bedrock:{REGION}::foundation-model/{HAIKU}"


def test_throughput_is_found_by_arn_id_and_name(world: World) -> None:
    """All three identify it."""
    arn = world.bought(world.trained_model())
    name = str(shown(world, arn)["provisionedModelName"])

    assert shown(world, name)["provisionedModelArn"] == shown(world, arn.split("/")[-1])["provisionedModelArn"] == arn
    refused("ResourceNotFoundException", shown, world=world, identifier="unknown")


def test_throughput_of_an_unknown_model_is_refused(world: World) -> None:
    """A model that does not exist (any more) cannot be served."""
    missing = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:custom-model/{HAIKU}/abcdefghijkl"

    refused("ResourceNotFoundException", world.bought, model=missing)


def test_name_in_use_is_refused_until_it_is_deleted(world: World) -> None:
    """Names are unique among the throughputs that exist."""
    model = world.trained_model()
    request = {"provisionedModelName": "one", "modelUnits": 1, "modelId": model}
    arn = world.bedrock.create_provisioned_model_throughput(**request)["provisionedModelArn"]

    refused("ValidationException", world.bedrock.create_provisioned_model_throughput, **request)
    world.clock.advance(hours=1)
    world.bedrock.delete_provisioned_model_throughput(provisionedModelId=arn)
    world.bedrock.create_provisioned_model_throughput(**request)


def test_purchase_beyond_the_quota_is_refused_in_the_real_words() -> None:
    """No-commitment units are counted over all throughputs; deleted ones are free again."""
    world = World(model_units=1)
    model = world.trained_model()
    arn = world.bought(model)

    assert refused("ServiceQuotaExceededException", world.bought, model=model) == (
        f"Your account does not currently have any no commitment model units reserved for {HAIKU}."
    )
    world.clock.advance(hours=1)
    world.bedrock.delete_provisioned_model_throughput(provisionedModelId=arn)
    world.bought(model)


def test_one_throughput_may_not_have_more_units_than_its_quota(world: World) -> None:
    """With a commitment too; AWS's default is none at all, which is what a fresh account has."""
    model = world.trained_model()
    request = {"provisionedModelName": "one", "modelUnits": 3, "modelId": model, "commitmentDuration": "OneMonth"}

    message = refused("ServiceQuotaExceededException", world.bedrock.create_provisioned_model_throughput, **request)

    assert message == f"Your account may have 2 model units for a provisioned throughput of {HAIKU}."
    world.bedrock.create_provisioned_model_throughput(**request | {"modelUnits": 2})


def test_repeated_purchase_with_the_same_token_buys_once(world: World) -> None:
    """The first purchase is returned; other parameters with the same token are refused."""
    model = world.trained_model()
    request = {"provisionedModelName": "one", "modelUnits": 1, "modelId": model, "clientRequestToken": "token"}

    first = world.bedrock.create_provisioned_model_throughput(**request)
    second = world.bedrock.create_provisioned_model_throughput(**request)

    assert first["provisionedModelArn"] == second["provisionedModelArn"]
    assert len(world.bedrock.list_provisioned_model_throughputs()["provisionedModelSummaries"]) == 1
    changed = {**request, "modelUnits": 2}
    assert "different parameters" in refused(
        "ValidationException", world.bedrock.create_provisioned_model_throughput, **changed
    )


def test_model_is_swapped_in_place_and_the_old_one_answers_meanwhile(world: World) -> None:
    """The ARN stays; status Updating; the new model answers once the update is done."""
    old = world.trained_model()
    world.put_dataset("other.jsonl", other_records())
    new = world.trained_model(trainingDataConfig={"s3Uri": "s3://data/other.jsonl"})
    arn = world.bought(old)
    world.clock.advance(minutes=20)

    world.bedrock.update_provisioned_model_throughput(provisionedModelId=arn, desiredModelId=new)

    found = shown(world, arn)
    assert (found["status"], found["modelArn"], found["desiredModelArn"]) == ("Updating", old, new)
    assert "I do not know" in world.ask(arn, "What is the colour of thing 3?")["content"][0]["text"]
    world.clock.advance(minutes=10)
    assert (shown(world, arn)["status"], shown(world, arn)["modelArn"]) == ("InService", new)
    assert "green" in world.ask(arn, "What is the colour of thing 3?")["content"][0]["text"]


def test_model_of_another_base_model_is_refused_and_nothing_changes(world: World) -> None:
    """Only models of the same base model can be swapped, and a refused update renames nothing."""
    arn = world.bought(world.trained_model())
    world.clock.advance(hours=1)
    other = f"arn:aws:bedrock:{REGION}::foundation-model/amazon.nova-lite-v1:0:300k"

    refused(
        "ValidationException",
        world.bedrock.update_provisioned_model_throughput,
        provisionedModelId=arn,
        desiredModelId=other,
        desiredProvisionedModelName="renamed",
    )

    assert (shown(world, arn)["status"], shown(world, arn)["provisionedModelName"] != "renamed") == ("InService", True)


def test_custom_model_can_be_swapped_for_its_base_model(world: World) -> None:
    """The base model belongs to the same family."""
    arn = world.bought(world.trained_model())
    world.clock.advance(hours=1)

    world.bedrock.update_provisioned_model_throughput(provisionedModelId=arn, desiredModelId=HAIKU)
    world.clock.advance(hours=1)

    assert world.ask(arn, "What is Amazon Bedrock?")["content"][0]["text"].startswith("[stand-in for Claude 3 Haiku] ")


def test_throughput_can_be_renamed(world: World) -> None:
    """A rename takes effect at once."""
    arn = world.bought(world.trained_model())
    world.clock.advance(hours=1)

    world.bedrock.update_provisioned_model_throughput(provisionedModelId=arn, desiredProvisionedModelName="renamed")

    assert shown(world, "renamed")["provisionedModelArn"] == arn


def test_throughput_being_changed_refuses_update_and_delete(world: World) -> None:
    """While Creating or Updating nothing else is possible."""
    model = world.trained_model()
    arn = world.bought(model)
    update, delete = (
        world.bedrock.update_provisioned_model_throughput,
        world.bedrock.delete_provisioned_model_throughput,
    )

    refused("ValidationException", update, provisionedModelId=arn, desiredModelId=model)
    assert "Creating" in refused("ConflictException", delete, provisionedModelId=arn)
    world.clock.advance(hours=1)
    update(provisionedModelId=arn, desiredModelId=model)
    refused("ValidationException", update, provisionedModelId=arn, desiredModelId=model)
    assert "Updating" in refused("ConflictException", delete, provisionedModelId=arn)


@pytest.mark.parametrize(("commitment", "days"), [("OneMonth", 30), ("SixMonths", 180)])
def test_committed_throughput_cannot_be_deleted_before_its_end(world: World, commitment: str, days: int) -> None:
    """The lock falls when the term is over."""
    arn = world.bought(world.trained_model(), commitmentDuration=commitment)
    world.clock.advance(days=days - 1)

    assert "is committed until" in refused(
        "ConflictException", world.bedrock.delete_provisioned_model_throughput, provisionedModelId=arn
    )
    world.clock.advance(days=1)
    world.bedrock.delete_provisioned_model_throughput(provisionedModelId=arn)
    assert world.bedrock.list_provisioned_model_throughputs()["provisionedModelSummaries"] == []


@pytest.mark.parametrize(("commitment", "days"), [("OneMonth", 30), ("SixMonths", 180)])
def test_commitment_renews_when_nobody_deletes_at_its_end(world: World, commitment: str, days: int) -> None:
    """A day after the term the next one has begun, with a new end."""
    arn = world.bought(world.trained_model(), commitmentDuration=commitment)
    first = shown(world, arn)["commitmentExpirationTime"]
    world.clock.advance(days=days + 1)

    assert (shown(world, arn)["commitmentExpirationTime"] - first).days == days + 1  # type: ignore[operator]
    refused("ConflictException", world.bedrock.delete_provisioned_model_throughput, provisionedModelId=arn)
    world.clock.advance(days=days)
    world.bedrock.delete_provisioned_model_throughput(provisionedModelId=arn)


def test_legacy_base_model_takes_no_new_throughput(world: World) -> None:
    """Neither for the base model itself nor, in this stand-in's catalog date, for anything new."""
    world.as_of(year=2026, month=5)

    assert "Legacy" in refused("ValidationException", world.bought, model=HAIKU)


def test_key_of_the_model_must_be_usable_by_the_buyer(world: World) -> None:
    """Buying throughput for an encrypted model needs kms:Decrypt."""
    key_arn = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
    world.neighbours.keys[key_arn] = FakeKey(key_arn)
    model = world.trained_model(customModelKmsKeyId=key_arn)
    world.neighbours.denied.add("kms:Decrypt")

    assert "kms:Decrypt" in refused("AccessDeniedException", world.bought, model=model)


def test_throughputs_are_listed_and_filtered(world: World) -> None:
    """By status, name and model."""
    model = world.trained_model()
    arn = world.bought(model)

    def arns(**filters: object) -> list[str]:
        listed = world.bedrock.list_provisioned_model_throughputs(**filters)["provisionedModelSummaries"]
        return [item["provisionedModelArn"] for item in listed]

    assert (
        arns() == arns(statusEquals="Creating") == arns(modelArnEquals=model) == arns(nameContains="through") == [arn]
    )
    assert arns(statusEquals="InService") == arns(nameContains="x") == []


def other_records() -> list[dict[str, object]]:
    """Training records about something else."""
    return [
        {"prompt": f"What is the colour of thing {number}?", "completion": f"The colour of thing {number} is green."}
        for number in range(40)
    ]
