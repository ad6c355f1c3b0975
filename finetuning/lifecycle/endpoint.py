"""What CloudFormation and operators may ask of the endpoint slot. Each function returns the changed record."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from finetuning import names
from finetuning.lifecycle.claims import (
    Claim,
    check_owner,
    check_rollback,
    hand_over,
    handle,
    is_stale,
    let_go_of_unanswered,
    release,
    wake,
)
from finetuning.lifecycle.record import EndpointGeneration, ModelRecord, Signal
from finetuning.lifecycle.tagging import retagged


@dataclass(frozen=True)
class EndpointWanted:
    """An endpoint that is wanted.

    Attributes:
        signal: the wait condition to tell, if there is one.
        base_model: identifier of the base model whose custom models it serves.
        approval: id of the approval of a commitment; "" without one.
        approved_until: end of the approval in epoch seconds.
        needs_approval: whether somebody has to approve each model before it serves.
        hourly_usd: what it costs an hour; None if the price is unknown. Like the caps, it makes no other endpoint.
    """

    fingerprint: str
    serving: str
    model_units: int
    commitment: str
    tags: Mapping[str, str]
    signal: Signal | None = None
    base_model: str = ""
    approval: str = ""
    approved_until: float = 0.0
    needs_approval: bool = False
    hourly_usd: float | None = None
    max_hourly_usd: float | None = None
    max_usd_per_month: float | None = None
    idle_days: int = 0
    remove_idle: bool = False
    alarms: tuple[str, ...] = ()
    watch_seconds: int = 0


#: What may change of a wanted endpoint without buying another, besides its tags.
_TERMS = (
    "approval",
    "approved_until",
    "needs_approval",
    "hourly_usd",
    "max_hourly_usd",
    "max_usd_per_month",
    "idle_days",
    "remove_idle",
    "alarms",
    "watch_seconds",
)
#: What an endpoint generation remembers of what was wanted.
_REMEMBERED = tuple(field.name for field in fields(EndpointWanted) if field.name != "signal")


def want_endpoint(record: ModelRecord, claim: Claim, wanted: EndpointWanted) -> ModelRecord:
    """Record the wanted endpoint; a changed fingerprint is a new generation, created before the old one goes.

    An earlier one that CloudFormation has not let go of is taken up again: a rollback must not buy a second one.

    Raises:
        SlotOwnedError: another stack or resource owns the slot.
        StaleRequestError: the stack rolls back, and this is not part of it.
    """
    check_owner(record.model, record.endpoint, claim)
    if is_stale(record.endpoint, claim):
        return record
    check_rollback(record.endpoint, claim, wanted.fingerprint)
    record = replace(record, endpoint=handle(record.endpoint, claim))
    current = record.endpoint.current
    signal = _signal(record.endpoint.signal, wanted.signal)
    if current is not None and current.fingerprint == wanted.fingerprint:
        return _unchanged(record, current, claim, replace(wanted, signal=signal))
    standing = [g for g in record.endpoint.generations if g.fingerprint == wanted.fingerprint and _stands(g)]
    if standing:
        chosen = replace(_asked(standing[-1], wanted), physical_id=claim.physical_id)
        record = record.with_endpoint(chosen)
    else:
        chosen = new_attempt(record, claim.physical_id, wanted)
        generations = (*record.endpoint.generations, chosen)
        record = replace(record, endpoint=replace(record.endpoint, generations=generations))
    slot = replace(
        record.endpoint,
        owner=claim.stack_id,
        physical_id=claim.physical_id,
        removed=False,
        current_id=chosen.id,
        signal=signal,
    )
    return wake(replace(record, endpoint=let_go_of_unanswered(slot, claim)))


def _unchanged(record: ModelRecord, current: EndpointGeneration, claim: Claim, wanted: EndpointWanted) -> ModelRecord:
    """The same endpoint wanted again: by an Update without effect, or by a new Create after a failed one.

    The latter is given the id of its own, so that the Delete of the failed one does not concern it.
    """
    physical_id = record.endpoint.physical_id if claim.replaces else claim.physical_id
    changed = _asked(current, wanted)
    news = wanted.signal != record.endpoint.signal or changed != current
    record = record.with_endpoint(replace(changed, physical_id=physical_id))
    record = replace(record, endpoint=replace(record.endpoint, physical_id=physical_id, signal=wanted.signal))
    return wake(record) if news else record


def with_terms(generation: EndpointGeneration, wanted: EndpointWanted | EndpointGeneration) -> EndpointGeneration:
    """The generation with what may change without buying another: its tags, its approvals and what it may cost."""
    return replace(generation, tags=wanted.tags, **{name: getattr(wanted, name) for name in _TERMS})


def _asked(generation: EndpointGeneration, wanted: EndpointWanted) -> EndpointGeneration:
    return with_terms(retagged(generation, wanted.tags), wanted)


def _stands(generation: EndpointGeneration) -> bool:
    return not (generation.released or generation.gone or generation.failure)


def _signal(known: Signal | None, wanted: Signal | None) -> Signal | None:
    """A wait condition that was told already stays told: CloudFormation may ask twice."""
    same = known is not None and wanted is not None and replace(known, sent=False) == wanted
    return known if same else wanted


def new_attempt(record: ModelRecord, physical_id: str, wanted: EndpointWanted) -> EndpointGeneration:
    """The next attempt of a wanted endpoint; attempts are never used twice."""
    used = [g.attempt for g in record.endpoint.generations if g.fingerprint == wanted.fingerprint]
    attempt = 1 + max(used, default=0)
    return EndpointGeneration(
        id=names.generation_id(wanted.fingerprint, attempt),
        attempt=attempt,
        name=names.endpoint_name(record.project, record.environment, record.model, wanted.fingerprint, attempt),
        physical_id=physical_id,
        **{name: getattr(wanted, name) for name in _REMEMBERED},
    )


def next_endpoint_attempt(record: ModelRecord) -> ModelRecord:
    """The current endpoint under its next attempt number: an operator retries a purchase that failed."""
    current = record.endpoint.current
    if current is None:
        return record
    wanted = EndpointWanted(**{name: getattr(current, name) for name in _REMEMBERED})
    following = new_attempt(record, current.physical_id, wanted)
    record = record.with_endpoint(replace(current, released=True))
    generations = (*record.endpoint.generations, following)
    return replace(record, endpoint=replace(record.endpoint, current_id=following.id, generations=generations))


def release_endpoint(record: ModelRecord, claim: Claim, *, rolls_back: bool = False) -> ModelRecord:
    """CloudFormation's Delete of an endpoint's physical id; see `claims.release`."""
    slot = release(record.endpoint, claim, rolls_back=rolls_back)
    if slot == record.endpoint:
        return record
    return hand_over(replace(record, endpoint=replace(slot, signal=None if slot.removed else slot.signal)))
