"""The shape of ``cdk.json``'s ``environments``: fields, types and defaults, and nothing that needs the catalog."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from finetuning.base_model import DataFormat

#: Bedrock API reference, data type Tag: characters allowed in the key and the value of a tag.
TAG_CHARACTERS = r"^[a-zA-Z0-9\s._:/=+@-]*$"
#: Bedrock allows 50 tags on a resource (API reference, TooManyTagsException); four are the owner tags.
MAX_TAGS = 46
#: KMS Developer Guide, 'Find the key ID and key ARN'; an alias would be resolved by S3 and not by the policy.
KEY_ARN = r"^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$"
#: A prefix, so that rights end there; the characters are those that Bedrock takes in the URIs of media (rule DS209).
MEDIA_PREFIX = r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/([A-Za-z0-9_.-]+/)+$"
#: What SNS takes as the endpoint of an ``email`` or ``https`` subscription (SNS API reference, Subscribe).
SUBSCRIBER = re.compile(r"https://[^\s/@]+(/\S*)?|[^\s@:/]+@[^\s@:/]+\.[^\s@:/]+")
RESERVED_TAG_PREFIXES = ("aws:", "finetuning:")


def _not_a_boolean(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("must be a number")
    return value


def _no_reserved_tags(tags: Mapping[str, str]) -> Mapping[str, str]:
    for key in tags:
        if key.lower().startswith(RESERVED_TAG_PREFIXES):
            raise ValueError(f"tag {key!r} is reserved; keys must not begin with {' or '.join(RESERVED_TAG_PREFIXES)}")
    return tags


def _a_subscriber(value: str) -> str:
    if not SUBSCRIBER.fullmatch(value):
        raise ValueError("must be an e-mail address or an https:// URL")
    return value


def _no_repetition(values: tuple[str, ...]) -> tuple[str, ...]:
    repeated = sorted({value for value in values if values.count(value) > 1})
    if repeated:
        raise ValueError(f"must name each subscriber once; repeated: {', '.join(repeated)}")
    return values


TagKey = Annotated[str, Field(min_length=1, max_length=128, pattern=TAG_CHARACTERS)]
TagValue = Annotated[str, Field(max_length=256, pattern=TAG_CHARACTERS)]
Subscriber = Annotated[str, AfterValidator(_a_subscriber)]
Tags = Annotated[dict[TagKey, TagValue], Field(max_length=MAX_TAGS), AfterValidator(_no_reserved_tags)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DatasetConfiguration(_Section):
    """Where the examples are: each an ``s3://bucket/key[?versionId=…]`` or the path of a file in the repository.

    Attributes:
        format: of the files; recognised from the first record if absent.
        system_prompt: given to every example that has none of its own.
        waivers: code of a rule that may be waived, such as DS606, → why it is.
        media: ``s3://bucket/prefix/`` below which all images and videos of the examples are; they are copied.
        key_arn: KMS key of files in S3 that are encrypted with a key of yours, other than the environment's own.
    """

    training: Annotated[str, Field(min_length=1)]
    validation: Annotated[str, Field(min_length=1)] | None = None
    test: Annotated[str, Field(min_length=1)] | None = None
    format: DataFormat | None = None
    system_prompt: Annotated[str, Field(min_length=1)] | None = None
    waivers: dict[str, str] = Field(default_factory=dict)
    media: Annotated[str, Field(pattern=MEDIA_PREFIX)] | None = None
    key_arn: Annotated[str, Field(pattern=KEY_ARN)] | None = None

    @property
    def locations(self) -> dict[str, str]:
        """The given locations by split, in the order training, validation, test."""
        given = {"training": self.training, "validation": self.validation, "test": self.test}
        return {split: location for split, location in given.items() if location is not None}


class TrainingConfiguration(_Section):
    """The customization job that is wanted.

    Attributes:
        hyperparameters: as their author wrote them; `finetuning.hyperparameters.canonical` makes them strings.
        keep_previous: number of completed models kept for rollback besides the current one.
        tags: for the job and the custom model, besides the environment's and the owner tags.
    """

    base_model: Annotated[str, Field(min_length=1)]
    customization_type: str = "FINE_TUNING"
    dataset: DatasetConfiguration
    hyperparameters: dict[str, Any] = Field(default_factory=dict)
    keep_previous: Annotated[int, BeforeValidator(_not_a_boolean), Field(ge=0, le=10)] = 1
    tags: Tags = Field(default_factory=dict)


class EndpointConfiguration(_Section):
    """How the custom model is served.

    Attributes:
        model_units: number of model units of the provisioned throughput.
        commitment: only "none": terms cannot be cancelled, so they need an acknowledgement that does not exist yet.
        max_hourly_usd: what provisioned throughput may cost, in US dollars an hour; not enforced yet.
    """

    serving: Literal["provisioned", "on_demand"]
    model_units: Annotated[int, BeforeValidator(_not_a_boolean), Field(ge=1)] = 1
    commitment: str = "none"
    approval: str = "automatic"
    max_hourly_usd: Annotated[float, BeforeValidator(_not_a_boolean), Field(gt=0, allow_inf_nan=False)] | None = None


class ModelConfiguration(_Section):
    """One use case: a customization job and the endpoint that serves its custom model."""

    training: TrainingConfiguration
    endpoint: EndpointConfiguration


class EnvironmentConfiguration(_Section):
    """Where the stacks go and what happens to their data when they are destroyed.

    Attributes:
        tags: for every resource of the environment that can have tags.
        notifications: e-mail addresses and ``https://`` URLs that are told of alarms and troubles; each confirms first.
        removal_policy: whether data, key and registry go away with the stacks ("destroy") or stay ("retain").
        catalog_date: day on which base models are judged; only for `local`, whose base models may be past their end.
    """

    name: str
    account: Annotated[str, Field(pattern=r"^[0-9]{12}$")]
    region: Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")]
    tags: Tags = Field(default_factory=dict)
    notifications: Annotated[tuple[Subscriber, ...], AfterValidator(_no_repetition)] = ()
    removal_policy: Literal["destroy", "retain"]
    catalog_date: date | None = None
