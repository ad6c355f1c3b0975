"""What was seen of a model's jobs, custom models and endpoints in one look, and what a look teaches the record.

None always means "looked for by name and not found". Every look is fresh: no decision is taken on a stored status
(fault B14).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from finetuning.lifecycle.record import EndpointGeneration, ModelRecord, TrainingGeneration

JOB_AT_REST = frozenset({"Completed", "Failed", "Stopped"})
"""Job statuses that never change again (Bedrock API, ModelCustomizationJobStatus)."""

MODEL_ACTIVE = "Active"
"""Status of a custom model that can be served (Bedrock API, ModelStatus)."""

IN_SERVICE = "InService"
"""The one name this project uses for a serving endpoint.

Provisioned throughput says `InService`, a custom model deployment says `Active`; the gateways translate."""


FAILED = "Failed"
"""Status of an endpoint of either kind that could not be created."""


@dataclass(frozen=True)
class JobObservation:
    """A customization job, and the status of the model that it made (None when there is none)."""

    arn: str
    status: str
    failure: str = ""
    model_arn: str = ""
    model_status: str | None = None


@dataclass(frozen=True)
class EndpointObservation:
    """An endpoint as it is now.

    Attributes:
        model_arn: the model that it serves or, while it is updating, the one that it will serve.
        refused_model_arn: the model that its last update failed to put into service, or "".
    """

    arn: str
    status: str
    model_arn: str
    failure: str = ""
    refused_model_arn: str = ""


@dataclass(frozen=True)
class Observed:
    """One look at everything that a record's generations may have bought, by generation id."""

    jobs: Mapping[str, JobObservation | None] = field(default_factory=dict)
    endpoints: Mapping[str, EndpointObservation | None] = field(default_factory=dict)

    def serves(self, model_arn: str) -> bool:
        """Whether any endpoint seen serves this model or is about to."""
        return any(e is not None and e.model_arn == model_arn for e in self.endpoints.values())


def learn(record: ModelRecord, seen: Observed) -> ModelRecord:
    """The record with what was seen written into its generations."""
    for generation in record.training.generations:
        if generation.id in seen.jobs:
            record = record.with_training(_learn_job(record, generation, seen.jobs[generation.id]))
    for endpoint in record.endpoint.generations:
        if endpoint.id in seen.endpoints:
            record = record.with_endpoint(_learn_endpoint(record, endpoint, seen.endpoints[endpoint.id]))
    return record


def _learn_job(record: ModelRecord, known: TrainingGeneration, job: JobObservation | None) -> TrainingGeneration:
    unwanted = record.training.unwanted(known)
    if job is None:
        return replace(known, gone=unwanted)
    at_rest = job.status in JOB_AT_REST
    return replace(
        known,
        job_arn=job.arn,
        status=job.status,
        failure=job.failure or known.failure,
        model_arn=job.model_arn,
        model_seen=known.model_seen or job.model_status is not None,
        gone=unwanted and at_rest and job.model_status is None,
    )


def _learn_endpoint(
    record: ModelRecord, known: EndpointGeneration, endpoint: EndpointObservation | None
) -> EndpointGeneration:
    if endpoint is None:
        return replace(known, status="", gone=record.endpoint.unwanted(known) or bool(known.failure))
    return replace(
        known,
        arn=endpoint.arn,
        status=endpoint.status,
        model_arn=endpoint.model_arn,
        failure=_endpoint_failure(known.name, endpoint),
        seen_in_service=known.seen_in_service or endpoint.status == IN_SERVICE,
    )


def _endpoint_failure(name: str, endpoint: EndpointObservation) -> str:
    """Never "" for a failure: Bedrock's message is optional, and what failed silently would be bought again."""
    message = endpoint.failure or "no message"
    if endpoint.status == FAILED:
        return f"endpoint {name} failed: {message}"
    return f"endpoint {name} could not take on another model: {message}" if endpoint.refused_model_arn else ""
