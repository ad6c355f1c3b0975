"""Provisioned Throughput: create, get, list, update, delete."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from local.bedrock import access, encryption, paging, purchases
from local.bedrock.protocol import Call
from local.bedrock.protocol.faults import conflict, not_found, validation
from local.bedrock.purchases import Target
from local.bedrock.records import Throughput
from local.bedrock.site import Operation, Result, Site, remember, replayed
from local.bedrock.store import find, new_id

#: Simulated durations. Creation: 20 to 30 minutes in an AWS sample notebook; the update's is our choice.
CREATION_TIME = timedelta(minutes=20)
UPDATE_TIME = timedelta(minutes=10)
#: Simulated lengths of commitments.
COMMITMENTS = {"OneMonth": timedelta(days=30), "SixMonths": timedelta(days=180)}
#: "Commitments renew automatically" (Bedrock User Guide, "Delete a Provisioned Throughput") unless the throughput is
#: deleted at their end. How long that is possible is not documented; one simulated day is our choice.
RENEWAL_TIME = timedelta(days=1)


def create(site: Site, call: Call) -> Result:
    """Buy throughput; billing on a real account would begin now."""
    parameters = call.parameters
    tags = access.tags_from(parameters.get("tags"))
    purchases.authorize_models(site, call, parameters["modelId"], tags)
    if tags:
        site.authorize(call, [site.arn("provisioned-model/*")], tags, action="bedrock:TagResource")
    with site.store.lock:
        earlier = replayed(site, call)
        if earlier is not None:
            return earlier
        access.require_tag_count(tags, "The provisioned throughput")
        target = purchases.admit(site, call)
        throughput = _insert(site, parameters, target, tags)
        result = remember(site, call, {"provisionedModelArn": throughput.arn})
    site.clock.after(CREATION_TIME, lambda: _created(site, throughput))
    if throughput.commitment is not None:
        _renew_later(site, throughput.arn, COMMITMENTS[throughput.commitment])
    return result


def get(site: Site, call: Call) -> Result:
    """All about one provisioned throughput."""
    return _shown(site, _authorized(site, call))


def list_(site: Site, call: Call) -> Result:
    """Provisioned throughputs that pass the filters, newest first."""
    site.authorize(call, ["*"])
    parameters = call.parameters
    wanted = [
        item
        for item in paging.select(list(site.store.throughputs.values()), parameters)
        if parameters.get("statusEquals", item.status) == item.status
        and parameters.get("modelArnEquals", item.model_arn) == item.model_arn
    ]
    shown, token = paging.page(wanted, parameters)
    return {"provisionedModelSummaries": [_shown(site, item) for item in shown], "nextToken": token}


def update(site: Site, call: Call) -> Result:
    """Rename, or swap the model for one with the same base model; the ARN stays and calls keep being answered.

    Source: Bedrock User Guide, "Modify a Provisioned Throughput"; nothing can be changed while it is `Updating`.
    """
    parameters = call.parameters
    throughput = _authorized(site, call)
    model_id = parameters.get("desiredModelId")
    if model_id is not None:
        purchases.authorize_models(site, call, model_id)
    with site.store.lock:
        throughput = site.store.throughputs.get(throughput.arn, throughput)
        if throughput.status in ("Creating", "Updating"):
            raise validation(f"The provisioned throughput {throughput.name} is {throughput.status}; try again later.")
        name = parameters.get("desiredProvisionedModelName", throughput.name)
        if name != throughput.name:
            purchases.require_free_name(site, name)
        if model_id is not None:
            _swap(site, call, throughput, purchases.target(site, model_id))
        _change(site, throughput.arn, name=name)
    return {}


def delete(site: Site, call: Call) -> Result:
    """Delete throughput, unless it is committed or being changed.

    Source: Bedrock User Guide, "Delete a Provisioned Throughput" (not before the commitment's end; not while Updating).
    That `Creating` refuses as well, and the texts, are our choice.
    """
    throughput = _authorized(site, call)
    with site.store.lock:
        throughput = site.store.throughputs.get(throughput.arn, throughput)
        if throughput.status in ("Creating", "Updating"):
            raise conflict(f"The provisioned throughput {throughput.name} is {throughput.status}; try again later.")
        if throughput.committed_until is not None and site.clock.now() < throughput.committed_until:
            raise conflict(
                f"The provisioned throughput {throughput.name} is committed until "
                f"{throughput.committed_until.isoformat(timespec='seconds')} and cannot be deleted before."
            )
        site.store.throughputs.pop(throughput.arn, None)
        site.store.tags.pop(throughput.arn, None)
    return {}


OPERATIONS: Mapping[str, Operation] = {
    "CreateProvisionedModelThroughput": create,
    "GetProvisionedModelThroughput": get,
    "ListProvisionedModelThroughputs": list_,
    "UpdateProvisionedModelThroughput": update,
    "DeleteProvisionedModelThroughput": delete,
}


def _insert(site: Site, parameters: Mapping[str, Any], target: Target, tags: dict[str, str]) -> Throughput:
    now = site.clock.now()
    commitment = parameters.get("commitmentDuration")
    throughput = Throughput(
        arn=site.arn(f"provisioned-model/{new_id()}"),
        name=parameters["provisionedModelName"],
        model_arn=target.arn,
        desired_model_arn=target.arn,
        base_model=target.base_model,
        units=parameters["modelUnits"],
        status="Creating",
        created=now,
        modified=now,
        commitment=commitment,
        committed_until=site.clock.moment_after(COMMITMENTS[commitment]) if commitment else None,
    )
    site.store.throughputs[throughput.arn] = throughput
    site.store.tags[throughput.arn] = tags
    return throughput


def _swap(site: Site, call: Call, throughput: Throughput, target: Target) -> None:
    if target.base_model != throughput.base_model:
        raise validation(
            f"The model {target.arn} is not based on {throughput.base_model}. A provisioned throughput can only be "
            f"changed to its base model or to a custom model of the same base model."
        )
    encryption.require_decryption(site, call, target.key_arn)
    _change(site, throughput.arn, status="Updating", desired_model_arn=target.arn)
    site.clock.after(UPDATE_TIME, lambda: _change(site, throughput.arn, status="InService", model_arn=target.arn))


def _created(site: Site, throughput: Throughput) -> None:
    fate = site.fates.of("throughput", throughput.name)
    if fate is None:
        _change(site, throughput.arn, status="InService")
    else:
        _change(site, throughput.arn, status=fate.status, failure=fate.message)


def _renew_later(site: Site, arn: str, term: timedelta) -> None:
    """Begin the next term of a commitment when the one that begins now has been over for a while."""

    def renew() -> None:
        if arn in site.store.throughputs:
            _change(site, arn, committed_until=site.clock.moment_after(term))
            _renew_later(site, arn, term)

    site.clock.after(term + RENEWAL_TIME, renew)


def _change(site: Site, arn: str, **changes: Any) -> None:
    """Change a record, if it is still there. While one change is under way no other is accepted."""
    with site.store.lock:
        throughput = site.store.throughputs.get(arn)
        if throughput is not None:
            site.store.throughputs[arn] = replace(throughput, modified=site.clock.now(), **changes)


def _authorized(site: Site, call: Call) -> Throughput:
    identifier = call.parameters["provisionedModelId"]
    throughput = find(list(site.store.throughputs.values()), identifier)
    fallback = identifier if identifier.startswith("arn:") else site.arn(f"provisioned-model/{identifier}")
    site.authorize(call, [throughput.arn if throughput else fallback])
    if throughput is None:
        raise not_found(f"Could not find the provisioned model throughput {identifier}.")
    return throughput


def _shown(site: Site, item: Throughput) -> dict[str, Any]:
    return {
        "modelUnits": item.units,
        "desiredModelUnits": item.units,
        "provisionedModelName": item.name,
        "provisionedModelArn": item.arn,
        "modelArn": item.model_arn,
        "desiredModelArn": item.desired_model_arn,
        "foundationModelArn": site.foundation_arn(item.base_model),
        "status": item.status,
        "failureMessage": item.failure,
        "creationTime": item.created,
        "lastModifiedTime": item.modified,
        "commitmentDuration": item.commitment,
        "commitmentExpirationTime": item.committed_until,
    }
