"""The part of the decision that keeps a model away from applications until it has passed, and takes it back.

The losses are judged before anything is bought by the hour; then the answers, apart from applications where that can
be; a model that serves is watched for a while.
"""

from collections.abc import Iterator

from finetuning.lifecycle.action import (
    ENDPOINT_POLL_SECONDS,
    EVALUATION_POLL_SECONDS,
    TEARDOWN_POLL_SECONDS,
    Action,
    Decision,
)
from finetuning.lifecycle.candidate import (
    evaluating_since,
    evaluation_endpoint,
    gate_refusal,
    is_curve_awaited,
    is_judged_apart,
    is_verdict_awaited,
)
from finetuning.lifecycle.observation import IN_SERVICE, MODEL_ACTIVE, Observed
from finetuning.lifecycle.outcome import is_ready, training_failure, was_deleted_outside
from finetuning.lifecycle.record import ModelRecord, TrainingGeneration
from finetuning.lifecycle.superseding import is_lent
from finetuning.lifecycle.watching import watches


def hold(record: ModelRecord, seen: Observed) -> Iterator[Decision]:
    """A model of another environment is held before it is relied on: that environment must not delete it.

    A hold that is seen before this generation put its own may be one that was just taken off, when the same model was
    let go of and is promoted again: tags show late.
    """
    generation = record.training.current
    job = seen.jobs.get(generation.id) if generation else None
    if generation is None or job is None or not is_lent(generation) or job.model_status != MODEL_ACTIVE:
        return
    if not (job.is_held and generation.intended_at):
        yield Decision(Action.HOLD_MODEL, generation.id)


def judge(record: ModelRecord, seen: Observed) -> Iterator[Decision]:
    """The losses first, before anything is bought by the hour; then the answers, apart from applications."""
    generation = record.training.current
    if generation is None or record.endpoint.stopped or training_failure(record, seen):
        return
    if is_curve_awaited(generation):
        yield Decision(Action.JUDGE_TRAINING, generation.id)
    elif gate_refusal(generation):
        yield Decision(Action.REJECT_MODEL, generation.id)
    elif is_judged_apart(generation):
        yield from _apart(record, seen, generation)


def _apart(record: ModelRecord, seen: Observed, generation: TrainingGeneration) -> Iterator[Decision]:
    endpoint = evaluation_endpoint(record, generation)
    if endpoint is None:
        yield Decision(Action.OPEN_EVALUATION, generation.id)
        return
    # One that failed is deleted before anything else; then it is absent.
    found = seen.endpoints.get(endpoint.id)
    absent = found is None and bool(endpoint.failure or was_deleted_outside(endpoint, seen.now))
    if absent or seen.now >= endpoint.expires_at:
        yield Decision(Action.GIVE_UP_EVALUATION, generation.id)
    elif found is None and not endpoint.arn:
        yield Decision(Action.CREATE_ENDPOINT, endpoint.id)
    elif found is None:
        yield Decision(Action.AWAIT_CHANGE, endpoint.id, TEARDOWN_POLL_SECONDS)
    elif found.status != IN_SERVICE:
        yield Decision(Action.AWAIT_CHANGE, endpoint.id, ENDPOINT_POLL_SECONDS[endpoint.serving])
    else:
        yield evaluate(record, seen.now)


def is_judged_here(record: ModelRecord, model_arn: str) -> bool:
    """Whether the verdict on the model behind the endpoint is awaited, before applications hear of it."""
    candidate = record.training.current
    return candidate is not None and candidate.model_arn == model_arn and is_verdict_awaited(candidate)


def evaluate(record: ModelRecord, now: float) -> Decision:
    """Begin the evaluation, wait for its verdict, or give it up."""
    generation = record.training.current
    since, wanted = (evaluating_since(generation), generation.evaluation) if generation else (0.0, None)
    if generation is None or not since:
        return Decision(Action.EVALUATE, record.training.current_id)
    if wanted is None or now - since >= wanted.seconds:
        return Decision(Action.GIVE_UP_EVALUATION, generation.id)
    return Decision(Action.AWAIT_CHANGE, generation.id, EVALUATION_POLL_SECONDS)


def attest(record: ModelRecord, seen: Observed) -> Iterator[Decision]:
    """A model that passed and serves (or is not to serve here) gets its manifest: what a promotion is made by."""
    generation, slot = record.training.current, record.endpoint
    if generation is None or generation.promoted or generation.manifest or training_failure(record, seen):
        return
    passed = generation.verdict is not None and generation.verdict.passed and not is_verdict_awaited(generation)
    serves = slot.published_model_arn == generation.model_arn if slot.wanted else not slot.stopped
    if passed and serves and is_ready(generation, seen):
        yield Decision(Action.ISSUE_MANIFEST, generation.id)


def reject_alarming(record: ModelRecord, seen: Observed) -> Iterator[Decision]:
    """A model that has just gone into service goes out again when an alarm goes off."""
    if seen.alarms and watches(record, seen):
        yield Decision(Action.REJECT_MODEL, record.training.current_id)


def watch(record: ModelRecord, seen: Observed) -> Iterator[Decision]:
    """For a while after another model went into service, an alarm puts the one before back."""
    seconds = watches(record, seen)
    if seconds:
        yield Decision(Action.AWAIT_CHANGE, record.training.current_id, seconds)
