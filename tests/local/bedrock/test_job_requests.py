"""What CreateModelCustomizationJob accepts and refuses."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.bedrock.errors import refused
from tests.local.bedrock.fakes import ROLE, FakeKey
from tests.local.bedrock.world import ACCOUNT, HAIKU, REGION, World

KEY_ARN = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"


def test_job_name_stays_taken_for_ever(world: World) -> None:
    """Even a stopped job keeps its name, because jobs cannot be deleted."""
    job_arn = world.start_job(jobName="once")
    world.bedrock.stop_model_customization_job(jobIdentifier=job_arn)
    world.clock.advance(hours=1)

    message = refused("ValidationException", world.start_job, jobName="once")

    assert message.endswith("The provided job name is currently in use.")


def test_model_name_stays_taken_after_the_model_is_deleted(world: World) -> None:
    """A custom model's name is never free again."""
    world.trained_model(customModelName="once")
    world.bedrock.delete_custom_model(modelIdentifier="once")

    assert "model name is currently in use" in refused("ValidationException", world.start_job, customModelName="once")


def test_same_token_and_parameters_give_the_same_job(world: World) -> None:
    """A repeated request starts no second job."""
    request = world.request(clientRequestToken="token")

    first = world.bedrock.create_model_customization_job(**request)["jobArn"]
    second = world.bedrock.create_model_customization_job(**request)["jobArn"]

    assert first == second
    assert len(world.bedrock.list_model_customization_jobs()["modelCustomizationJobSummaries"]) == 1


def test_same_token_with_other_parameters_is_a_conflict(world: World) -> None:
    """A token stands for one request."""
    world.start_job(clientRequestToken="token")

    assert "different parameters" in refused("ConflictException", world.start_job, clientRequestToken="token")


def test_eleventh_scheduled_job_exceeds_the_quota() -> None:
    """Scheduled jobs are limited; finished ones do not count."""
    world = World(customization_jobs=2)
    world.start_job()
    world.start_job()

    assert "(2)" in refused("ServiceQuotaExceededException", world.start_job)
    world.clock.advance(hours=13)
    world.start_job()


def test_custom_models_are_limited() -> None:
    """A job whose model would be one too many is refused."""
    world = World(custom_models=1)
    world.trained_model()

    assert "custom models (1)" in refused("ServiceQuotaExceededException", world.start_job)


def test_role_that_cannot_be_assumed_is_refused_in_the_real_words(world: World) -> None:
    """The trust policy is asked with the account and the job as source."""
    message = refused("ValidationException", world.start_job, roleArn=f"{ROLE}-new")

    assert message.endswith("Could not assume provided IAM role")
    source = world.neighbours.assumed_with[0]
    assert source["aws:SourceAccount"] == ACCOUNT
    assert str(source["aws:SourceArn"]).startswith(
        f"arn:aws:bedrock:{REGION}:{ACCOUNT}:model-customization-job/{HAIKU}/"
    )


def test_caller_must_be_allowed_to_pass_the_role(world: World) -> None:
    """Without iam:PassRole nothing starts."""
    world.neighbours.denied.add("iam:PassRole")

    assert "iam:PassRole on resource: " + ROLE in refused("AccessDeniedException", world.start_job)


@pytest.mark.parametrize("parameter", ["trainingDataConfig", "validationDataConfig"])
def test_data_that_the_role_cannot_read_is_refused_in_the_real_words(world: World, parameter: str) -> None:
    """Both datasets are read with the role's rights before the job is accepted."""
    missing: dict[str, Any] = {"s3Uri": "s3://data/no/train.jsonl"}
    value = missing if parameter == "trainingDataConfig" else {"validators": [missing]}

    message = refused("ValidationException", world.start_job, **{parameter: value})

    assert message.endswith(
        "Could not validate GetObject permissions to access Amazon S3 bucket: data at key no/train.jsonl"
    )


def test_output_that_the_role_cannot_write_is_refused_in_the_real_words(world: World) -> None:
    """A probe object is written under the output prefix."""
    world.neighbours.unwritable.add("output")

    message = refused("ValidationException", world.start_job)

    assert message.endswith(
        "Amazon S3 perms missing (PutObject): Could not validate PutObject permissions to access S3 bucket: output at "
        "key here/.write_access_check_file.tmp"
    )


def test_refused_request_takes_no_names(world: World) -> None:
    """After the role is repaired, the same names can be used."""
    request = world.request(roleArn=f"{ROLE}-new")
    with pytest.raises(ClientError):
        world.bedrock.create_model_customization_job(**request)

    world.neighbours.roles.add(f"{ROLE}-new")

    assert world.bedrock.create_model_customization_job(**request)["jobArn"]


def test_key_must_exist_and_be_enabled(world: World) -> None:
    """A disabled key is refused before anything is spent."""
    assert "does not exist" in refused("ValidationException", world.start_job, customModelKmsKeyId=KEY_ARN)
    world.neighbours.keys[KEY_ARN] = FakeKey(KEY_ARN, enabled=False)
    assert "not enabled" in refused("ValidationException", world.start_job, customModelKmsKeyId=KEY_ARN)


@pytest.mark.parametrize("action", ["kms:DescribeKey", "kms:GenerateDataKey", "kms:Decrypt", "kms:CreateGrant"])
def test_caller_must_be_allowed_to_use_the_key_through_bedrock(world: World, action: str) -> None:
    """All four documented actions are checked, with kms:ViaService."""
    world.neighbours.keys["alias/models"] = FakeKey(KEY_ARN)
    world.neighbours.denied.add(action)

    assert action in refused("AccessDeniedException", world.start_job, customModelKmsKeyId="alias/models")
    asked = next(check for check in world.neighbours.checks if check.action == action)
    assert (asked.arn, asked.keys["kms:ViaService"]) == (KEY_ARN, f"bedrock.{REGION}.amazonaws.com")


def test_key_is_shown_as_its_arn(world: World) -> None:
    """However the key was named."""
    world.neighbours.keys["alias/models"] = FakeKey(KEY_ARN)

    assert world.job(world.start_job(customModelKmsKeyId="alias/models"))["outputModelKmsKeyArn"] == KEY_ARN


@pytest.mark.parametrize("parameter", ["jobTags", "customModelTags"])
def test_more_than_fifty_tags_are_refused(world: World, parameter: str) -> None:
    """Fifty tags are allowed on a resource, fifty-one are not."""
    tags = [{"key": f"key{number}", "value": ""} for number in range(51)]

    assert "51 tags" in refused("TooManyTagsException", world.start_job, **{parameter: tags})
    world.start_job(**{parameter: tags[:50]})
