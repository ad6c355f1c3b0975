"""What is asked of a customization job, but for its data, which is known only when it is staged."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class JobDefinition:
    """One customization job.

    Attributes:
        model: name of the use case.
        base_model: identifier of the base model that a job is started with, whatever the configuration calls it.
        customization_type: as Bedrock spells it.
        hyperparameters: in their canonical spelling, because CloudFormation hands on strings.
        keep_previous: number of earlier models kept for rollback.
        tags: of the user, for job and model.
    """

    model: str
    base_model: str
    customization_type: str
    hyperparameters: Mapping[str, str]
    keep_previous: int
    tags: Mapping[str, str]

    @property
    def properties(self) -> dict[str, object]:
        """Properties of the custom resource."""
        return {
            "Model": self.model,
            "BaseModel": self.base_model,
            "CustomizationType": self.customization_type,
            "Hyperparameters": dict(self.hyperparameters),
            "KeepPrevious": str(self.keep_previous),
            "Tags": dict(self.tags),
        }
