"""Custom model deployments for on-demand inference: create, get, list, update, delete."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from local.bedrock import access, base_models, encryption, models, paging
from local.bedrock.protocol import Call
from local.bedrock.protocol.faults import conflict, not_found, quota_exceeded, validation
from local.bedrock.records import CustomModel, Deployment
from local.bedrock.site import Operation, Result, Site, remember, replayed
from local.bedrock.store import find, new_id

#: Simulated durations. Creation: about 8 minutes in a public cost record of a real project; the update's is our choice.
CREATION_TIME = timedelta(minutes=8)
UPDATE_TIME = timedelta(minutes=8)


def create(site: Site, call: Call) -> Result:
    """Deploy a custom model; it costs nothing while idle."""
    parameters = call.parameters
    tags = access.tags_from(parameters.get("tags"))
    site.authorize(call, [models.arn_of(site, parameters["modelArn"])], tags)
    if tags:
        site.authorize(call, [site.arn("custom-model-deployment/*")], tags, action="bedrock:TagResource")
    with site.store.lock:
        earlier = replayed(site, call)
        if earlier is not None:
            return earlier
        access.require_tag_count(tags, "The custom model deployment")
        model = _deployable(site, call, parameters["modelArn"])
        if any(item.name == parameters["modelDeploymentName"] for item in site.store.deployments.values()):
            raise validation("The provided model deployment name is currently in use.")
        _require_quota(site)
        deployment = _insert(site, parameters, model, tags)
        result = remember(site, call, {"customModelDeploymentArn": deployment.arn})
    site.clock.after(CREATION_TIME, lambda: _created(site, deployment))
    return result


def get(site: Site, call: Call) -> Result:
    """All about one deployment."""
    item = _authorized(site, call)
    return {
        "customModelDeploymentArn": item.arn,
        "modelDeploymentName": item.name,
        "modelArn": item.model_arn,
        "createdAt": item.created,
        "status": item.status,
        "description": item.description,
        "updateDetails": (
            {"modelArn": item.update_model_arn, "updateStatus": item.update_status} if item.update_status else None
        ),
        "failureMessage": item.failure,
        "lastUpdatedAt": item.modified,
    }


def list_(site: Site, call: Call) -> Result:
    """Deployments that pass the filters, newest first."""
    site.authorize(call, ["*"])
    parameters = call.parameters
    wanted = [
        item
        for item in paging.select(list(site.store.deployments.values()), parameters)
        if parameters.get("statusEquals", item.status) == item.status
        and parameters.get("modelArnEquals", item.model_arn) == item.model_arn
    ]
    shown, token = paging.page(wanted, parameters)
    return {"modelDeploymentSummaries": [_summary(item) for item in shown], "nextToken": token}


def update(site: Site, call: Call) -> Result:
    """Swap the model; the ARN stays, and the old model answers until the update is done.

    Source: API reference, UpdateCustomModelDeployment. That the base model must stay the same is our choice.
    """
    deployment = _authorized(site, call)
    site.authorize(call, [models.arn_of(site, call.parameters["modelArn"])])
    with site.store.lock:
        deployment = site.store.deployments.get(deployment.arn, deployment)
        if deployment.status != "Active" or deployment.update_status == "Updating":
            raise validation(f"The custom model deployment {deployment.name} cannot be updated now; try again later.")
        model = _deployable(site, call, call.parameters["modelArn"])
        if model.base_model != models.require(site, deployment.model_arn).base_model:
            raise validation(f"The custom model {model.name} has another base model than the deployment.")
        _change(site, deployment.arn, update_model_arn=model.arn, update_status="Updating")
    site.clock.after(
        UPDATE_TIME, lambda: _change(site, deployment.arn, model_arn=model.arn, update_status="UpdateCompleted")
    )
    return {"customModelDeploymentArn": deployment.arn}


def delete(site: Site, call: Call) -> Result:
    """Delete a deployment; that one being created or updated refuses is our choice."""
    deployment = _authorized(site, call)
    with site.store.lock:
        deployment = site.store.deployments.get(deployment.arn, deployment)
        if deployment.status == "Creating" or deployment.update_status == "Updating":
            raise conflict(f"The custom model deployment {deployment.name} is being changed; try again later.")
        site.store.deployments.pop(deployment.arn, None)
        site.store.tags.pop(deployment.arn, None)
    return {}


OPERATIONS: Mapping[str, Operation] = {
    "CreateCustomModelDeployment": create,
    "GetCustomModelDeployment": get,
    "ListCustomModelDeployments": list_,
    "UpdateCustomModelDeployment": update,
    "DeleteCustomModelDeployment": delete,
}


def _deployable(site: Site, call: Call, identifier: str) -> CustomModel:
    """A custom model whose base model can be served on demand here.

    Source: Bedrock User Guide, "Deploy a custom model for on-demand inference". A Legacy base model is still served.
    """
    model = models.require(site, identifier)
    base_model = base_models.require_known(model.base_model)
    base_models.require_alive(site, base_model)
    path = base_model.serving.get("on_demand")
    if path is None or site.region not in path.regions:
        raise validation(f"On-demand inference is not supported for custom models of {model.base_model}.")
    encryption.require_decryption(site, call, model.job.key_arn)
    return model


def _require_quota(site: Site) -> None:
    """Texts are our choice; numbers: AWS General Reference, "Amazon Bedrock endpoints and quotas"."""
    existing = site.store.deployments.values()
    if len(existing) >= site.quotas.deployments:
        raise quota_exceeded(f"You have reached the maximum number of deployments ({site.quotas.deployments}).")
    if sum(item.status == "Creating" for item in existing) >= site.quotas.deployments_in_progress:
        raise quota_exceeded(
            f"You have reached the maximum number of in-progress deployments ({site.quotas.deployments_in_progress})."
        )


def _insert(site: Site, parameters: Mapping[str, Any], model: CustomModel, tags: dict[str, str]) -> Deployment:
    now = site.clock.now()
    deployment = Deployment(
        arn=site.arn(f"custom-model-deployment/{new_id()}"),
        name=parameters["modelDeploymentName"],
        model_arn=model.arn,
        status="Creating",
        created=now,
        modified=now,
        description=parameters.get("description"),
    )
    site.store.deployments[deployment.arn] = deployment
    site.store.tags[deployment.arn] = tags
    return deployment


def _created(site: Site, deployment: Deployment) -> None:
    fate = site.fates.of("deployment", deployment.name)
    if fate is None:
        _change(site, deployment.arn, status="Active")
    else:
        _change(site, deployment.arn, status=fate.status, failure=fate.message)


def _change(site: Site, arn: str, **changes: Any) -> None:
    with site.store.lock:
        deployment = site.store.deployments.get(arn)
        if deployment is not None:
            site.store.deployments[arn] = replace(deployment, modified=site.clock.now(), **changes)


def _authorized(site: Site, call: Call) -> Deployment:
    identifier = call.parameters["customModelDeploymentIdentifier"]
    deployment = find(list(site.store.deployments.values()), identifier)
    fallback = identifier if identifier.startswith("arn:") else site.arn(f"custom-model-deployment/{identifier}")
    site.authorize(call, [deployment.arn if deployment else fallback])
    if deployment is None:
        raise not_found(f"Could not find the custom model deployment {identifier}.")
    return deployment


def _summary(item: Deployment) -> dict[str, Any]:
    return {
        "customModelDeploymentArn": item.arn,
        "customModelDeploymentName": item.name,
        "modelArn": item.model_arn,
        "createdAt": item.created,
        "status": item.status,
        "lastUpdatedAt": item.modified,
    }
