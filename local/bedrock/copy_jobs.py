"""Model copy jobs: create, get, list. A copy is made in the Region, and the account, that is asked for it.

Source: Bedrock User Guide, "Copy a customized or shared model to use in a Region". Texts are our own. The service model
declares no ValidationException for CreateModelCopyJob; the service has no other word for a request that cannot be.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from local.bedrock import access, base_models, encryption, models, paging
from local.bedrock.copy_record import Copy
from local.bedrock.protocol import Call
from local.bedrock.protocol.faults import not_found, quota_exceeded, validation
from local.bedrock.records import CustomModel
from local.bedrock.site import Operation, Result, Site, remember, replayed
from local.bedrock.store import new_id

#: Simulated time that a copy takes; undocumented, our choice.
COPYING_TIME = timedelta(minutes=30)
_SOURCE_GONE = "The source model does not exist any more."


def create(site: Site, call: Call) -> Result:
    """Accept a job.

    Source of what is authorized: User Guide, "Fulfill prerequisites to copy models": the model that is copied.
    """
    parameters, tags = call.parameters, access.tags_from(call.parameters.get("targetModelTags"))
    site.authorize(call, [parameters["sourceModelArn"]], tags)
    if tags:
        site.authorize(call, [site.arn("custom-model/*")], tags, action="bedrock:TagResource")
    earlier = replayed(site, call)
    if earlier is not None:
        return earlier
    access.require_tag_count(tags, "The copy")
    source = _source(site, parameters["sourceModelArn"])
    _require_copyable(site, source)
    account = _place(source.arn)[1]
    if account == site.account:
        encryption.require_decryption(site, call, source.job.key_arn)
    identifier = parameters.get("modelKmsKeyId")
    key_arn = encryption.require_usable_key(site, call, identifier) if identifier else None
    with site.store.lock:
        _require_room(site, parameters["targetModelName"])
        copy = Copy(
            arn=site.arn(f"model-copy-job/{new_id()}"),
            name=parameters["targetModelName"],
            source_arn=source.arn,
            source_name=source.name,
            source_account=account,
            target_arn=site.arn(f"custom-model/{source.base_model}/{new_id()}"),
            status="InProgress",
            created=site.clock.now(),
            tags=tags,
            key_arn=key_arn,
        )
        site.store.copies[copy.arn] = copy
        site.store.model_names.add(copy.name)
        result = remember(site, call, {"jobArn": copy.arn})
    site.clock.after(COPYING_TIME, lambda: _finish(site, copy))
    return result


def get(site: Site, call: Call) -> Result:
    """All about one job."""
    arn = call.parameters["jobArn"]
    site.authorize(call, [arn])
    copy = site.store.copies.get(arn)
    if copy is None:
        raise not_found(f"Could not find the model copy job {arn}.")
    return _shown(copy)


def list_(site: Site, call: Call) -> Result:
    """Jobs that pass the filters, newest first."""
    site.authorize(call, ["*"])
    parameters = call.parameters
    wanted = [
        copy
        for copy in paging.select(list(site.store.copies.values()), parameters)
        if parameters.get("statusEquals", copy.status) == copy.status
        and parameters.get("sourceAccountEquals", copy.source_account) == copy.source_account
        and parameters.get("sourceModelArnEquals", copy.source_arn) == copy.source_arn
        and parameters.get("targetModelNameContains", "") in copy.name
    ]
    shown, token = paging.page(wanted, parameters)
    return {"modelCopyJobSummaries": [_shown(copy) for copy in shown], "nextToken": token}


OPERATIONS: Mapping[str, Operation] = {
    "CreateModelCopyJob": create,
    "GetModelCopyJob": get,
    "ListModelCopyJobs": list_,
}


def _place(arn: str) -> tuple[str, str]:
    """Region and account of an ARN."""
    _, _, _, region, account, _ = arn.split(":", 5)
    return region, account


def _source(site: Site, arn: str) -> CustomModel:
    """The model to copy: of this account, or of one that shares it.

    Raises:
        Fault: `ResourceNotFoundException`, also for a model of another account that is not shared.
    """
    region, account = _place(arn)
    store = site.elsewhere(account, region)
    model = store.models.get(arn)
    if model is None or (account != site.account and not store.shares_with(site.account, arn)):
        raise models.missing(arn)
    return model


def _require_copyable(site: Site, source: CustomModel) -> None:
    """Source: User Guide, "Supported Regions and models for model copy" and for sharing, as the catalog has them."""
    base_model = base_models.require_known(source.base_model)
    region, account = _place(source.arn)
    sharing = base_model.sharing
    regions = sharing.copy_regions or ()
    if not sharing.copyable or region not in regions or site.region not in regions:
        raise validation(f"Custom models of {base_model.name} cannot be copied from {region} to {site.region}.")
    if account != site.account and (not sharing.shareable or region not in sharing.share_regions):
        raise validation(f"Custom models of {base_model.name} cannot be shared with another account in {region}.")
    if (region, account) == (site.region, site.account):
        raise validation(f"The custom model {source.name} is in this account and Region already.")


def _require_room(site: Site, name: str) -> None:
    if name in site.store.model_names:
        raise validation("The provided model name is currently in use.")
    if len(site.store.models) >= site.quotas.custom_models:
        raise quota_exceeded(f"You have reached the maximum number of custom models ({site.quotas.custom_models}).")


def _finish(site: Site, copy: Copy) -> None:
    fate = site.fates.of("copy", copy.name)
    region, account = _place(copy.source_arn)
    source = site.elsewhere(account, region).models.get(copy.source_arn)
    with site.store.lock:
        if copy.arn not in site.store.copies:
            return
        if fate is not None:
            site.store.copies[copy.arn] = replace(copy, status=fate.status, failure=fate.message)
            return
        if source is None:
            site.store.copies[copy.arn] = replace(copy, status="Failed", failure=_SOURCE_GONE)
            return
        site.store.copies[copy.arn] = replace(copy, status="Completed")
        site.store.models[copy.target_arn] = replace(
            source,
            arn=copy.target_arn,
            name=copy.name,
            job=replace(source.job, key_arn=copy.key_arn),
            created=site.clock.now(),
        )
        site.store.tags[copy.target_arn] = dict(copy.tags)


def _shown(copy: Copy) -> dict[str, Any]:
    return {
        "jobArn": copy.arn,
        "status": copy.status,
        "creationTime": copy.created,
        "targetModelArn": copy.target_arn,
        "targetModelName": copy.name,
        "sourceAccountId": copy.source_account,
        "sourceModelArn": copy.source_arn,
        "sourceModelName": copy.source_name,
        "targetModelKmsKeyArn": copy.key_arn,
        "targetModelTags": access.listed(copy.tags),
        "failureMessage": copy.failure,
    }
