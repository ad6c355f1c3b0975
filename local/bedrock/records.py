"""What one account has in Bedrock in one Region: immutable records, replaced when their state changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from local.bedrock.learner import TunedModel

#: Phases of a customization job, in order. Source: Bedrock User Guide, "Monitor your model customization job".
PHASES = ("validationDetails", "dataProcessingDetails", "trainingDetails")


@dataclass(frozen=True)
class Phase:
    """One entry of a job's `statusDetails`."""

    status: str
    created: datetime
    modified: datetime


@dataclass(frozen=True)
class Job:
    """A model customization job. It is never deleted: Bedrock has no operation for it.

    Attributes:
        arn: ARN; its last segment names the folder of the artifacts.
        name: Job name, taken forever.
        request: The request as it was accepted, hyperparameters completed with defaults.
        base_model: Customization id of the foundation model at the bottom.
        base_arn: ARN of what is customized: of that model, or of a custom model that is trained further.
        status: `InProgress`, `Completed`, `Failed`, `Stopping` or `Stopped`.
        created: Moment of the request.
        modified: Moment of the last change.
        phases: `statusDetails` by phase.
        started: Whether it left the queue.
        key_arn: Key of the custom model; None means an AWS owned key.
        ended: Moment at which it reached a final status.
        failure: `failureMessage` of a failed job.
        model_arn: The custom model, once completed.
        training_loss: Mean training loss of the kept epoch.
        validation_loss: Validation loss of the kept epoch; None without validation data.
    """

    arn: str
    name: str
    request: Mapping[str, Any]
    base_model: str
    base_arn: str
    status: str
    created: datetime
    modified: datetime
    phases: Mapping[str, Phase]
    started: bool = False
    key_arn: str | None = None
    ended: datetime | None = None
    failure: str | None = None
    model_arn: str | None = None
    training_loss: float | None = None
    validation_loss: float | None = None


def customization_type(request: Mapping[str, Any]) -> str:
    """The customization type of a request; without one, FINE_TUNING (User Guide, "Submit a customization job")."""
    return str(request.get("customizationType", "FINE_TUNING"))


@dataclass(frozen=True)
class CustomModel:
    """A custom model, the result of a job."""

    arn: str
    name: str
    job: Job
    base_model: str
    created: datetime
    tuned: TunedModel = field(repr=False)


@dataclass(frozen=True)
class Throughput:
    """Provisioned Throughput.

    Attributes:
        arn: ARN, the `modelId` of InvokeModel.
        name: Its name, unique while it exists.
        model_arn: Custom or foundation model that answers now.
        desired_model_arn: Model that will answer once an update is done.
        base_model: Customization id of the base model of both.
        units: Model units bought.
        status: `Creating`, `InService`, `Updating` or `Failed`.
        created: Moment of the purchase.
        modified: Moment of the last change.
        commitment: `OneMonth`, `SixMonths` or None.
        committed_until: End of the commitment.
        failure: `failureMessage` of one that failed.
    """

    arn: str
    name: str
    model_arn: str
    desired_model_arn: str
    base_model: str
    units: int
    status: str
    created: datetime
    modified: datetime
    commitment: str | None = None
    committed_until: datetime | None = None
    failure: str | None = None


@dataclass(frozen=True)
class Deployment:
    """A custom model deployment for on-demand inference.

    Attributes:
        arn: ARN, the `modelId` of InvokeModel.
        name: Its name, unique while it exists.
        model_arn: Custom model that answers now.
        status: `Creating`, `Active` or `Failed`.
        created: Moment of the request.
        modified: Moment of the last change.
        description: Free text of the request.
        update_model_arn: Model of the last update.
        update_status: `Updating` or `UpdateCompleted`; None if it was never updated.
        failure: `failureMessage` of one that failed.
    """

    arn: str
    name: str
    model_arn: str
    status: str
    created: datetime
    modified: datetime
    description: str | None = None
    update_model_arn: str | None = None
    update_status: str | None = None
    failure: str | None = None
