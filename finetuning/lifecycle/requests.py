"""The requests that buy something, in Bedrock's terms, and the tokens that make sending them twice harmless."""

from collections.abc import Mapping
from typing import Any

from finetuning import names, object_keys
from finetuning.lifecycle.record import EndpointGeneration, ModelRecord, TrainingGeneration
from finetuning.lifecycle.superseding import is_copied


def job_request(record: ModelRecord, generation: TrainingGeneration, output_bucket: str) -> dict[str, Any]:
    """The CreateModelCustomizationJob request of a generation, without `clientRequestToken`.

    Settings are `roleArn`, `baseModelIdentifier`, `customizationType`, `customModelKmsKeyId`, `trainingDataConfig`,
    `validationDataConfig` (optional) and `hyperParameters`; names, output location and tags derive from the
    generation. Owner tags win over the user's.

    Of a model that is copied, it is the CreateModelCopyJob request.
    """
    tags = tag_list(owned_tags(record, generation.id, generation.tags))
    if generation.promoted is not None and is_copied(generation):
        return {
            "sourceModelArn": generation.promoted.model_arn,
            "targetModelName": generation.job_name,
            "modelKmsKeyId": generation.settings["customModelKmsKeyId"],
            "targetModelTags": tags,
        }
    return {
        **generation.settings,
        "jobName": generation.job_name,
        "customModelName": generation.job_name,
        "outputDataConfig": {"s3Uri": object_keys.output_uri(output_bucket, record.model, generation.id)},
        "jobTags": tags,
        "customModelTags": tags,
    }


def endpoint_tags(record: ModelRecord, endpoint: EndpointGeneration) -> list[dict[str, str]]:
    """The tags of an endpoint, as Bedrock's tag list."""
    return tag_list(owned_tags(record, endpoint.id, endpoint.tags))


def is_owned(tags: Mapping[str, str], record: ModelRecord, generation_id: str) -> bool:
    """Whether something carries the owner tags of this very generation: only then is it ours to adopt (fault A24)."""
    owner = names.owner_tags(record.project, record.environment, record.model, generation_id)
    return owner.items() <= tags.items()


def owned_tags(record: ModelRecord, generation_id: str, tags: Mapping[str, str]) -> dict[str, str]:
    """The user's tags and the owner tags, which win."""
    return {**tags, **names.owner_tags(record.project, record.environment, record.model, generation_id)}


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags in Bedrock's form, sorted by key so that the same tags make the same request."""
    return [{"key": key, "value": value} for key, value in sorted(tags.items())]
