"""The one decision: from what is wanted and what was just observed to the next action.

Read `_RULES` from top to bottom: it is the order of the story, and its reverse on the way down. Teardown comes first
(endpoint, then job, then model), because what is removed may cost money by the hour; then training, the quality gate
(`gating`), serving, telling CloudFormation, and reaping what was superseded.
"""

from collections.abc import Iterator, Mapping

from finetuning.lifecycle import gating
from finetuning.lifecycle.action import (
    COPY_POLL_SECONDS,
    ENDPOINT_POLL_SECONDS,
    JOB_TIMEOUT_SECONDS,
    TEARDOWN_POLL_SECONDS,
    Action,
    Decision,
)
from finetuning.lifecycle.learning import may_still_show
from finetuning.lifecycle.observation import FAILED, IN_SERVICE, JOB_AT_REST, MODEL_ACTIVE, JobObservation, Observed
from finetuning.lifecycle.outcome import endpoint_failure, failure, model_to_serve, training_failure
from finetuning.lifecycle.record import UNCERTAIN, EndpointGeneration, ModelRecord, TrainingGeneration
from finetuning.lifecycle.superseding import is_copied, is_free, is_lent, superseded
from finetuning.lifecycle.watching import is_calm

__all__ = ["ENDPOINT_POLL_SECONDS", "JOB_TIMEOUT_SECONDS", "TEARDOWN_POLL_SECONDS", "Action", "Decision", "decide"]


def decide(record: ModelRecord, seen: Observed) -> Decision:
    """The next action for this model. Total: an unknown status means waiting, never done (fault B15)."""
    for rule in _RULES:
        for decision in rule(record, seen):
            return decision
    return Decision(Action.SETTLED, reason=failure(record, seen))


def _retire_endpoints(record: ModelRecord, seen: Observed) -> Iterator[Decision]:
    """Delete what nothing wants, and what failed: provisioned throughput is billed until it is deleted (fault C02).

    One that applications still call stays until its successor is published; one inside a commitment stays until the
    commitment ends, as a retention record (fault C05).
    """
    wanted, published = record.endpoint.wanted, record.endpoint.published_arn
    for endpoint in record.endpoint.generations:
        found = seen.endpoints.get(endpoint.id)
        if found is None or found.committed_until > seen.now:
            continue
        in_use = wanted is not None and published in {found.arn, UNCERTAIN}
        if found.status != FAILED and (in_use or not record.endpoint.unwanted(endpoint)):
            continue
        if found.status in {IN_SERVICE, FAILED}:
            yield Decision(Action.DELETE_ENDPOINT, endpoint.id)
        yield Decision(Action.AWAIT_CHANGE, endpoint.id, TEARDOWN_POLL_SECONDS)
    if wanted is None and published == UNCERTAIN and may_still_show(record.endpoint.published_at, seen.now):
        yield Decision(Action.AWAIT_CHANGE, wait_seconds=TEARDOWN_POLL_SECONDS)
    if wanted is None and published:
        # Its endpoint was deleted outside this stack, or is retained, so that no deletion withdrew the pointer.
        yield Decision(Action.PUBLISH_POINTER)


def _stop_jobs(record: ModelRecord, seen: Observed) -> Iterator[Decision]:
    for generation, job in _unwanted_jobs(record, seen):
        if job.status == "InProgress":
            yield Decision(Action.STOP_JOB, generation.id)


def _retire_removed_models(record: ModelRecord, seen: Observed) -> Iterator[Decision]:
    """On removal: every model goes, after its endpoint (fault C11) and once its job is at rest (fault B13).

    One that something else needs, or an endpoint inside a commitment, stays and stands in the registry.
    """
    if not record.training.removed:
        return
    for generation, job in _unwanted_jobs(record, seen):
        if job.status not in JOB_AT_REST or (job.model_status is None and not generation.gone):
            yield Decision(Action.AWAIT_CHANGE, generation.id, TEARDOWN_POLL_SECONDS)
        elif job.model_status is not None and is_free(record, job, seen):
            yield _part_with(generation)


def _train(record: ModelRecord, seen: Observed) -> Iterator[Decision]:
    generation = record.training.current
    if generation is None or training_failure(record, seen):
        return
    job = seen.jobs.get(generation.id)
    if job is None and not generation.job_arn:
        yield Decision(Action.START_JOB, generation.id)
    elif job is None:
        yield Decision(Action.AWAIT_CHANGE, generation.id, TEARDOWN_POLL_SECONDS)
    elif job.status != "Completed":
        # Whoever parks looks again in hours: an unwanted job that does not show yet would run on meanwhile.
        yield from _await_late_arrivals(record, seen)
        # Copies send no events (EventBridge reference for Bedrock), so they are polled.
        wait = Decision(Action.AWAIT_CHANGE, generation.id, COPY_POLL_SECONDS)
        yield wait if is_copied(generation) else Decision(Action.AWAIT_JOB, generation.id, JOB_TIMEOUT_SECONDS)
    elif job.model_status != MODEL_ACTIVE:
        yield Decision(Action.AWAIT_CHANGE, generation.id, TEARDOWN_POLL_SECONDS)


