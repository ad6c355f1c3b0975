"""What CloudFormation has let go of although no Delete of it was ever handled: nothing else would let go of it.

A clean-up Delete that is lost does not fail its stack and is not sent again (fault A07).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from finetuning.lifecycle.asking import Stage
from finetuning.lifecycle.claims import Claim, Slot, hand_over, let_go_of_others, resource_of
from finetuning.lifecycle.endpoint import release_endpoint
from finetuning.lifecycle.record import EndpointGeneration, ModelRecord, TrainingGeneration
from finetuning.lifecycle.training import release_training

Change = Callable[[ModelRecord], ModelRecord]


@dataclass(frozen=True)
class Holder:
    """The resource that holds a slot ("training" or "endpoint")."""

    kind: str
    stack_id: str
    logical_id: str
    physical_id: str


def holders(record: ModelRecord) -> list[Holder]:
    """The resources that hold this model's slots; the endpoint first, because it goes before the model."""
    slots = (("endpoint", record.endpoint), ("training", record.training))
    return [Holder(kind, slot.owner, resource_of(slot), slot.physical_id) for kind, slot in slots if not slot.removed]


def let_go_of_abandoned(holder: Holder, stage: Stage) -> Change | None:
    """The change that a look at a holder asks for, or None if its stack is busy.

    Everything goes with a resource that is gone. Else CloudFormation's physical id is the truth: what has another one
    was replaced, or belongs to an Update that was given up and ran all the same.
    """
    if stage.is_gone:
        return _without(holder)
    return stand_on(holder.kind, stage.physical_id, instead_of=holder.physical_id) if stage.is_at_rest else None


def stand_on(kind: str, physical_id: str, *, instead_of: str) -> Change:
    """The change to the generations that CloudFormation knows by this physical id, if there are any.

    Args:
        kind: "training" or "endpoint".
        physical_id: that CloudFormation knows.
        instead_of: that the slot had before CloudFormation was asked: if it has changed since, nothing is known.
    """

    def change(record: ModelRecord) -> ModelRecord:
        if kind == "training":
            training = _standing_on(record.training, physical_id, instead_of)
            return record if training == record.training else hand_over(replace(record, training=training))
        endpoint = _standing_on(record.endpoint, physical_id, instead_of)
        return record if endpoint == record.endpoint else hand_over(replace(record, endpoint=endpoint))

    return change


def _standing_on(slot: Slot, physical_id: str, instead_of: str) -> Slot:
    known = [g for g in slot.generations if g.physical_id == physical_id and _may_stand(g)]
    if slot.removed or not known or slot.physical_id != instead_of:
        return slot
    if slot.physical_id != physical_id:
        slot = replace(slot, physical_id=physical_id, current_id=known[-1].id)
    return let_go_of_others(slot, {physical_id})


def _may_stand(generation: TrainingGeneration | EndpointGeneration) -> bool:
    """A job is begun by its request or not at all; an endpoint that a stack stands on may have yet to be bought."""
    return not generation.gone and (generation.intended or isinstance(generation, EndpointGeneration))


def _without(holder: Holder) -> Change:
    """The change that treats the resource as deleted, if it still holds the slot."""
    claim = Claim(holder.stack_id, holder.logical_id, holder.physical_id)
    return lambda record: (release_endpoint if holder.kind == "endpoint" else release_training)(record, claim)
