"""``training``: the customization job that is wanted."""

from typing import Annotated, Any, Literal

from pydantic import Field

from configuration.sections.values import MEDIA_PREFIX, FunctionArn, KeyArn, Number, Section, Tags, Text
from finetuning.base_model import CustomizationType, DataFormat

#: Facts of a base model that no source gives, which a configuration may rely on nevertheless.
UnknownFact = Literal["hyperparameters", "dataset"]


class DatasetConfiguration(Section):
    """Where the examples are: each an ``s3://bucket/key[?versionId=…]`` or the path of a file in the repository."""

    training: Text
    """Examples to train on."""
    validation: Text | None = None
    """Examples to compute the validation loss with; early stopping needs them."""
    test: Text | None = None
    """Examples for evaluation; the job never sees them."""
    format: DataFormat | None = None
    """Format of the files; recognised from the first record if absent."""
    system_prompt: Text | None = None
    """Given to every example that has none of its own."""
    waivers: dict[str, str] = Field(default_factory=dict)
    """Code of a rule that may be waived, such as DS606, and why it is."""
    media: Annotated[str, Field(pattern=MEDIA_PREFIX)] | None = None
    """``s3://bucket/prefix/`` below which all images and videos of the examples are; they are copied."""
    key_arn: KeyArn | None = None
    """KMS key of files in S3 that are encrypted with a key of yours, other than the environment's own."""
    account: Annotated[str, Field(pattern=r"^[0-9]{12}$")] | None = None
    """Account that owns the buckets of the files, if it is another one than the environment's."""

    @property
    def locations(self) -> dict[str, str]:
        """The given locations by split, in the order training, validation, test."""
        given = {"training": self.training or None, "validation": self.validation, "test": self.test}
        return {split: location for split, location in given.items() if location is not None}


#: Of a model that another environment trained.
NO_DATASET = DatasetConfiguration.model_construct(training="")


class TeacherConfiguration(Section):
    """For DISTILLATION: the larger model whose answers the base model learns to give."""

    model: Text
    """Model or inference-profile identifier of the teacher."""
    max_response_tokens: Annotated[Number, Field(ge=1)] | None = None
    """Longest answer of the teacher, in tokens; Bedrock's own choice if absent."""


class RewardConfiguration(Section):
    """For REINFORCEMENT_FINE_TUNING: what judges the model's answers."""

    function_arn: FunctionArn
    """Lambda function that grades answers, in the environment's account and Region."""


class TrainingConfiguration(Section):
    """The customization job that is wanted."""

    base_model: Text
    """Base model: an identifier or alias of the catalog, or the ARN of a custom model of yours to train further."""
    customization_type: CustomizationType = "FINE_TUNING"
    """What Bedrock does with the data."""
    dataset: DatasetConfiguration = Field(default_factory=lambda: NO_DATASET)
    """Where the examples are; required, unless ``promotion`` takes the model from another environment."""
    hyperparameters: dict[str, Any] = Field(default_factory=dict)
    """Hyperparameters by Bedrock's name; what is left out is the base model's default."""
    teacher: TeacherConfiguration | None = None
    """The teacher of a DISTILLATION."""
    reward: RewardConfiguration | None = None
    """The grader of a REINFORCEMENT_FINE_TUNING."""
    accept_unknown: tuple[UnknownFact, ...] = ()
    """Facts of the base model that AWS does not document and that you rely on: ``hyperparameters``, ``dataset``."""
    keep_previous: Annotated[Number, Field(ge=0, le=10)] = 1
    """Number of completed custom models kept for rollback besides the current one."""
    tags: Tags = Field(default_factory=dict)
    """For the job and the custom model, besides the environment's and the owner tags."""
