"""What carries our owner tags and is claimed by no record: found by the sweep, listed by `ops orphans`.

A record claims what it bought and has not seen the end of. Anything else with our tags costs money for nobody
(invariant I1). It is deleted by itself only if the record let go of that very generation; everything else is reported,
because a lost registry looks the same from here (invariant I2).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from finetuning import names
from finetuning.lifecycle.claims import hand_over
from finetuning.lifecycle.observation import OwnedThing
from finetuning.lifecycle.record import EndpointGeneration, ModelRecord, TrainingGeneration

GRACE_SECONDS = 3600
"""Younger things are not judged: a purchase may be under way whose outcome is not written down yet (fault D08)."""


@dataclass(frozen=True)
class Orphan:
    """Something that nobody claims.

    Attributes:
        removable: the record let go of this very generation, so that the driver may delete it.
        reason: why nobody claims it, and what to do about it.
    """

    thing: OwnedThing
    removable: bool
    reason: str


def orphans(records: Iterable[ModelRecord], things: Iterable[OwnedThing], now: float) -> list[Orphan]:
    """Those things that no record claims.

    Args:
        records: all of the environment.
        things: with the owner tags of that project and environment.
        now: in epoch seconds.
    """
    by_model = {record.model: record for record in records}
    ripe = (thing for thing in things if now - thing.created_at >= GRACE_SECONDS)
    judged = (_judge(by_model, thing) for thing in ripe)
    return [orphan for orphan in judged if orphan is not None]


def claimed(records: Iterable[ModelRecord]) -> frozenset[str]:
    """The ARNs of what records claim: nobody has to ask whose they are."""
    arns: set[str] = set()
    for record in records:
        for generation in record.training.generations:
            if generation.intended and not generation.gone:
                arns |= {generation.job_arn, generation.model_arn}
        arns |= {e.arn for e in record.endpoint.generations if e.intended and not e.gone}
    return frozenset(arns - {""})


def reopen(record: ModelRecord, thing: OwnedThing) -> ModelRecord:
    """The record with the generation of a removable thing taken up again, so that the driver deletes it.

    The current generation is not let go of by this: whether it is wanted decides what happens to it.
    """
    known = _generation(record, thing)
    if known is None or not _is(known, thing):
        return record
    if isinstance(known, TrainingGeneration):
        let_go_of = known.released or record.training.removed or known.id != record.training.current_id
        return hand_over(record.with_training(replace(known, intended=True, gone=False, released=let_go_of)))
    let_go_of = known.released or record.endpoint.removed or known.id != record.endpoint.current_id
    return hand_over(record.with_endpoint(replace(known, intended=True, gone=False, released=let_go_of)))


def _judge(records: Mapping[str, ModelRecord], thing: OwnedThing) -> Orphan | None:
    model = thing.tags.get(names.MODEL_TAG, "")
    record = records.get(model)
    if thing.kind == "hold" and record is not None:
        return None if any(_is_held_by(g, thing) for g in record.training.generations) else _stray_hold(model, thing)
    if record is None or not (record.training.generations or record.endpoint.generations):
        fix = f"if the registry was lost, restore it or run 'python -m ops rebuild --model {model}'; {_remove(thing)}"
        return Orphan(thing, False, f"nothing is recorded of model {model!r}: {fix}")
    if any(_is(g, thing) and g.intended and not g.gone for g in _of_kind(record, thing)):
        return None
    known = _generation(record, thing)
    if known is None:
        tag = thing.tags.get(names.GENERATION_TAG, "")
        return Orphan(thing, False, f"model {model!r} has no generation {tag!r}: {_remove(thing)}")
    if not _is(known, thing):
        return Orphan(
            thing, False, f"it is not what generation {known.id!r} of model {model!r} bought: {_remove(thing)}"
        )
    if known.released or known.gone:
        return Orphan(
            thing, True, f"generation {known.id!r} of model {model!r} was let go of: the sweep has it deleted"
        )
    return Orphan(thing, False, f"generation {known.id!r} of model {model!r} did not buy it yet: {_remove(thing)}")


def _is_held_by(generation: TrainingGeneration, thing: OwnedThing) -> bool:
    return generation.promoted is not None and generation.model_arn == thing.arn and not generation.gone


def _stray_hold(model: str, thing: OwnedThing) -> Orphan:
    reason = f"model {model!r} holds it and does not need it, so that its owner cannot delete it: {_remove(thing)}"
    return Orphan(thing, False, reason)


def _of_kind(record: ModelRecord, thing: OwnedThing) -> tuple[TrainingGeneration | EndpointGeneration, ...]:
    if thing.kind in {"job", "model"}:
        return record.training.generations
    return tuple(g for g in record.endpoint.generations if g.serving == thing.kind)


def _generation(record: ModelRecord, thing: OwnedThing) -> TrainingGeneration | EndpointGeneration | None:
    """The generation that the thing's tag names, or None."""
    tag = thing.tags.get(names.GENERATION_TAG)
    return next((g for g in _of_kind(record, thing) if g.id == tag), None)


def _is(generation: TrainingGeneration | EndpointGeneration, thing: OwnedThing) -> bool:
    """Whether the generation bought this thing: by the ARN that was noted, or by name while none is."""
    if isinstance(generation, EndpointGeneration):
        arn, name = generation.arn, generation.name
    else:
        arn, name = generation.job_arn if thing.kind == "job" else generation.model_arn, generation.job_name
    return thing.arn == arn if arn else thing.name == name


def _remove(thing: OwnedThing) -> str:
    return f"if nobody needs it, 'python -m ops orphans --remove {thing.arn}'"
