"""Whether a candidate has been judged, where it is asked, and what a verdict means for the record."""

from dataclasses import replace

from finetuning import names
from finetuning.fingerprint import digest
from finetuning.lifecycle.candidate import evaluation_endpoint, is_verdict_awaited, let_go_of_evaluations, unjudged
from finetuning.lifecycle.claims import hand_over
from finetuning.lifecycle.endpoint_slot import EVALUATION
from finetuning.lifecycle.record import EndpointGeneration, ModelRecord, TrainingGeneration
from finetuning.lifecycle.verdict import EvaluationWanted, Promoted, Verdict

__all__ = [
    "EvaluationWanted",
    "Promoted",
    "Verdict",
    "asked_again",
    "begun",
    "curve_judged",
    "is_under_way",
    "judged",
    "open_evaluation",
]


def open_evaluation(record: ModelRecord, generation_id: str, now: float) -> ModelRecord:
    """The record with an endpoint at which the candidate is to be judged; it is bought as any other.

    Its name derives from what is judged; it goes when the verdict is in, the candidate is not wanted any more, or its
    time is over.

    Args:
        record: of the model.
        generation_id: of the training.
        now: in epoch seconds.
    """
    generation = record.training.current
    wanted = generation.evaluation if generation else None
    if generation is None or wanted is None or generation.id != generation_id:
        return record
    if evaluation_endpoint(record, generation) is not None:
        return record
    fingerprint = digest({"kind": EVALUATION, "training": generation.id})
    attempt = 1 + max((e.attempt for e in record.endpoint.generations if e.fingerprint == fingerprint), default=0)
    endpoint = EndpointGeneration(
        id=names.generation_id(fingerprint, attempt),
        fingerprint=fingerprint,
        attempt=attempt,
        name=names.endpoint_name(record.project, record.environment, record.model, fingerprint, attempt),
        physical_id=EVALUATION,
        serving="on_demand",
        model_units=0,
        commitment="none",
        tags=generation.tags,
        base_model=str(wanted.settings.get("base_model", "")),
        purpose=EVALUATION,
        judges=generation.id,
        expires_at=now + wanted.seconds,
    )
    generations = (*record.endpoint.generations, endpoint)
    return replace(record, endpoint=replace(record.endpoint, generations=generations))


def is_under_way(record: ModelRecord, generation_id: str, evaluation_id: str, attempt: int) -> bool:
    """Whether this attempt's verdict on the wanted model is awaited.

    Only as long as it is, every endpoint serves the model that the record says: the driver swaps none meanwhile.
    """
    generation = record.training.current
    return generation is not None and generation.id == generation_id and _awaits(generation, evaluation_id, attempt)


def begun(record: ModelRecord, generation_id: str, evaluation_id: str, now: float, attempt: int = 1) -> ModelRecord:
    """The record in which an evaluation has begun; begun again, it keeps its first moment."""
    generation = record.training.find(generation_id)
    if generation is None or not _awaits(generation, evaluation_id, attempt) or generation.evaluating == evaluation_id:
        return record
    return record.with_training(replace(generation, evaluating=evaluation_id, evaluating_since=now))


def curve_judged(record: ModelRecord, generation_id: str, verdict: Verdict) -> ModelRecord:
    """The record with the gate's word on the losses of a training, which may be given twice.

    A manifest that was issued vouches for what was said before; the next one is issued once everything is judged.
    """
    generation = record.training.find(generation_id)
    if generation is None or generation.evaluation is None or generation.evaluation.id != verdict.id:
        return record
    if generation.curve is not None and generation.curve.id == verdict.id:
        return record
    return record.with_training(replace(generation, curve=verdict, manifest=""))


def judged(record: ModelRecord, generation_id: str, verdict: Verdict) -> ModelRecord:
    """The record with the verdict on a candidate, in the charge of a driver that acts on it.

    A verdict that nobody awaits (any more) changes nothing: each may be given twice, too late, or of an attempt that
    somebody has begun anew since.
    """
    generation = record.training.find(generation_id)
    if generation is None or not _awaits(generation, verdict.id, verdict.attempt):
        return record
    noted = record.with_training(replace(generation, verdict=verdict, manifest=""))
    return hand_over(let_go_of_evaluations(noted))


def _awaits(generation: TrainingGeneration, evaluation_id: str, attempt: int) -> bool:
    wanted = generation.evaluation
    if wanted is None or (wanted.id, generation.evaluation_attempt) != (evaluation_id, attempt):
        return False
    return is_verdict_awaited(generation)


def asked_again(record: ModelRecord, generation_id: str) -> ModelRecord:
    """The record in which a candidate is put to the test again, as if it had not been judged.

    Answers that were saved are not asked for again. A model that has served is no candidate any more.
    """
    generation = record.training.find(generation_id)
    if generation is None or generation.evaluation is None or generation.served or generation.promoted:
        return record
    return hand_over(record.with_training(unjudged(generation)))
