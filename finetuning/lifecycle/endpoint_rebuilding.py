"""The endpoint slot of a record that is rebuilt: what is alive, and what the stack wants."""

from collections.abc import Sequence
from dataclasses import replace

from finetuning import names
from finetuning.lifecycle.endpoint import new_attempt, with_terms
from finetuning.lifecycle.facts import EndpointFacts, ResourceFacts, generation_of, user_tags
from finetuning.lifecycle.observation import IN_SERVICE
from finetuning.lifecycle.record import EndpointGeneration, EndpointSlot, ModelRecord, Signal
from finetuning.lifecycle.wanted import endpoint_wanted

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
    return new_attempt(record, resource.physical_id, endpoint_wanted(resource.properties))


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
        intended_at=facts.created_at,
        arn=facts.arn,
        status=facts.status,
        model_arn=facts.model_arn,
        committed_until=facts.committed_until,
        seen_in_service=facts.status == IN_SERVICE,
        released=True,
    )


def _taken_up(found: EndpointGeneration, wanted: EndpointGeneration) -> EndpointGeneration:
    """What was found, as CloudFormation wants it; one of the same fingerprint serves the same base model."""
    tagged = None if found.tags == wanted.tags else found.tags
    taken = replace(found, physical_id=wanted.physical_id, base_model=wanted.base_model, tagged=tagged, released=False)
    return with_terms(taken, wanted)
