"""What the driver can do next, and how long it waits between two looks."""

from dataclasses import dataclass
from enum import StrEnum

JOB_TIMEOUT_SECONDS = 86_400
"""How long a parked execution waits for the job's event before it looks by itself. The sweep looks much sooner, so
this only bounds what a dead sweep could cost: three state transitions a day."""

ENDPOINT_POLL_SECONDS = {"provisioned": 600, "on_demand": 240}
"""Endpoints send no events (EventBridge reference for Bedrock), so they are polled. Provisioned throughput takes
20 to 30 minutes to create (AWS Haiku fine-tuning notebook), a deployment about 8 (public cost record of a real
project): two or three looks."""

EVALUATION_POLL_SECONDS = 300
"""Between two looks while a candidate is evaluated: the verdict itself puts another driver in charge, so this only
finds out that none came. The choice is ours."""

COPY_POLL_SECONDS = 300
"""Between two looks at a copy of a model; how long one takes is not documented, and the choice is ours."""

TEARDOWN_POLL_SECONDS = 60
"""Between two looks while something is being stopped or cannot be deleted yet."""


class Action(StrEnum):
    """The driver's states; each value is the name of a state of the state machine."""

    START_JOB = "StartCustomizationJob"
    AWAIT_JOB = "AwaitCustomizationJob"
    STOP_JOB = "StopCustomizationJob"
    DELETE_MODEL = "DeleteCustomModel"
    CREATE_ENDPOINT = "CreateEndpoint"
    SWAP_MODEL = "SwapModel"
    DELETE_ENDPOINT = "DeleteEndpoint"
    AWAIT_CHANGE = "AwaitChange"
    PUBLISH_POINTER = "PublishPointer"
    RETAG = "Retag"
    JUDGE_TRAINING = "JudgeTraining"
    OPEN_EVALUATION = "OpenEvaluation"
    EVALUATE = "Evaluate"
    GIVE_UP_EVALUATION = "GiveUpEvaluation"
    REJECT_MODEL = "RejectModel"
    ISSUE_MANIFEST = "IssueManifest"
    HOLD_MODEL = "HoldModel"
    RELEASE_MODEL = "ReleaseModel"
    SIGNAL_STACK = "SignalStack"
    SETTLED = "Settled"


@dataclass(frozen=True)
class Decision:
    """The next action.

    Attributes:
        generation_id: the training or endpoint generation that it concerns, or ""; PUBLISH_POINTER without one
            withdraws the pointer.
        wait_seconds: for the two waiting actions, how long.
        reason: for SETTLED and SIGNAL_STACK, why the model is not in service, or "" when all is well.
    """

    action: Action
    generation_id: str = ""
    wait_seconds: int = 0
    reason: str = ""
