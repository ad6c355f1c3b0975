"""What the registry remembers of one model: two slots (training and endpoint) and the driver in charge.

A *slot* is what one custom resource owns. A *generation* is one wanted state of a slot: its fingerprint plus an
attempt number. The intent to buy is written before each purchase and its outcome after it, so a crash between the
two is found again by the name, which derives from the generation alone.
"""

from dataclasses import dataclass, field, replace

from finetuning.lifecycle.endpoint_slot import UNCERTAIN, EndpointGeneration, EndpointSlot, Signal
from finetuning.lifecycle.training_slot import TrainingGeneration, TrainingSlot

__all__ = [
    "SCHEMA_VERSION",
    "UNCERTAIN",
    "EndpointGeneration",
    "EndpointSlot",
    "ModelRecord",
    "Signal",
    "TrainingGeneration",
    "TrainingSlot",
]

SCHEMA_VERSION = 4
"""Version of the stored document; older ones are migrated, a newer one is refused (see `migrations`)."""


@dataclass(frozen=True)
class ModelRecord:
    """Everything the registry knows of one model.

    Attributes:
        version: optimistic lock; the store raises it by one with each write.
        settled: the driver has nothing left to do; False from the moment something changes.
        in_charge: name of the driver execution that may act. It holds the lease; `version` is the fence, and whether
            the holder is alive is what Step Functions says (see `claims.hand_over`).
        driver_attempt: raised whenever another execution takes charge; it is part of the execution's name.
        parked_token: task token on which an execution waits for the job's end, or "".
        problem: why the driver could not go on, or "". Kept until the next success.
        looked_at: when Bedrock was last looked at and something was learned, or an hour before, in epoch seconds.
        doing: what the driver does, as of `progress_at`: action and generation of its last decision.
        progress_at: when the driver last began to do something else, in epoch seconds.
        notified: keys of the troubles that somebody has been told of (see `troubles`).
    """

    project: str
    environment: str
    model: str
    version: int = 0
    settled: bool = True
    in_charge: str = ""
    driver_attempt: int = 0
    parked_token: str = ""
    problem: str = ""
    looked_at: float = 0.0
    doing: str = ""
    progress_at: float = 0.0
    notified: tuple[str, ...] = ()
    training: TrainingSlot = field(default_factory=TrainingSlot)
    endpoint: EndpointSlot = field(default_factory=EndpointSlot)

    def with_training(self, generation: TrainingGeneration) -> "ModelRecord":
        """The record with this training generation in place of the one of the same id."""
        generations = tuple(generation if g.id == generation.id else g for g in self.training.generations)
        return replace(self, training=replace(self.training, generations=generations))

    def with_endpoint(self, generation: EndpointGeneration) -> "ModelRecord":
        """The record with this endpoint generation in place of the one of the same id."""
        generations = tuple(generation if g.id == generation.id else g for g in self.endpoint.generations)
        return replace(self, endpoint=replace(self.endpoint, generations=generations))
