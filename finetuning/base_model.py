"""What is known about one base model: identifiers, lifecycle, serving paths, limits; None where no source says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

DataFormat = Literal["anthropic-messages", "bedrock-conversation-2024", "prompt-completion"]
LifecycleStatus = Literal["active", "legacy", "ended"]


@dataclass(frozen=True)
class Quota:
    """A Service Quotas entry of service code ``bedrock``; code None if it cannot be asked for by code."""

    name: str
    code: str | None
    default: int
    adjustable: bool | None
    source: str


@dataclass(frozen=True)
class Lifecycle:
    """The dates on which a base model changes its status; None if AWS has announced none."""

    legacy: date | None
    extended_access: date | None
    end_of_life: date | None
    source: str

    def status(self, on: date) -> LifecycleStatus:
        """Return the status on a day; a date takes effect at the beginning of its day."""
        if self.end_of_life is not None and on >= self.end_of_life:
            return "ended"
        if self.legacy is not None and on >= self.legacy:
            return "legacy"
        return "active"


@dataclass(frozen=True)
class Serving:
    """One way to serve a model customized from the base model, and the Regions in which it exists.

    Attributes:
        regions: Regions of the endpoint.
        units_quota: the model units that one provisioned throughput may have; None on demand.
        requests_per_minute: fixed limit of an on-demand deployment; None if provisioned.
        tokens_per_minute: fixed limit of an on-demand deployment; None if provisioned.
        source: where the Regions are documented.
    """

    regions: tuple[str, ...]
    units_quota: Quota | None
    requests_per_minute: int | None
    tokens_per_minute: int | None
    source: str


@dataclass(frozen=True)
class Hyperparameter:
    """One hyperparameter and its inclusive range; a note is added to the message when a value is out of range."""

    name: str
    type: Literal["integer", "float"]
    default: Decimal
    minimum: Decimal
    maximum: Decimal
    description: str
    needs_validation: bool
    note: str | None


@dataclass(frozen=True)
class MediaLimits:
    """Which images and videos a record may refer to; sizes in bytes, None where no limit is documented.

    A record has images or videos, never both, and only the user shows them.

    Attributes:
        image_formats: values of ``image.format``.
        images_per_record: most images of one record.
        video_formats: values of ``video.format``; empty if the base model takes no videos.
        videos_per_record: most videos of one record.
        source: where it is documented.
    """

    image_formats: tuple[str, ...]
    images_per_record: int | None
    image_bytes: int | None
    video_formats: tuple[str, ...]
    videos_per_record: int | None
    video_bytes: int | None
    video_seconds: int | None
    source: str


@dataclass(frozen=True)
class DatasetLimits:
    """What Bedrock accepts as a dataset; sizes in bytes, None where no limit is documented.

    Attributes:
        minimum_total_records: of the training and the validation dataset together.
        maximum_total_records: of the training and the validation dataset together.
        system_blocks: most text blocks of a system prompt in ``bedrock-conversation-2024``.
        media: None if records hold text only.
    """

    minimum_training_records: int | None
    advised_training_records: int | None
    minimum_validation_records: int | None
    maximum_training_records: int
    maximum_validation_records: int | None
    minimum_total_records: int | None
    maximum_total_records: int
    tokens_per_record: int
    training_bytes: int | None
    validation_bytes: int | None
    system_blocks: int | None
    media: MediaLimits | None
    records_quota: Quota
    source: str


@dataclass(frozen=True)
class Reserved:
    """Strings that make a job fail when they occur in a text of one of the roles (``system`` counts as a role)."""

    strings: tuple[str, ...]
    roles: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Sharing:
    """Whether a custom model may be shared with another account, and copied to another Region (None: not recorded)."""

    shareable: bool
    share_regions: tuple[str, ...]
    copyable: bool
    copy_regions: tuple[str, ...] | None
    source: str


@dataclass(frozen=True, eq=False)
class BaseModel:
    """One base model that can be fine-tuned.

    Attributes:
        customization_id: the ``baseModelIdentifier`` of a customization job; the canonical identifier.
        inference_id: the ``modelId`` with which the base model itself is invoked.
        regions: Regions in which it can be fine-tuned.
        serving: by serving path (``provisioned``, ``on_demand``); a path that is missing is not supported, by
            Bedrock or (where the source of ``serving`` says so) by this project.
        source: fact → document and section.
    """

    name: str
    provider: str
    customization_id: str
    inference_id: str
    aliases: tuple[str, ...]
    regions: tuple[str, ...]
    customization_types: tuple[str, ...]
    data_format: DataFormat
    lifecycle: Lifecycle
    serving: Mapping[str, Serving]
    hyperparameters: Mapping[str, Hyperparameter]
    limits: DatasetLimits
    reserved: Reserved
    sharing: Sharing
    source: Mapping[str, str]

    def __repr__(self) -> str:
        """Return the canonical identifier; all facts would fill a page."""
        return f"BaseModel({self.customization_id!r})"

    def status(self, on: date) -> LifecycleStatus:
        """Return the lifecycle status on a day."""
        return self.lifecycle.status(on)

    def problem_with_new_jobs(self, on: date) -> str | None:
        """Return why no customization job can be started on a day, or None if one can.

        Bedrock refuses new jobs and new provisioned throughput from the Legacy date on, not only from the end of life.
        Source: Bedrock User Guide, 'Model lifecycle'.
        """
        status = self.status(on)
        if status == "active":
            return None
        if status == "ended":
            ended = self.lifecycle.end_of_life
            return f"{self.name} reached its end of life on {ended}; Bedrock refuses all requests to it"
        dates = f"Legacy since {self.lifecycle.legacy}"
        if self.lifecycle.end_of_life is not None:
            dates += f", end of life on {self.lifecycle.end_of_life}"
        return f"{self.name} is {dates}; Bedrock refuses new customization jobs and new provisioned throughput for it"

    def serving_regions(self, serving: str) -> tuple[str, ...]:
        """Return the Regions in which a model can be both trained and served this way without copying it."""
        path = self.serving.get(serving)
        return tuple(region for region in self.regions if path is not None and region in path.regions)

    def foundation_model_arn(self, region: str, partition: str = "aws") -> str:
        """Return the ARN that an IAM policy names to allow a customization job on this base model."""
        return f"arn:{partition}:bedrock:{region}::foundation-model/{self.customization_id}"
