"""What is known about one base model: identifiers, lifecycle, serving paths, limits; None where no source says."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from finetuning.customization_support import Customization, CustomizationType, Teacher
from finetuning.dataset_limits import DataFormat, DatasetLimits, MediaLimits, Reserved
from finetuning.quota import Quota

__all__ = [
    "BaseModel",
    "Customization",
    "CustomizationType",
    "DataFormat",
    "DatasetLimits",
    "Hyperparameter",
    "InvocationFormat",
    "Lifecycle",
    "LifecycleStatus",
    "MediaLimits",
    "Quota",
    "Reserved",
    "Serving",
    "Sharing",
    "Teacher",
]

LifecycleStatus = Literal["active", "legacy", "ended"]
#: Bodies of InvokeModel (see `finetuning.invocation`); training has formats of its own.
InvocationFormat = Literal["anthropic-messages", "nova-messages", "llama-prompt"]


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
        units_quota_without_commitment: a quota of the base model's own for model units without a commitment, which
            then holds instead of the account's for all custom models.
        requests_per_minute: fixed limit of an on-demand deployment; None if provisioned.
        tokens_per_minute: fixed limit of an on-demand deployment; None if provisioned.
        source: where the Regions are documented.
    """

    regions: tuple[str, ...]
    units_quota: Quota | None
    units_quota_without_commitment: Quota | None
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
class Sharing:
    """Whether a custom model may be shared with another account, and copied to another Region (None: not recorded)."""

    shareable: bool
    share_regions: tuple[str, ...]
    copyable: bool
    copy_regions: tuple[str, ...] | None
    source: str


@dataclass(frozen=True, eq=False)
class BaseModel:
    """One base model that can be customized.

    Attributes:
        customization_id: the ``baseModelIdentifier`` of a customization job; the canonical identifier.
        inference_id: the ``modelId`` with which the base model itself is invoked.
        context_variants: other ids under which provisioned throughput for the base model itself is bought.
        customizations: by customization type; a type that is missing is not documented for the base model.
        serving: by serving path (``provisioned``, ``on_demand``); a path that is missing is not supported.
        invocation_format: of the bodies with which it, and what is customized from it, is invoked.
        hyperparameters: empty if they are unknown.
        hyperparameters_known: False if AWS documents none for this base model, which is not to say that it has none.
        source: fact → document and section.
    """

    name: str
    provider: str
    customization_id: str
    inference_id: str
    context_variants: tuple[str, ...]
    aliases: tuple[str, ...]
    customizations: Mapping[str, Customization]
    data_format: DataFormat
    invocation_format: InvocationFormat
    lifecycle: Lifecycle
    serving: Mapping[str, Serving]
    hyperparameters: Mapping[str, Hyperparameter]
    hyperparameters_known: bool
    limits: DatasetLimits
    reserved: Reserved
    sharing: Sharing
    source: Mapping[str, str]

    def __repr__(self) -> str:
        """Return the canonical identifier; all facts would fill a page."""
        return f"BaseModel({self.customization_id!r})"

    @property
    def regions(self) -> tuple[str, ...]:
        """Regions in which it can be fine-tuned."""
        return self.customization_regions("FINE_TUNING")

    @property
    def customization_types(self) -> tuple[str, ...]:
        """The customization types that are documented for it."""
        return tuple(self.customizations)

    def customization_regions(self, customization_type: str) -> tuple[str, ...]:
        """Return the Regions in which jobs of a customization type run; empty if the type is not supported."""
        customization = self.customizations.get(customization_type)
        return customization.regions if customization else ()

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
