"""What a whole deployment leaves in a record: the requests of CloudFormation, in its order, on a copy."""

from finetuning.lifecycle.claims import Claim, resource_of
from finetuning.lifecycle.endpoint import EndpointWanted, release_endpoint, want_endpoint
from finetuning.lifecycle.record import EndpointSlot, ModelRecord, TrainingSlot
from finetuning.lifecycle.training import TrainingWanted, release_training, want_training

#: In place of the ids that CloudFormation and the functions are going to give.
_PLANNED = "planned"


def deployed(record: ModelRecord, training: TrainingWanted | None, endpoint: EndpointWanted | None) -> ModelRecord:
    """Return the record after a deployment that wants this; what is not wanted is removed.

    Resources are created and updated first, the endpoint after its job; then, in the reverse order, CloudFormation
    deletes what was replaced and what is not there any more.

    Raises:
        SlotOwnedError: another stack owns the model.
    """
    before, record = record, job_asked_for(record, training)
    if endpoint is not None:
        record = want_endpoint(record, _claim(record.endpoint), endpoint)
    if _is_let_go_of(before.endpoint, record.endpoint, kept=endpoint is not None):
        record = release_endpoint(record, _clean_up(before.endpoint))
    if _is_let_go_of(before.training, record.training, kept=training is not None):
        record = release_training(record, _clean_up(before.training))
    return record


def job_asked_for(record: ModelRecord, training: TrainingWanted | None) -> ModelRecord:
    """Return the record in which the job's resource starts the job: the endpoint is still the one before.

    What the next one costs, the job's resource is told (`caps.serving_usd`).

    Raises:
        SlotOwnedError: another stack owns the model.
    """
    return record if training is None else want_training(record, _claim(record.training), training)


def _claim(slot: TrainingSlot | EndpointSlot) -> Claim:
    """The claim of an Update, or of a Create where nothing is wanted yet."""
    if slot.removed:
        return Claim(_PLANNED, _PLANNED, f"{_PLANNED}-{_PLANNED}")
    logical_id = resource_of(slot)
    return Claim(slot.owner, logical_id, f"{logical_id}-{_PLANNED}", replaces=slot.physical_id)


def _clean_up(slot: TrainingSlot | EndpointSlot) -> Claim:
    return Claim(slot.owner, resource_of(slot), slot.physical_id)


def _is_let_go_of(before: TrainingSlot | EndpointSlot, after: TrainingSlot | EndpointSlot, *, kept: bool) -> bool:
    return not before.removed and (not kept or before.physical_id != after.physical_id)
