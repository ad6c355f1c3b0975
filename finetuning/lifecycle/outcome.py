"""What a record and a look at Bedrock amount to: what went wrong, which model to serve, what may still cost money."""

from finetuning.lifecycle.observation import IN_SERVICE, JOB_AT_REST, MODEL_ACTIVE, Observed
from finetuning.lifecycle.record import ModelRecord


def failure(record: ModelRecord, seen: Observed) -> str:
    """Why what is wanted cannot be reached without a human, or ""."""
    return training_failure(record, seen) or endpoint_failure(record, seen)


def training_failure(record: ModelRecord, seen: Observed) -> str:
    """Why there will be no model of the wanted training, or ""."""
    generation = record.training.current
    job = seen.jobs.get(generation.id) if generation else None
    if generation is None:
        return ""
    if job is None:
        return generation.failure
    if job.status in JOB_AT_REST - {"Completed"}:
        return f"customization job {generation.job_name} {job.status.lower()}: {job.failure or 'no message'}"
    if job.status == "Completed" and job.model_status == "Failed":
        return f"custom model {generation.job_name} failed after its job completed"
    if job.status == "Completed" and job.model_status is None and generation.model_seen:
        return f"custom model {generation.job_name} was deleted outside this stack"
    return ""


def endpoint_failure(record: ModelRecord, seen: Observed) -> str:
    """Why the wanted endpoint cannot serve, or ""."""
    endpoint = record.endpoint.current
    if endpoint is None:
        return ""
    found = seen.endpoints.get(endpoint.id)
    if found is None and endpoint.seen_in_service and not endpoint.failure:
        return f"endpoint {endpoint.name} was deleted outside this stack; it is not bought again by itself"
    if found is not None and found.status == IN_SERVICE and found.refused_model_arn != model_to_serve(record, seen):
        return ""
    return endpoint.failure


def model_to_serve(record: ModelRecord, seen: Observed) -> str:
    """ARN of the custom model that the endpoint has to serve, or "" while there is none.

    It is the wanted one as soon as it exists; when its training failed, the one in service stays.
    """
    generation = record.training.current
    job = seen.jobs.get(generation.id) if generation else None
    if job is not None and job.status == "Completed" and job.model_status == MODEL_ACTIVE:
        return job.model_arn
    return record.endpoint.published_model_arn if training_failure(record, seen) else ""


def bought(record: ModelRecord) -> tuple[str, ...]:
    """What may still exist of this model, in words: running jobs, custom models and endpoints.

    The guard refuses to let the lifecycle go while this is not empty.
    """
    endpoints = [f"endpoint {e.name} ({e.serving})" for e in record.endpoint.generations if e.intended and not e.gone]
    jobs = [f"custom model or job {g.job_name}" for g in record.training.generations if g.intended and not g.gone]
    return (*endpoints, *jobs)
