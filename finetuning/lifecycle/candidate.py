"""Where a candidate stands with the quality gate: what a training's model still has to pass before it serves."""

from dataclasses import replace

from finetuning.lifecycle.endpoint_slot import EVALUATION
from finetuning.lifecycle.record import EndpointGeneration, ModelRecord, TrainingGeneration
from finetuning.lifecycle.verdict import EvaluationWanted

_GATE = "quality gate: "


def is_curve_awaited(generation: TrainingGeneration) -> bool:
    """Whether the gate has not looked at the losses yet."""
    wanted = generation.evaluation
    if wanted is None or wanted.mode == "disabled" or not _is_candidate(generation):
        return False
    return generation.curve is None or generation.curve.id != wanted.id


def is_verdict_awaited(generation: TrainingGeneration) -> bool:
    """Whether an evaluation on the test dataset is wanted and its verdict is not in."""
    wanted = generation.evaluation
    if wanted is None or not wanted.asks_records or not _is_candidate(generation):
        return False
    return generation.verdict is None or generation.verdict.id != wanted.id


def gate_refusal(generation: TrainingGeneration) -> str:
    """Why the gate keeps this model out of service, or ""."""
    wanted = generation.evaluation
    if wanted is None or not _is_candidate(generation):
        return ""
    for verdict in (generation.curve, generation.verdict):
        if verdict is not None and verdict.id == wanted.id and verdict.mode == "enabled" and not verdict.passed:
            return _GATE + verdict.said
    return ""


def stays_judged(generation: TrainingGeneration) -> bool:
    """Whether its model has served and may serve: whatever gate is deployed later judges nothing of it."""
    return generation.served and not generation.rejected


def is_judged_apart(generation: TrainingGeneration) -> bool:
    """Whether its verdict is awaited, and it is asked behind an endpoint of its own."""
    return is_verdict_awaited(generation) and generation.evaluation is not None and generation.evaluation.own_endpoint


def must_not_serve_yet(generation: TrainingGeneration) -> bool:
    """Whether it has to stay away from the endpoint that applications call."""
    return is_curve_awaited(generation) or is_judged_apart(generation) or bool(gate_refusal(generation))


def evaluating_since(generation: TrainingGeneration) -> float:
    """When the evaluation that is wanted was begun, in epoch seconds; 0 if it was not."""
    wanted = generation.evaluation
    return generation.evaluating_since if wanted and generation.evaluating == wanted.id else 0.0


def evaluation_endpoint(record: ModelRecord, generation: TrainingGeneration) -> EndpointGeneration | None:
    """The endpoint at which this training's model is being judged, or None.

    One that failed stands until the verdict says so: it is not bought again by itself.
    """
    standing = (
        e
        for e in record.endpoint.generations
        if e.purpose == EVALUATION and e.judges == generation.id and not e.released and (e.failure or not e.gone)
    )
    return next(standing, None)


def let_go_of_evaluations(record: ModelRecord) -> ModelRecord:
    """The record without evaluation endpoints that nobody needs: the driver then deletes them."""
    for endpoint in record.endpoint.generations:
        if endpoint.purpose == EVALUATION and not endpoint.released and _is_over(record, endpoint):
            gone = endpoint.gone or not endpoint.intended
            record = record.with_endpoint(replace(endpoint, released=True, gone=gone))
    return record


def judged_by(generation: TrainingGeneration, wanted: EvaluationWanted | None) -> TrainingGeneration:
    """The generation with how it is to be judged from now on.

    What another gate said of its answers is no reason any more to keep it out: they are judged again. What its losses,
    an alarm, its silence or a person said against it, no other gate can take back.
    """
    asked, before = replace(generation, evaluation=wanted), generation.evaluation
    if wanted is None or not wanted.asks_records or (before is not None and before.id == wanted.id):
        return asked
    if generation.served or generation.promoted:
        return asked
    return unjudged(asked) if _was_refused_for_its_answers(generation) else _unbegun(asked)


def unjudged(generation: TrainingGeneration) -> TrainingGeneration:
    """The generation to be judged again, whatever was said of it; the next execution has a name of its own.

    One that has served is not: it may serve again, by what it was judged on then.
    """
    if not _is_candidate(replace(generation, rejected="")):
        return replace(generation, rejected="", promotion_over="")
    return replace(_unbegun(generation), rejected="", curve=None, verdict=None, manifest="", promotion_over="")


def _unbegun(generation: TrainingGeneration) -> TrainingGeneration:
    """Without an evaluation that may have begun: the name of its execution is spent, also if that gate comes back."""
    attempt = generation.evaluation_attempt + 1
    return replace(generation, evaluating="", evaluating_since=0.0, evaluation_attempt=attempt)


def _is_candidate(generation: TrainingGeneration) -> bool:
    """A model that was rejected is none; one that has served stays judged, and a promoted one was judged elsewhere."""
    return not (generation.rejected or generation.served or generation.promoted)


def _was_refused_for_its_answers(generation: TrainingGeneration) -> bool:
    verdict = generation.verdict
    return verdict is not None and not verdict.passed and generation.rejected == _GATE + verdict.said


def _is_over(record: ModelRecord, endpoint: EndpointGeneration) -> bool:
    generation = record.training.current
    return generation is None or generation.id != endpoint.judges or not is_judged_apart(generation)
