"""What an operator wants to know about a model: the shape in which it is rendered and printed as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from finetuning.early_stopping import StopPoint
from finetuning.metrics import EpochMetrics


class State(StrEnum):
    """Where a model is, in one word or two."""

    NOTHING = "nothing deployed"
    UNRECORDED = "not recorded"
    REMOVING = "being removed"
    RETAINED = "retained"
    FAILED = "failed"
    REJECTED = "rejected"
    DRIFTED = "drifted"
    STOPPED = "stopped"
    TRAINING = "training"
    AWAITING = "awaiting approval"
    TRAINED = "trained"
    EVALUATING = "being evaluated"
    STARTING = "going into service"
    SERVING = "in service"


@dataclass(frozen=True)
class TrainingReport:
    """The wanted customization job. Times are UTC; `elapsed_seconds` runs until the job ends.

    Attributes:
        phases: status by phase, in order.
        stopping: where early stopping fired; None where the base model or the job has no such thing.
        verdict: what the quality gate says, with its reasons; "" if nobody judges this training.
        report_uri: of the page about it; "" before there is a verdict.
        promoted: by which manifest and whose approval the model came here, or by which it was trained again; "" if
            neither.
    """

    generation: str
    job_name: str
    job_arn: str
    base_model: str
    hyperparameters: Mapping[str, str]
    status: str
    failure: str
    phases: Mapping[str, str]
    started: datetime | None
    ended: datetime | None
    elapsed_seconds: float | None
    epochs: tuple[EpochMetrics, ...] = ()
    best_epoch: int | None = None
    stopping: StopPoint | None = None
    losses_problem: str = ""
    verdict: str = ""
    report_uri: str = ""
    promoted: str = ""


@dataclass(frozen=True)
class EndpointReport:
    """The wanted endpoint; `serving_model` is the name of the custom model that it serves, "" if it is not ours."""

    name: str
    kind: str
    arn: str
    status: str
    model_arn: str
    serving_model: str
    model_units: int | None
    commitment: str
    failure: str


@dataclass(frozen=True)
class KeptModel:
    """An earlier custom model: kept for rollback, or still in service because the wanted one is not there yet."""

    name: str
    arn: str
    generation: str
    is_serving: bool = False


@dataclass(frozen=True)
class OrphanReport:
    """Something that carries the model's owner tags and that no record claims; `next` says why, and what to do."""

    kind: str
    name: str
    arn: str
    status: str
    removable: bool
    next: str


@dataclass(frozen=True)
class ModelReport:
    """Everything an operator wants to know about one model.

    Attributes:
        failure: why what is wanted cannot be reached without a human, or "".
        problem: what the driver noted, where it says something else than `failure`.
        next_step: the driver's next state.
        pointer_parameter: name of the SSM parameter that applications read.
        pointer: its value, or None.
        billed_hourly: what is billed by the hour now, in words.
        still_there: on removal: what is still there, in words.
        stopped: an operator stopped the bill.
        retained: what cannot be deleted before its commitment ends, in words.
        held: custom models that are kept because something else needs them, in words.
        troubles: kinds of trouble (`finetuning.lifecycle.troubles`) and what to do, by kind.
    """

    model: str
    state: State
    settled: bool
    failure: str
    problem: str
    next_step: str
    execution: str
    driver_status: str | None
    training: TrainingReport | None
    endpoint: EndpointReport | None
    pointer_parameter: str
    pointer: str | None
    previous: tuple[KeptModel, ...] = ()
    billed_hourly: tuple[str, ...] = ()
    still_there: tuple[str, ...] = ()
    stopped: bool = False
    retained: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    troubles: Mapping[str, str] = field(default_factory=dict)
    orphans: tuple[OrphanReport, ...] = ()
