"""The lifecycle of one model: what is wanted, what is observed, and the one decision that follows.

The shape is that of a Kubernetes controller. Custom resources only record what is wanted (`wanting`), a driver
observes Bedrock (`observation`) and asks `decide` for the next action (`decision`). Everything here is pure:
no AWS call, no clock, no environment.
"""

from finetuning.lifecycle.decision import Action, Decision, decide
from finetuning.lifecycle.observation import EndpointObservation, JobObservation, Observed
from finetuning.lifecycle.record import (
    EndpointGeneration,
    EndpointSlot,
    ModelRecord,
    Signal,
    TrainingGeneration,
    TrainingSlot,
)

__all__ = [
    "Action",
    "Decision",
    "EndpointGeneration",
    "EndpointObservation",
    "EndpointSlot",
    "JobObservation",
    "ModelRecord",
    "Observed",
    "Signal",
    "TrainingGeneration",
    "TrainingSlot",
    "decide",
]
