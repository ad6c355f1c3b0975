"""What Bedrock and CloudFormation say of things that were bought: enough to tell what was ordered.

Read when an operator adopts something or rebuilds a lost record; the driver needs much less (`observation`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from finetuning import catalog, names


@dataclass(frozen=True)
class JobFacts:
    """A customization job, with the custom model that it made.

    Attributes:
        created_at: in epoch seconds.
        settings: in CreateModelCustomizationJob's terms, as in `record.TrainingGeneration`; the base model is an ARN.
        model_status: None when there is no such model.
    """

    arn: str
    name: str
    status: str
    created_at: float
    tags: Mapping[str, str]
    settings: Mapping[str, Any]
    model_arn: str = ""
    model_status: str | None = None


@dataclass(frozen=True)
class EndpointFacts:
    """A provisioned throughput or a custom model deployment.

    Attributes:
        kind: "provisioned" or "on_demand".
        base_model: ARN of the foundation model beneath; "" if it cannot be told.
        model_units: 0 on demand.
        commitment: as in `record.EndpointGeneration`.
        created_at: in epoch seconds.
    """

    kind: str
    arn: str
    name: str
    status: str
    tags: Mapping[str, str]
    model_arn: str
    base_model: str
    model_units: int = 0
    commitment: str = "none"
    committed_until: float = 0.0
    created_at: float = 0.0


@dataclass(frozen=True)
class ResourceFacts:
    """A custom resource of a stack; `properties` are the template's: literals are what the function was told."""

    logical_id: str
    physical_id: str
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StackFacts:
    """A model's stack; `generation` is what its output says, and it has a job or a promoted model."""

    stack_id: str
    status: str
    generation: str
    job: ResourceFacts | None
    endpoint: ResourceFacts | None
    promoted: ResourceFacts | None = None


@dataclass(frozen=True)
class HeldModel:
    """A custom model of another environment that this one holds; the base model is an ARN."""

    arn: str
    name: str
    job_arn: str
    base_model: str


def owner_differences(owner: tuple[str, str, str], tags: Mapping[str, str]) -> list[str]:
    """What keeps tags from naming this project, environment and model as the owner."""
    wanted = zip((names.PROJECT_TAG, names.ENVIRONMENT_TAG, names.MODEL_TAG), owner, strict=True)
    return [
        f"tag {tag}: wanted {value!r}, it has {tags.get(tag, '')!r}" for tag, value in wanted if tags.get(tag) != value
    ]


def user_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """The tags without the owner tags and those of AWS itself."""
    ours = {names.PROJECT_TAG, names.ENVIRONMENT_TAG, names.MODEL_TAG, names.GENERATION_TAG}
    return {key: value for key, value in tags.items() if key not in ours and not key.startswith("aws:")}


def trained_from(identifier: str) -> str:
    """What a job was started from: the ARN of a custom model that it trains further, or the base model's name."""
    return catalog.custom_model_arn(identifier) or customization_id(identifier)


def customization_id(identifier: str) -> str:
    """The catalog's name of a base model, or what was given if the catalog does not know it."""
    try:
        return catalog.find(identifier).customization_id
    except catalog.UnknownBaseModelError:
        return identifier


def dataset_digest(uri: str) -> str:
    """The SHA-256 in the URI of a staged dataset (`object_keys.dataset`), or the URI if it is none."""
    parts = uri.split("/")
    return parts[-2] if len(parts) > 1 and len(parts[-2]) == 64 else uri


def generation_of(tags: Mapping[str, str]) -> tuple[str, int]:
    """The digits of the fingerprint and the attempt that owner tags name; "" and 0 if they name none."""
    try:
        return names.parse_generation(tags.get(names.GENERATION_TAG, ""))
    except names.InvalidNameError:
        return "", 0