def _serve(record: ModelRecord, seen: Observed) -> Iterator[Decision]:
    endpoint, model_arn = record.endpoint.wanted, model_to_serve(record, seen)
    if endpoint is None or not model_arn or endpoint_failure(record, seen):
        return
    found = seen.endpoints.get(endpoint.id)
    if found is None and not endpoint.arn:
        yield Decision(Action.CREATE_ENDPOINT, endpoint.id)
    elif found is None:
        yield Decision(Action.AWAIT_CHANGE, endpoint.id, TEARDOWN_POLL_SECONDS)
    elif found.status != IN_SERVICE or (found.model_arn != model_arn and not is_calm(record, seen, model_arn)):
        yield Decision(Action.AWAIT_CHANGE, endpoint.id, ENDPOINT_POLL_SECONDS[endpoint.serving])
    elif found.model_arn != model_arn:
        yield Decision(Action.SWAP_MODEL, endpoint.id)
    elif endpoint.swapped_at and may_still_show(endpoint.swapped_at, seen.now):
        yield Decision(Action.AWAIT_CHANGE, endpoint.id, TEARDOWN_POLL_SECONDS)
    elif gating.is_judged_here(record, model_arn):
        yield gating.evaluate(record, seen.now)
    elif (record.endpoint.published_arn, record.endpoint.published_model_arn) != (found.arn, model_arn):
        yield Decision(Action.PUBLISH_POINTER, endpoint.id)


def _retag(record: ModelRecord, seen: Observed) -> Iterator[Decision]:
    """Once both exist: a custom model is born with the tags that its job was started with."""
    training, endpoint = record.training.current, record.endpoint.wanted
    job = seen.jobs.get(training.id) if training else None
    if training and training.tagged is not None and job and job.model_status == MODEL_ACTIVE:
        yield Decision(Action.RETAG, training.id)
    found = seen.endpoints.get(endpoint.id) if endpoint else None
    if endpoint and endpoint.tagged is not None and found and found.status == IN_SERVICE:
        yield Decision(Action.RETAG, endpoint.id)


def _tell_cloudformation(record: ModelRecord, seen: Observed) -> Iterator[Decision]:
    signal = record.endpoint.signal
    if signal is not None and not signal.sent:
        yield Decision(Action.SIGNAL_STACK, record.endpoint.current_id, reason=failure(record, seen))


def _reap(record: ModelRecord, seen: Observed) -> Iterator[Decision]:
    """Delete superseded models that are outside `keep_previous`, once their successor is in place."""
    if record.training.current is None or failure(record, seen):
        return
    for generation, job in superseded(record, seen.jobs):
        if is_free(record, job, seen):
            yield _part_with(generation)
    for generation, job in _unwanted_jobs(record, seen):
        if job.status not in JOB_AT_REST:
            yield Decision(Action.AWAIT_CHANGE, generation.id, TEARDOWN_POLL_SECONDS)


def _await_late_arrivals(record: ModelRecord, seen: Observed) -> Iterator[Decision]:
    """Something unwanted may have been bought although it does not show: it is not forgotten yet (fault A21)."""
    jobs = (
        g.id
        for g in record.training.generations
        if record.training.unwanted(g) and (_is_expected(g, seen.jobs) or _model_is_expected(g, seen.jobs.get(g.id)))
    )
    endpoints = (
        e.id for e in record.endpoint.generations if record.endpoint.unwanted(e) and _is_expected(e, seen.endpoints)
    )
    for generation_id in (*jobs, *endpoints):
        yield Decision(Action.AWAIT_CHANGE, generation_id, TEARDOWN_POLL_SECONDS)


def _is_expected(generation: TrainingGeneration | EndpointGeneration, seen: Mapping[str, object]) -> bool:
    return generation.intended and not generation.gone and seen.get(generation.id) is None


def _model_is_expected(generation: TrainingGeneration, job: JobObservation | None) -> bool:
    """A job that was to be stopped may complete instead, and its model come later (faults B13, B15)."""
    return job is not None and job.status == "Completed" and job.model_status is None and not generation.gone


def _part_with(generation: TrainingGeneration) -> Decision:
    return Decision(Action.RELEASE_MODEL if is_lent(generation) else Action.DELETE_MODEL, generation.id)


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
    gating.hold,
    gating.judge,
    gating.reject_alarming,
    _serve,
    gating.attest,
    gating.watch,
    _retag,
    _tell_cloudformation,
    _reap,
    _await_late_arrivals,
)
