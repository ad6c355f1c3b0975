"""Who asks for a slot, and who drives the record after a change.

Asking twice for the same thing changes nothing the second time: CloudFormation's events are delivered at least once
(faults A05, A06).
"""

from dataclasses import dataclass, replace
from typing import TypeVar

from finetuning.errors import FineTuningError
from finetuning.lifecycle.record import EndpointSlot, ModelRecord, TrainingSlot

Slot = TypeVar("Slot", TrainingSlot, EndpointSlot)


class SlotOwnedError(FineTuningError):
    """Another stack owns the slot and still wants something in it."""


@dataclass(frozen=True)
class Claim:
    """Who asks: the stack (its id is the fence) and the physical resource id under which it will know the answer."""

    stack_id: str
    physical_id: str


def check_owner(model: str, slot: TrainingSlot | EndpointSlot, claim: Claim) -> None:
    """Refuse a slot that another stack still uses; one that has been given up may change hands.

    Raises:
        SlotOwnedError: another stack owns the slot.
    """
    if not slot.removed and slot.owner != claim.stack_id:
        raise SlotOwnedError(
            f"model {model!r} is owned by stack {slot.owner}; delete that stack, or give this model another name"
        )


def hand_over(record: ModelRecord) -> ModelRecord:
    """Put another driver execution in charge; the one before finds out at its next step and ends."""
    return replace(record, settled=False, driver_attempt=record.driver_attempt + 1)


def wake(record: ModelRecord) -> ModelRecord:
    """Put an execution in charge if there is none: one in flight reads the record anew at each step."""
    return hand_over(record) if record.settled else record


def release(slot: Slot, claim: Claim, *, rolls_back: bool) -> Slot:
    """The slot after CloudFormation's Delete of a physical id, which can mean three things.

    Clean-up after a replacement: the id is not the slot's present one; its generations are let go of.
    Clean-up after a rolled back replacement: it is the present one, but an earlier one still stands; that one is
    wanted again (fault A18). Removal of the resource: nothing is wanted any more.
    A Delete from another stack, or of an id that nothing is known of, changes nothing (faults A20, A24).

    Args:
        rolls_back: the stack is rolling back an update.
    """
    if claim.stack_id != slot.owner or slot.removed:
        return slot
    present = claim.physical_id == slot.physical_id
    standing = [g for g in slot.generations if not g.released and g.physical_id != claim.physical_id]
    if present and rolls_back and standing:
        slot = replace(slot, physical_id=standing[-1].physical_id, current_id=standing[-1].id)
    elif present:
        slot = replace(slot, removed=True)
    return replace(
        slot,
        generations=tuple(
            replace(g, released=True, gone=g.gone or not g.intended)
            if slot.removed or g.physical_id == claim.physical_id
            else g
            for g in slot.generations
        ),
    )


def stands_on_another(slot: TrainingSlot | EndpointSlot, claim: Claim) -> bool:
    """Whether a Delete of the slot's present id may be the clean-up of a rolled back replacement."""
    others = (g for g in slot.generations if not g.released and g.physical_id != claim.physical_id)
    return claim.physical_id == slot.physical_id and any(others)
