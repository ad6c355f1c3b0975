"""Who asks for a slot, and who drives the record after a change.

Asking twice for the same thing changes nothing the second time: CloudFormation's events are delivered at least once
(faults A05, A06).
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TypeVar

from finetuning.errors import FineTuningError
from finetuning.lifecycle.endpoint_slot import EVALUATION
from finetuning.lifecycle.record import EndpointGeneration, EndpointSlot, ModelRecord, TrainingGeneration, TrainingSlot

#: Lambda delivers an event again within hours at most; a slot sees a handful of requests in that time.
HANDLED_KEPT = 20

Slot = TypeVar("Slot", TrainingSlot, EndpointSlot)
Generation = TypeVar("Generation", TrainingGeneration, EndpointGeneration)


class SlotOwnedError(FineTuningError):
    """Another stack or resource owns the slot and still wants something in it."""


class StaleRequestError(FineTuningError):
    """CloudFormation does not wait for this request any more; it is delivered late, or for the first time too late."""


@dataclass(frozen=True)
class Claim:
    """Who asks.

    Attributes:
        stack_id: id (ARN) of the stack: the fence.
        logical_id: of the resource in its stack.
        physical_id: under which CloudFormation will know the answer (Create, Update) or knows the resource (Delete);
            "" if it never learned one, because no answer to the Create reached it.
        replaces: for an Update, the physical id that CloudFormation knows; "" for a Create.
        rolls_back: the stack is rolling back an update.
    """

    stack_id: str
    logical_id: str
    physical_id: str
    replaces: str = ""
    rolls_back: bool = False


def check_owner(model: str, slot: TrainingSlot | EndpointSlot, claim: Claim) -> None:
    """Refuse a slot that another stack or resource still uses; one that has been given up may change hands.

    A resource whose logical id was changed arrives as a Create followed by a Delete of the id before. Sharing the
    slot, that Delete would tear down what was just wanted (invariant I2), so the Create is refused.

    Raises:
        SlotOwnedError: another stack or resource owns the slot.
    """
    if slot.removed:
        return
    if slot.owner != claim.stack_id:
        raise SlotOwnedError(
            f"model {model!r} is owned by stack {slot.owner}; delete that stack, or give this model another name"
        )
    holder = resource_of(slot)
    if holder != claim.logical_id:
        raise SlotOwnedError(
            f"model {model!r} is held by resource {holder} of this stack, not {claim.logical_id}; keep the logical id "
            f"{holder}, or remove the model in a deployment of its own first"
        )


def is_stale(slot: TrainingSlot | EndpointSlot, claim: Claim) -> bool:
    """Whether a Create or Update was dealt with before and CloudFormation has asked for more since (faults A06, A22).

    Its allocated physical id derives from the request, so it tells one that is delivered again from a new one.
    """
    return claim.physical_id in slot.handled[:-1]


def check_rollback(slot: TrainingSlot | EndpointSlot, claim: Claim, fingerprint: str) -> None:
    """Refuse an Update that wants something new while its stack rolls back: it is the one that was given up.

    A rollback wants what was there before, of which the slot has a generation.

    Raises:
        StaleRequestError: it does.
    """
    if claim.rolls_back and not any(g.fingerprint == fingerprint for g in slot.generations):
        raise StaleRequestError("the stack rolls back, and this request is not part of it: it came too late")


def handle(slot: Slot, claim: Claim) -> Slot:
    """The slot with this Create or Update noted as the latest request."""
    return slot if slot.handled[-1:] == (claim.physical_id,) else _noted(slot, claim.physical_id)


def let_go_of_unanswered(slot: Slot, claim: Claim) -> Slot:
    """The slot without generations of Updates that failed.

    A failed Update is answered with the id before it, so CloudFormation never learns the new one and never sends a
    Delete for it: whatever that Update started is let go of by the next one (fault A16).
    """
    return let_go_of_others(slot, {claim.replaces, claim.physical_id}) if claim.replaces else slot


def let_go_of_others(slot: Slot, known: Collection[str]) -> Slot:
    """The slot without generations of other physical ids than those that CloudFormation knows.

    It never knew of an endpoint at which a candidate is judged.
    """
    kept = {*known, EVALUATION}
    generations = tuple(g if g.physical_id in kept else _released(g) for g in slot.generations)
    return slot if generations == slot.generations else replace(slot, generations=generations)


def hand_over(record: ModelRecord) -> ModelRecord:
    """Put another driver execution in charge; the one before finds out at its next step and ends."""
    attempt = record.driver_attempt + 1
    following = f"{record.model}-{record.training.current_id or 'none'}-{attempt}"
    return replace(_begun(record), settled=False, driver_attempt=attempt, in_charge=following)


def take_charge(record: ModelRecord, execution: str) -> ModelRecord:
    """Put an execution in charge that has just acted although another one was: it has to see to what it did.

    The other one may have looked before that took effect and found nothing to do (faults A21, D08).
    """
    return replace(_begun(record), settled=False, in_charge=execution)


def _begun(record: ModelRecord) -> ModelRecord:
    """A driver that begins anew has not been at anything for long."""
    return replace(record, doing="", progress_at=0.0) if record.settled else record


def wake(record: ModelRecord) -> ModelRecord:
    """Put an execution in charge if there is none: one in flight reads the record anew at each step."""
    return hand_over(record) if record.settled else record


def release(slot: Slot, claim: Claim, *, rolls_back: bool) -> Slot:
    """The slot after CloudFormation's Delete of a physical id, which can mean three things.

    Clean-up after a replacement: the id is not the slot's present one; its generations are let go of.
    Clean-up after a rolled back replacement: it is the present one, but an earlier one still stands; that one is
    wanted again (fault A18). Removal of the resource: nothing is wanted any more; the same if the Create was never
    answered, so that CloudFormation does not know the id (fault A20).
    A Delete from another stack, or of an id that nothing is known of, changes nothing (faults A23, A24).

    Args:
        rolls_back: the stack is rolling back an update.
    """
    if claim.stack_id != slot.owner or slot.removed:
        return slot
    present = claim.physical_id == slot.physical_id
    unanswered = not claim.physical_id and claim.logical_id == resource_of(slot)
    standing = [g for g in slot.generations if _stands_beside(g, claim)]
    let_go_of = [g for g in slot.generations if not g.released and g.physical_id == claim.physical_id]
    if not (present or unanswered or let_go_of):
        return slot
    if present and rolls_back and standing:
        slot = replace(slot, physical_id=standing[-1].physical_id, current_id=standing[-1].id)
    elif present or unanswered:
        slot = replace(slot, removed=True)
    generations = (_released(g) if slot.removed or g.physical_id == claim.physical_id else g for g in slot.generations)
    return _noted(replace(slot, generations=tuple(generations)), "")


def stands_on_another(slot: TrainingSlot | EndpointSlot, claim: Claim) -> bool:
    """Whether a Delete of the slot's present id may be the clean-up of a rolled back replacement."""
    return claim.physical_id == slot.physical_id and any(_stands_beside(g, claim) for g in slot.generations)


def _stands_beside(generation: TrainingGeneration | EndpointGeneration, claim: Claim) -> bool:
    """Whether CloudFormation knows it by another physical id than the one that is asked about."""
    return not generation.released and generation.physical_id not in {claim.physical_id, EVALUATION}


def _noted(slot: Slot, request: str) -> Slot:
    return replace(slot, handled=(*slot.handled, request)[-HANDLED_KEPT:])


def _released(generation: Generation) -> Generation:
    """Let go of; one that was never intended has nothing to clean up."""
    if generation.released and (generation.gone or generation.intended):
        return generation
    return replace(generation, released=True, gone=generation.gone or not generation.intended)


def resource_of(slot: TrainingSlot | EndpointSlot) -> str:
    """Logical id of the resource that holds the slot: physical ids are `<logical id>-<digest>`."""
    return slot.physical_id.rpartition("-")[0]
