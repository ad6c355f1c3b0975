"""The endpoint slot of a record that is rebuilt: what is alive, and what the stack wants."""

from collections.abc import Sequence
from dataclasses import replace

from finetuning import catalog, fingerprint, names
from finetuning.lifecycle.facts import EndpointFacts, ResourceFacts, generation_of, user_tags
from finetuning.lifecycle.observation import IN_SERVICE
from finetuning.lifecycle.record import EndpointGeneration, EndpointSlot, ModelRecord, Signal

ABSENT = "was deleted outside this stack, or never bought, when the registry was rebuilt; it is not bought by itself"


def endpoint_slot(
    record: ModelRecord, owner: str, resource: ResourceFacts, endpoints: Sequence[EndpointFacts], pointer: str
) -> EndpointSlot:
    """The slot with these endpoints; the latest attempt of what the stack wants is current, the others are let go of.

    Args:
        record: whose slot it is.
        owner: id of the stack.
        resource: of the stack.
        endpoints: with the owner tags.
        pointer: the endpoint ARN that is published, or "".
    """
    wanted = _wanted(record, resource)
    ordered = sorted(endpoints, key=lambda facts: generation_of(facts.tags)[1])
    known = [_generation(wanted, facts) for facts in ordered if generation_of(facts.tags)[0]]
    standing = [g for g in known if g.fingerprint == wanted.fingerprint]
    current = (
        _taken_up(standing[-1], wanted) if standing else replace(wanted, failure=f"endpoint {wanted.name} {ABSENT}")
    )
    logical_id = str(resource.properties.get("WaitConditionLogicalId", ""))
    return EndpointSlot(
        owner=owner,
        physical_id=resource.physical_id,
        removed=False,
        approvals={wanted.approval: current.id} if wanted.approval else {},
        current_id=current.id,
        generations=tuple({g.id: g for g in (*known, current)}.values()),
        signal=Signal(owner, logical_id, sent=True) if logical_id else None,
        published_arn=pointer,
        published_model_arn=next((facts.model_arn for facts in endpoints if pointer and facts.arn == pointer), ""),
    )


def _wanted(record: ModelRecord, resource: ResourceFacts) -> EndpointGeneration:
    """The first attempt of what the template says."""
    told = resource.properties
    serving, units, commitment = str(told["Serving"]), int(told["ModelUnits"]), str(told["Commitment"])
    base_model = catalog.find(str(told["BaseModel"]))
    whole = fingerprint.endpoint_fingerprint(
        base_model=base_model, serving=serving, model_units=units, commitment=commitment
    )
    return EndpointGeneration(
        id=names.generation_id(whole, 1),
        fingerprint=whole,
        attempt=1,
        name=names.endpoint_name(record.project, record.environment, record.model, whole, 1),
        physical_id=resource.physical_id,
        serving=serving,
        model_units=units,
        commitment=commitment,
        tags=dict(told.get("Tags", {})),
        base_model=base_model.customization_id,
        approval=str(told.get("CommitmentApproval", "")),
        approved_until=float(told.get("CommitmentApprovedUntil", "") or 0),
    )


def _generation(wanted: EndpointGeneration, facts: EndpointFacts) -> EndpointGeneration:
    """What was found, let go of."""
    digits, attempt = generation_of(facts.tags)
    return EndpointGeneration(
        id=facts.tags[names.GENERATION_TAG],
        fingerprint=wanted.fingerprint if wanted.id.startswith(digits) else digits,
        attempt=attempt,
        name=facts.name,
        physical_id="",
        serving=facts.kind,
        model_units=facts.model_units,
        commitment=facts.commitment,
        tags=user_tags(facts.tags),
        intended=True,
        arn=facts.arn,
        status=facts.status,
        model_arn=facts.model_arn,
        committed_until=facts.committed_until,
        seen_in_service=facts.status == IN_SERVICE,
        released=True,
    )


def _taken_up(found: EndpointGeneration, wanted: EndpointGeneration) -> EndpointGeneration:
    """What was found, as CloudFormation wants it."""
    return replace(
        found,
        physical_id=wanted.physical_id,
        tags=wanted.tags,
        tagged=None if found.tags == wanted.tags else found.tags,
        approval=wanted.approval,
        approved_until=wanted.approved_until,
        released=False,
    )
