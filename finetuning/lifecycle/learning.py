"""What a look at Bedrock teaches the record.

Not seeing something means that it is gone only when nothing can bring it any more: a purchase may be under way when
its resource is removed, and what was bought may take a while to show (faults A04, A21).
"""

from dataclasses import replace

from finetuning.lifecycle.candidate import let_go_of_evaluations
from finetuning.lifecycle.observation import (
    FAILED,
    IN_SERVICE,
    JOB_AT_REST,
    EndpointObservation,
    JobObservation,
    Observed,
)
from finetuning.lifecycle.record import EndpointGeneration, ModelRecord, TrainingGeneration

SETTLE_SECONDS = 180
"""How long after the last intent a purchase may still show up: no function that buys runs longer than 120 seconds
(stacks/constructs), and a minute is left for Bedrock to show what it accepted, which is not documented."""

MODEL_SETTLE_SECONDS = 3_600
"""How long after its job completed a custom model may still show up: not documented, and an hour of its storage costs
less than a cent."""

LOOKED_AT_PRECISION_SECONDS = 3_600
"""Looks that teach nothing are noted once an hour, so that they write nothing."""


def learn(record: ModelRecord, seen: Observed) -> ModelRecord:
    """The record with what was seen written into its generations; a look before the last one teaches nothing."""
    if seen.now < record.looked_at:
        return record
    trainings = tuple(
        _learn_job(record, generation, seen.jobs[generation.id], seen.now) if generation.id in seen.jobs else generation
        for generation in record.training.generations
    )
    endpoints = tuple(
        _learn_endpoint(record, endpoint, seen.endpoints[endpoint.id], seen.now)
        if endpoint.id in seen.endpoints
        else endpoint
        for endpoint in record.endpoint.generations
    )
    is_news = (trainings, endpoints) != (record.training.generations, record.endpoint.generations)
    if not is_news and seen.now - record.looked_at < LOOKED_AT_PRECISION_SECONDS:
        return let_go_of_evaluations(record)
    learned = replace(
        record,
        looked_at=seen.now,
        training=replace(record.training, generations=trainings),
        endpoint=replace(record.endpoint, generations=endpoints),
    )
    return let_go_of_evaluations(learned)


def may_still_show(intended_at: float, now: float) -> bool:
    """Whether something that was bought then, and is not seen now, may yet appear."""
    return now - intended_at < SETTLE_SECONDS


def model_may_come(generation: TrainingGeneration, seconds_since_end: float) -> bool:
    """Whether the model of a completed job, which is not seen so long after its end, may yet appear."""
    had_one = generation.model_seen or generation.condemned
    return not had_one and seconds_since_end < MODEL_SETTLE_SECONDS


def _learn_job(
    record: ModelRecord, known: TrainingGeneration, job: JobObservation | None, now: float
) -> TrainingGeneration:
    unwanted = record.training.unwanted(known)
    if job is None:
        return replace(known, gone=unwanted and not may_still_show(known.intended_at, now))
    at_rest = job.status in JOB_AT_REST
    ended_at = (known.ended_at or now) if at_rest else 0.0
    awaited = job.status == "Completed" and model_may_come(known, now - ended_at)
    return replace(
        known,
        intended=True,
        job_arn=job.arn,
        status=job.status,
        ended_at=ended_at,
        failure=job.failure or known.failure,
        model_arn=job.model_arn,
        model_seen=known.model_seen or job.model_status is not None,
        gone=unwanted and at_rest and job.model_status is None and not awaited,
    )


def _learn_endpoint(
    record: ModelRecord, known: EndpointGeneration, endpoint: EndpointObservation | None, now: float
) -> EndpointGeneration:
    if endpoint is None:
        let_go = record.endpoint.unwanted(known) or bool(known.failure)
        was_up = known.seen_in_service or known.status == FAILED
        certain = was_up or known.gone or not may_still_show(known.intended_at, now)
        return replace(known, status="", gone=let_go and certain)
    # The swap may show a while after it was accepted; until then the old model is no proof that it was not.
    is_shown = known.swapping_to in {endpoint.model_arn, endpoint.refused_model_arn}
    return replace(
        known,
        intended=True,
        swapped_at=0.0 if is_shown else known.swapped_at,
        swapping_to="" if is_shown else known.swapping_to,
        arn=endpoint.arn,
        status=endpoint.status,
        model_arn=endpoint.model_arn,
        failure=_endpoint_failure(known.name, endpoint),
        committed_until=endpoint.committed_until,
        seen_in_service=known.seen_in_service or endpoint.status == IN_SERVICE,
    )


def _endpoint_failure(name: str, endpoint: EndpointObservation) -> str:
    """Never "" for a failure: Bedrock's message is optional, and what failed silently would be bought again."""
    message = endpoint.failure or "no message"
    if endpoint.status == FAILED:
        return f"endpoint {name} failed: {message}"
    return f"endpoint {name} could not take on another model: {message}" if endpoint.refused_model_arn else ""
