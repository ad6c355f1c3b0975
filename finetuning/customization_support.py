"""Which customizations AWS documents for a base model, and where."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

#: Bedrock API reference, CreateModelCustomizationJob, ``customizationType``, without IMPORTED, which is no job.
CustomizationType = Literal["FINE_TUNING", "CONTINUED_PRE_TRAINING", "DISTILLATION", "REINFORCEMENT_FINE_TUNING"]


@dataclass(frozen=True)
class Teacher:
    """A larger model whose answers a base model can be distilled from.

    Attributes:
        model: its inference id.
        inference_profile: whether the job names it by an inference profile, or may.
        end_of_life: None if AWS has announced none.
    """

    model: str
    inference_profile: Literal["required", "optional", "unsupported"]
    end_of_life: date | None

    def is_alive(self, on: date) -> bool:
        """Return whether it still answers on a day."""
        return self.end_of_life is None or on < self.end_of_life


@dataclass(frozen=True)
class Customization:
    """One way to customize a base model.

    Attributes:
        regions: Regions in which jobs of this type run.
        teachers: of a distillation; empty otherwise.
        minimum_records: if this type has a limit of its own.
        maximum_records: if this type has a limit of its own.
        source: where it is documented.
    """

    regions: tuple[str, ...]
    teachers: tuple[Teacher, ...]
    minimum_records: int | None
    maximum_records: int | None
    source: str
