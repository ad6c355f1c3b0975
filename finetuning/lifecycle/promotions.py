"""Models that are here by another environment's manifest: as they are, as a copy, or made again to agree with it."""

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


def followed(generation: TrainingGeneration) -> str:
    """SHA-256 of the manifest by which a model is here; "" if this environment decides by itself what is trained."""
    if generation.promoted is not None:
        return generation.promoted.manifest
    return generation.evaluation.follows if generation.evaluation else ""
