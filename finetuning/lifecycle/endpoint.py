"""What CloudFormation and operators may ask of the endpoint slot. Each function returns the changed record."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from finetuning import names
from finetuning.lifecycle.claims import Claim, check_owner, hand_over, release, wake
from finetuning.lifecycle.record import EndpointGeneration, ModelRecord, Signal


@dataclass(frozen=True)
class EndpointWanted:
    """An endpoint that is wanted, and the wait condition to tell, if there is one."""

    fingerprint: str
    serving: str
    model_units: int
    commitment: str
    tags: Mapping[str, str]
    signal: Signal | None = None


def want_endpoint(record: ModelRecord, claim: Claim, wanted: EndpointWanted) -> ModelRecord:
    """Record the wanted endpoint; a changed fingerprint is a new generation, created before the old one goes.

    Raises:
        SlotOwnedError: another stack owns the slot.
    """
    check_owner(record.model, record.endpoint, claim)
    current = record.endpoint.current
    signal = _signal(record.endpoint.signal, wanted.signal)
    if current is not None and current.fingerprint == wanted.fingerprint:
        if signal == record.endpoint.signal:
            return record
        return wake(replace(record, endpoint=replace(record.endpoint, signal=signal)))
    chosen = _generation(record, claim.physical_id, wanted)
    slot = replace(
        record.endpoint,
        owner=claim.stack_id,
        physical_id=claim.physical_id,
        removed=False,
        current_id=chosen.id,
        generations=(*record.endpoint.generations, chosen),
        signal=signal,
    )
    return wake(replace(record, endpoint=slot))


def _signal(known: Signal | None, wanted: Signal | None) -> Signal | None:
    """A wait condition that was told already stays told: CloudFormation may ask twice."""
    same = known is not None and wanted is not None and replace(known, sent=False) == wanted
    return known if same else wanted


def _generation(record: ModelRecord, physical_id: str, wanted: EndpointWanted) -> EndpointGeneration:
    used = [g.attempt for g in record.endpoint.generations if g.fingerprint == wanted.fingerprint]
    attempt = 1 + max(used, default=0)
    return EndpointGeneration(
        id=names.generation_id(wanted.fingerprint, attempt),
        fingerprint=wanted.fingerprint,
        attempt=attempt,
        name=names.endpoint_name(record.project, record.environment, record.model, wanted.fingerprint, attempt),
        physical_id=physical_id,
        serving=wanted.serving,
        model_units=wanted.model_units,
        commitment=wanted.commitment,
        tags=wanted.tags,
    )


def next_endpoint_attempt(record: ModelRecord) -> ModelRecord:
    """The current endpoint under its next attempt number: an operator retries a purchase that failed."""
    current = record.endpoint.current
    if current is None:
        return record
    wanted = EndpointWanted(current.fingerprint, current.serving, current.model_units, current.commitment, current.tags)
    following = _generation(record, current.physical_id, wanted)
    record = record.with_endpoint(replace(current, released=True))
    generations = (*record.endpoint.generations, following)
    return replace(record, endpoint=replace(record.endpoint, current_id=following.id, generations=generations))


def release_endpoint(record: ModelRecord, claim: Claim, *, rolls_back: bool = False) -> ModelRecord:
    """CloudFormation's Delete of an endpoint's physical id; see `claims.release`."""
    slot = release(record.endpoint, claim, rolls_back=rolls_back)
    if slot == record.endpoint:
        return record
    return hand_over(replace(record, endpoint=replace(slot, signal=None if slot.removed else slot.signal)))
