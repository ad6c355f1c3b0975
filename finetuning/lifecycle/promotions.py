"""Models that are here by another environment's manifest: as they are, as a copy, or made again to agree with it."""

from dataclasses import replace

from finetuning.lifecycle.record import ModelRecord, TrainingGeneration


def begins_promotion(before: ModelRecord, after: ModelRecord) -> bool:
    """Whether another model of a manifest is wanted, or the same one by another manifest, which may decide otherwise.

    Args:
        before: the record as it was read.
        after: as it is about to be written.
    """
    wanted, known = after.training.current, before.training.current
    if wanted is None or not followed(wanted):
        return False
    return known is None or (wanted.id, followed(wanted)) != (known.id, followed(known))


def begun(record: ModelRecord) -> ModelRecord:
    """The record whose wanted model is being promoted, whatever was settled of it before."""
    wanted = record.training.current
    return record if wanted is None else record.with_training(replace(wanted, promotion_over=""))


def settled(record: ModelRecord, problem: str) -> ModelRecord:
    """The record of which the driver has nothing left to do: a promotion that got somewhere is over, once and for all.

    One that is in the way of a human (a training that failed, an approval that is awaited, billing that is stopped)
    goes on when that human has acted.

    Args:
        record: as it is settled.
        problem: why what is wanted was not reached, or "".
    """
    wanted = record.training.current
    if wanted is None or not followed(wanted) or not _is_decided(record, wanted):
        return record
    if not wanted.rejected and (problem or record.endpoint.stopped):
        return record
    return record.with_training(replace(wanted, promotion_over=followed(wanted)))


def is_under_way(record: ModelRecord) -> bool:
    """Whether the driver is at the promotion of the wanted model, and not at something later that concerns it."""
    wanted = record.training.current
    if record.settled or wanted is None:
        return False
    return wanted.promotion_over != followed(wanted) or not _is_decided(record, wanted)


def _is_decided(record: ModelRecord, wanted: TrainingGeneration) -> bool:
    """Whether the model serves, or must not, or is not to serve here: its endpoint may be wanted after it."""
    return wanted.served or bool(wanted.rejected) or record.endpoint.wanted is None


def followed(generation: TrainingGeneration) -> str:
    """SHA-256 of the manifest by which a model is here; "" if this environment decides by itself what is trained."""
    if generation.promoted is not None:
        return generation.promoted.manifest
    return generation.evaluation.follows if generation.evaluation else ""
