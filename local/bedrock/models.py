"""Custom models: get, list, delete."""

from collections.abc import Mapping
from typing import Any

from local.bedrock import base_models, paging
from local.bedrock.protocol import Call, Fault
from local.bedrock.protocol.faults import conflict, not_found
from local.bedrock.records import CustomModel, customization_type
from local.bedrock.site import Operation, Result, Site
from local.bedrock.store import find


def get(site: Site, call: Call) -> Result:
    """All about one custom model."""
    model = _authorized(site, call)
    job = model.job
    names = ("trainingDataConfig", "outputDataConfig", "hyperParameters", "validationDataConfig")
    return {name: job.request[name] for name in names if name in job.request} | {
        "modelArn": model.arn,
        "modelName": model.name,
        "jobName": job.name,
        "jobArn": job.arn,
        "baseModelArn": job.base_arn,
        "customizationType": customization_type(job.request),
        "customizationConfig": job.request.get("customizationConfig"),
        "modelKmsKeyArn": job.key_arn,
        "trainingMetrics": {"trainingLoss": job.training_loss},
        "validationMetrics": [{"validationLoss": job.validation_loss}] if job.validation_loss is not None else [],
        "creationTime": model.created,
        "modelStatus": "Active",
    }


def list_(site: Site, call: Call) -> Result:
    """Custom models that pass the filters, newest first."""
    site.authorize(call, ["*"])
    parameters = call.parameters
    wanted = [
        model
        for model in paging.select(list(site.store.models.values()), parameters)
        if _has_base(site, model, parameters)
        and parameters.get("isOwned", True)
        and parameters.get("modelStatus", "Active") == "Active"
    ]
    shown, token = paging.page(wanted, parameters)
    return {"modelSummaries": [_summary(site, model) for model in shown], "nextToken": token}


def delete(site: Site, call: Call) -> Result:
    """Delete a custom model that nothing serves.

    "First delete any Provisioned Throughput or custom model deployment" (Bedrock User Guide, "Delete a custom model",
    written for distilled models). Whether the service refuses otherwise is not documented; we refuse.
    """
    model = _authorized(site, call)
    with site.store.lock:
        users = [*_throughputs_of(site, model.arn), *_deployments_of(site, model.arn)]
        if users:
            raise conflict(f"The custom model {model.name} is in use by {', '.join(users)}. Delete it first.")
        site.store.models.pop(model.arn, None)
        site.store.tags.pop(model.arn, None)
    return {}


def require(site: Site, identifier: str) -> CustomModel:
    """The custom model with this ARN or name.

    Raises:
        Fault: `ResourceNotFoundException`.
    """
    model = find(list(site.store.models.values()), identifier)
    if model is None:
        raise missing(identifier)
    return model


def missing(identifier: str) -> Fault:
    """The error for a custom model that does not exist."""
    return not_found(f"Could not find the custom model {identifier}.")


OPERATIONS: Mapping[str, Operation] = {"GetCustomModel": get, "ListCustomModels": list_, "DeleteCustomModel": delete}


def _authorized(site: Site, call: Call) -> CustomModel:
    identifier = call.parameters["modelIdentifier"]
    model = find(list(site.store.models.values()), identifier)
    site.authorize(call, [arn_of(site, identifier)])
    if model is None:
        raise missing(identifier)
    return model


def arn_of(site: Site, identifier: str) -> str:
    """ARN of the custom model with this ARN or name, as IAM checks it even if there is no such model."""
    model = find(list(site.store.models.values()), identifier)
    if model is not None:
        return model.arn
    return identifier if identifier.startswith("arn:") else site.arn(f"custom-model/{identifier}")


def _throughputs_of(site: Site, model_arn: str) -> list[str]:
    return [
        f"provisioned throughput {item.name}"
        for item in site.store.throughputs.values()
        if model_arn in (item.model_arn, item.desired_model_arn)
    ]


def _deployments_of(site: Site, model_arn: str) -> list[str]:
    return [
        f"custom model deployment {item.name}"
        for item in site.store.deployments.values()
        if model_arn == item.model_arn or (model_arn == item.update_model_arn and item.update_status == "Updating")
    ]


def _has_base(site: Site, model: CustomModel, parameters: Mapping[str, Any]) -> bool:
    """Whether a model's base, and the foundation model at its bottom, are those that the request filters by."""
    foundation = site.foundation_arn(model.base_model)
    for name, own in (("baseModelArnEquals", model.job.base_arn), ("foundationModelArnEquals", foundation)):
        wanted = parameters.get(name)
        known = base_models.find(wanted) if wanted else None
        if wanted and own != (site.foundation_arn(known.customization_id) if known else wanted):
            return False
    return True


def _summary(site: Site, model: CustomModel) -> dict[str, Any]:
    base_model = base_models.require_known(model.base_model)
    return {
        "modelArn": model.arn,
        "modelName": model.name,
        "creationTime": model.created,
        "baseModelArn": model.job.base_arn,
        "baseModelName": base_model.name,
        "customizationType": customization_type(model.job.request),
        "ownerAccountId": site.account,
        "modelStatus": "Active",
    }
