"""The shape of the catalog file, and its JSON Schema: ``python -m configuration.catalog_schema`` prints it.

Nothing reads the file through these types, which are too slow for a function's start; a test holds the file to them.
"""

import json
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from finetuning.base_model import CustomizationType, InvocationFormat

Word = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(ge=0)]
Decimal = Annotated[str, Field(pattern=r"^\d+(\.\d+)?$")]
Region = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")]
Regions = Annotated[tuple[Region, ...], Field(min_length=1)]
#: Bedrock API reference, CreateModelCustomizationJob, ``baseModelIdentifier``, of which this is the plain model id.
ModelId = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,63}\.[a-z0-9-]{1,63}(:[a-z0-9-]{1,63}){0,2}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class _Facts(_Strict):
    source: Annotated[tuple[Word, ...], Field(min_length=1)]
    """Keys of ``sources``."""
    note: Word | None = None
    """What the sources do not say by themselves."""


class SourceEntry(_Strict):
    """A document."""

    title: Word
    url: Annotated[str, Field(pattern=r"^https://")] | None
    read: date
    """Day on which the facts were compared with it."""


class QuotaEntry(_Facts):
    """An entry of Service Quotas; null where it is not known."""

    name: Word
    code: Annotated[str, Field(pattern=r"^L-[0-9A-F]{8}$")] | None
    default: Count
    adjustable: bool | None


class Identifiers(_Facts):
    """All names of a base model."""

    customization_id: ModelId
    inference_id: ModelId
    context_variants: tuple[ModelId, ...]
    aliases: Annotated[tuple[Annotated[str, Field(pattern=r"^[a-z0-9.-]+$")], ...], Field(min_length=1)]


class TeacherEntry(_Strict):
    """A model that a base model can be distilled from."""

    model: ModelId
    inference_profile: Literal["required", "optional", "unsupported"]
    end_of_life: date | None


class CustomizationEntry(_Facts):
    """One customization type of a base model."""

    regions: Regions
    teachers: tuple[TeacherEntry, ...]
    minimum_records: Count | None
    maximum_records: Count | None


class LifecycleEntry(_Facts):
    """Dates that AWS has announced."""

    legacy: date | None
    extended_access: date | None
    end_of_life: date | None


class ServingEntry(_Facts):
    """One serving path."""

    regions: Regions
    units_quota: QuotaEntry | None
    units_quota_without_commitment: QuotaEntry | None
    requests_per_minute: Count | None
    tokens_per_minute: Count | None


class InvocationEntry(_Facts):
    """How it is invoked."""

    format: InvocationFormat


class HyperparameterEntry(_Strict):
    """One hyperparameter."""

    type: Literal["integer", "float"]
    default: Decimal
    minimum: Decimal
    maximum: Decimal
    description: Word
    needs_validation: bool
    note: Word | None


class Hyperparameters(_Facts):
    """Hyperparameters by Bedrock's name; null if AWS documents none."""

    parameters: Annotated[dict[str, HyperparameterEntry], Field(min_length=1)] | None


class Media(_Facts):
    """Images and videos of a record."""

    image_formats: tuple[Word, ...]
    images_per_record: Count | None
    image_bytes: Count | None
    video_formats: tuple[Word, ...]
    videos_per_record: Count | None
    video_bytes: Count | None
    video_seconds: Count | None


class Dataset(_Facts):
    """What it is trained with; null where no limit is documented."""

    format: Literal["anthropic-messages", "bedrock-conversation-2024", "prompt-completion"]
    known: bool
    """Whether AWS documents limits at all."""
    takes_validation: bool
    minimum_training_records: Count | None
    advised_training_records: Count | None
    minimum_validation_records: Count | None
    maximum_training_records: Count
    maximum_validation_records: Count | None
    minimum_total_records: Count | None
    maximum_total_records: Count
    tokens_per_record: Count | None
    training_bytes: Count | None
    validation_bytes: Count | None
    system_blocks: Count | None
    media: Media | None
    records_quota: QuotaEntry


class ReservedStrings(_Facts):
    """Strings that must not occur."""

    strings: tuple[Word, ...]
    roles: tuple[Literal["system", "user", "assistant"], ...]


class SharingEntry(_Facts):
    """Sharing and copying of custom models."""

    shareable: bool
    share_regions: tuple[Region, ...]
    copyable: bool
    copy_regions: tuple[Region, ...] | None


class BaseModelEntry(_Strict):
    """All facts of one base model."""

    name: Word
    provider: Word
    identifiers: Identifiers
    customizations: Annotated[dict[CustomizationType, CustomizationEntry], Field(min_length=1)]
    lifecycle: LifecycleEntry
    serving: dict[Literal["provisioned", "on_demand"], ServingEntry]
    invocation: InvocationEntry
    hyperparameters: Hyperparameters
    dataset: Dataset
    reserved: ReservedStrings
    sharing: SharingEntry


class RetiredEntry(_Facts):
    """A base model that is known by name only."""

    name: Word
    provider: Word
    identifiers: Annotated[tuple[ModelId, ...], Field(min_length=1)]
    aliases: tuple[Word, ...]
    what: Word


class CatalogDocument(_Strict):
    """Which base models can be customized on Bedrock."""

    schema_: Annotated[str, Field(alias="$schema")]
    reviewed: date
    """Day on which the whole file was last compared with its sources."""
    sources: dict[str, SourceEntry]
    quotas: dict[str, QuotaEntry]
    base_models: tuple[BaseModelEntry, ...]
    retired: tuple[RetiredEntry, ...]


def text() -> str:
    """Return the JSON Schema as it stands in the repository."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **CatalogDocument.model_json_schema()}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(text(), end="")
