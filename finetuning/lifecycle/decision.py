"""The one decision: from what is wanted and what was just observed to the next action.

Read `_RULES` from top to bottom: it is the order of the story, and its reverse on the way down. Teardown comes first
(endpoint, then job, then model), because what is removed may cost money by the hour; then training, serving,
telling CloudFormation, and reaping what was superseded.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from finetuning.lifecycle.observation import FAILED, IN_SERVICE, JOB_AT_REST, MODEL_ACTIVE, JobObservation, Observed
from finetuning.lifecycle.outcome import endpoint_failure, failure, model_to_serve, training_failure
from finetuning.lifecycle.record import ModelRecord, TrainingGeneration

JOB_TIMEOUT_SECONDS = 86_400
"""How long a parked execution waits for the job's event before it looks by itself. The sweep looks much sooner, so
this only bounds what a dead sweep could cost: three state transitions a day."""

ENDPOINT_POLL_SECONDS = {"provisioned": 600, "on_demand": 240}
"""Endpoints send no events (EventBridge reference for Bedrock), so they are polled. Provisioned throughput takes
20 to 30 minutes to create (AWS Haiku fine-tuning notebook), a deployment about 8 (public cost record of a real
project): two or three looks."""

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


def decide(record: ModelRecord, seen: Observed) -> Decision:
    """The next action for this model. Total: an unknown status means waiting, never done (fault B15)."""
    for rule in _RULES:
        for decision in rule(record, seen):
            return decision
    return Decision(Action.SETTLED, reason=failure(record, seen))


def _retire_endpoints(record: ModelRecord, seen: Observed) -> Iterator[Decision]:
    """Delete what nothing wants, and what failed: provisioned throughput is billed until it is deleted (fault C02).

    One that applications still call stays until its successor is published.
    """
    current, published = record.endpoint.current, record.endpoint.published_arn
    for endpoint in record.endpoint.generations:
        found = seen.endpoints.get(endpoint.id)
        if found is None:
            continue
        in_use = current is not None and published == found.arn
        if found.status != FAILED and (in_use or not record.endpoint.unwanted(endpoint)):
            continue
        if found.status in {IN_SERVICE, FAILED}:
            yield Decision(Action.DELETE_ENDPOINT, endpoint.id)
        yield Decision(Action.AWAIT_CHANGE, endpoint.id, TEARDOWN_POLL_SECONDS)
    if current is None and published:
        # Its endpoint was deleted outside this stack, so that no deletion withdrew the pointer.
        yield Decision(Action.PUBLISH_POINTER)


def _stop_jobs(record: ModelRecord, seen: Observed) -> Iterator[Decision]:
    for generation, job in _unwanted_jobs(record, seen):
        if job.status == "InProgress":
            yield Decision(Action.STOP_JOB, generation.id)


def _retire_removed_models(record: ModelRecord, seen: Observed) -> Iterator[Decision]:
    """On removal: every model goes, after its endpoint (fault C11) and once its job is at rest (fault B13)."""
    if not record.training.removed:
        return
    for generation, job in _unwanted_jobs(record, seen):
        deletable = job.status in JOB_AT_REST and job.model_status is not None and not seen.serves(job.model_arn)
        if deletable:
            yield Decision(Action.DELETE_MODEL, generation.id)
        if job.status not in JOB_AT_REST or job.model_status is not None:
            yield Decision(Action.AWAIT_CHANGE, generation.id, TEARDOWN_POLL_SECONDS)


def _train(record: ModelRecord, seen: Observed) -> Iterator[Decision]:
    generation = record.training.current
    if generation is None or training_failure(record, seen):
        return
    job = seen.jobs.get(generation.id)
    if job is None:
        yield Decision(Action.START_JOB, generation.id)
    elif job.status != "Completed":
        yield Decision(Action.AWAIT_JOB, generation.id, JOB_TIMEOUT_SECONDS)
    elif job.model_status != MODEL_ACTIVE:
        yield Decision(Action.AWAIT_CHANGE, generation.id, TEARDOWN_POLL_SECONDS)


def _serve(record: ModelRecord, seen: Observed) -> Iterator[Decision]:
    endpoint, model_arn = record.endpoint.current, model_to_serve(record, seen)
    if endpoint is None or not model_arn or endpoint_failure(record, seen):
        return
    found = seen.endpoints.get(endpoint.id)
    if found is None:
        yield Decision(Action.CREATE_ENDPOINT, endpoint.id)
    elif found.status != IN_SERVICE:
        yield Decision(Action.AWAIT_CHANGE, endpoint.id, ENDPOINT_POLL_SECONDS[endpoint.serving])
    elif found.model_arn != model_arn:
        yield Decision(Action.SWAP_MODEL, endpoint.id)
    elif (record.endpoint.published_arn, record.endpoint.published_model_arn) != (found.arn, model_arn):
        yield Decision(Action.PUBLISH_POINTER, endpoint.id)


def _tell_cloudformation(record: ModelRecord, seen: Observed) -> Iterator[Decision]:
    signal = record.endpoint.signal
    if signal is not None and not signal.sent:
        yield Decision(Action.SIGNAL_STACK, record.endpoint.current_id, reason=failure(record, seen))


def _reap(record: ModelRecord, seen: Observed) -> Iterator[Decision]:
    """Delete superseded models that are outside `keep_previous`, once their successor is in place."""
    if record.training.current is None or failure(record, seen):
        return
    previous = [
        (generation, job)
        for generation in reversed(record.training.generations)
        if generation.id != record.training.current_id
        and (job := seen.jobs.get(generation.id)) is not None
        and job.model_status is not None
    ]
    for generation, job in previous[record.training.keep_previous :]:
        if generation.released and not seen.serves(job.model_arn):
            yield Decision(Action.DELETE_MODEL, generation.id)
    for generation, job in _unwanted_jobs(record, seen):
        if job.status not in JOB_AT_REST:
            yield Decision(Action.AWAIT_CHANGE, generation.id, TEARDOWN_POLL_SECONDS)


def _unwanted_jobs(record: ModelRecord, seen: Observed) -> Iterator[tuple[TrainingGeneration, JobObservation]]:
    for generation in record.training.generations:
        job = seen.jobs.get(generation.id)
        if job is not None and record.training.unwanted(generation):
            yield generation, job


_RULES = (
    _retire_endpoints,
    _stop_jobs,
    _retire_removed_models,
    _train,
    _serve,
    _tell_cloudformation,
    _reap,
)
