"""What CloudFormation and operators may ask of the training slot. Each function returns the changed record."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from finetuning import names
from finetuning.lifecycle.candidate import judged_by
from finetuning.lifecycle.claims import (
    Claim,
    check_owner,
    check_rollback,
    hand_over,
    handle,
    is_stale,
    let_go_of_unanswered,
    release,
    wake,
)
from finetuning.lifecycle.observation import JOB_AT_REST
from finetuning.lifecycle.record import ModelRecord, TrainingGeneration
from finetuning.lifecycle.superseding import is_lent
from finetuning.lifecycle.tagging import retagged
from finetuning.lifecycle.verdict import EvaluationWanted, Promoted


@dataclass(frozen=True)
class TrainingWanted:
    """A customization job that is wanted.

    Attributes:
        settings: what the fingerprint stands for, in CreateModelCustomizationJob's terms (see `requests`).
        tags: the user's tags. They are not part of the fingerprint: a tag never starts a job (fault A27).
        estimated_usd: what the job costs at most; None if a price is unknown. Like the caps, it changes no model.
        endpoint_hourly_usd: what the endpoint of the same configuration costs an hour; None if that is unknown. Its
            resource is applied after the job's, so the job is judged by what is told of it here.
        evaluation: how its model is to be judged before it serves; None if it is not.
        promoted: where the model comes from, if it was trained and judged in another environment.
    """

    fingerprint: str
    settings: Mapping[str, Any]
    tags: Mapping[str, str]
    keep_previous: int
    estimated_usd: float | None = None
    max_usd: float | None = None
    max_usd_per_month: float | None = None
    endpoint_hourly_usd: float | None = None
    evaluation: EvaluationWanted | None = None
    promoted: Promoted | None = None


def want_training(record: ModelRecord, claim: Claim, wanted: TrainingWanted) -> ModelRecord:
    """Record the wanted training; a changed fingerprint is a new generation.

    An earlier generation of the same fingerprint is taken up again if its model is kept.

    Raises:
        SlotOwnedError: another stack or resource owns the slot.
        StaleRequestError: the stack rolls back, and this is not part of it.
    """
    check_owner(record.model, record.training, claim)
    if is_stale(record.training, claim):
        return record
    check_rollback(record.training, claim, wanted.fingerprint)
    record = replace(record, training=handle(record.training, claim))
    current = record.training.current
    if current is not None and current.fingerprint == wanted.fingerprint:
        return _unchanged(record, current, claim, wanted)
    kept = [g for g in record.training.generations if g.fingerprint == wanted.fingerprint and _can_return(g)]
    if kept:
        chosen = replace(_asked(kept[-1], wanted), physical_id=claim.physical_id, released=False, rejected="")
        record = record.with_training(chosen)
    else:
        chosen = _generation(record, claim.physical_id, wanted)
        generations = (*record.training.generations, chosen)
        record = replace(record, training=replace(record.training, generations=generations))
    slot = replace(
        record.training,
        owner=claim.stack_id,
        physical_id=claim.physical_id,
        removed=False,
        current_id=chosen.id,
    )
    # What stood in the way of the training before is not this one's problem.
    return hand_over(replace(record, training=let_go_of_unanswered(slot, claim), problem=""))


def _unchanged(record: ModelRecord, current: TrainingGeneration, claim: Claim, wanted: TrainingWanted) -> ModelRecord:
    """The same training wanted again: by an Update without effect, or by a new Create after a failed one.

    The latter is given the id of its own, so that the Delete of the failed one does not concern it.
    """
    physical_id = record.training.physical_id if claim.replaces else claim.physical_id
    changed = _asked(current, wanted)
    news = changed != current
    record = record.with_training(replace(changed, physical_id=physical_id))
    slot = replace(record.training, physical_id=physical_id)
    record = replace(record, training=slot)
    return wake(record) if news else record


def _asked(generation: TrainingGeneration, wanted: TrainingWanted) -> TrainingGeneration:
    """The generation with what may change without another job: tags, price and caps, how it is judged, what is kept.

    What it was started with stays as it was.
    """
    asked = replace(
        judged_by(retagged(generation, wanted.tags), wanted.evaluation),
        keep_previous=wanted.keep_previous,
        estimated_usd=wanted.estimated_usd,
        max_usd=wanted.max_usd,
        max_usd_per_month=wanted.max_usd_per_month,
        endpoint_hourly_usd=wanted.endpoint_hourly_usd,
        promoted=wanted.promoted,
    )
    if is_lent(generation):
        asked = replace(asked, tagged=None)  # another environment's model carries that environment's tags
    return asked if generation.intended else replace(asked, settings=wanted.settings)


def _can_return(generation: TrainingGeneration) -> bool:
    """Whether its model is kept and not about to be deleted, or its job runs and nobody has asked to stop it."""
    if generation.gone or generation.condemned or generation.failure or not generation.intended:
        return False
    return generation.status == "Completed" or not generation.released


def _generation(record: ModelRecord, physical_id: str, wanted: TrainingWanted) -> TrainingGeneration:
    """The next attempt of this fingerprint; attempts are never used twice, because job names are taken for ever."""
    used = [g.attempt for g in record.training.generations if g.fingerprint == wanted.fingerprint]
    attempt = 1 + max(used, default=0)
    generation = TrainingGeneration(
        id=names.generation_id(wanted.fingerprint, attempt),
        attempt=attempt,
        job_name=names.job_name(record.project, record.environment, record.model, wanted.fingerprint, attempt),
        physical_id=physical_id,
        **{field.name: getattr(wanted, field.name) for field in fields(wanted)},
    )
    promoted = generation.promoted
    return _lent(generation, promoted) if promoted is not None and is_lent(generation) else generation


def _lent(generation: TrainingGeneration, promoted: Promoted) -> TrainingGeneration:
    """The generation of a model that is there already: its job was another environment's, and costs nothing here."""
    return replace(
        generation,
        job_name=promoted.job_name,
        job_arn=promoted.job_arn,
        model_arn=promoted.model_arn,
        manifest=promoted.manifest,
        status="Completed",
        charged_usd=0.0,
        intended=True,
        model_seen=True,
    )


def next_training_attempt(record: ModelRecord) -> ModelRecord:
    """The current training under its next attempt number: its names are taken, or an operator retries it."""
    current = record.training.current
    if current is None:
        return record
    wanted = TrainingWanted(**{field.name: getattr(current, field.name) for field in fields(TrainingWanted)})
    following = _generation(record, current.physical_id, wanted)
    record = record.with_training(replace(current, released=True, gone=not current.intended))
    generations = (*record.training.generations, following)
    return replace(record, training=replace(record.training, current_id=following.id, generations=generations))


def release_training(record: ModelRecord, claim: Claim, *, rolls_back: bool = False) -> ModelRecord:
    """CloudFormation's Delete of a job's physical id; see `claims.release`.

    An execution that is parked for hours must hear of a removal, and of a job that is to be stopped; a model that was
    only superseded waits until the one in flight comes by.
    """
    slot = release(record.training, claim, rolls_back=rolls_back)
    if slot == record.training:
        return record
    running = [g for g in slot.generations if slot.unwanted(g) and not g.gone and g.status not in JOB_AT_REST]
    changed = replace(record, training=slot)
    return hand_over(changed) if slot.removed or running else wake(changed)
