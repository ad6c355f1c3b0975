"""Things in the form of Bedrock's answers, and pages of them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from tests.simulation.aws.client import Parameters
from tests.simulation.aws.site import ACCOUNT, REGION, moment
from tests.simulation.aws.things import Endpoint, Job, Model, Thing

#: Few, so that what pages wrongly misses something.
PAGE_SIZE = 3
_Thing = TypeVar("_Thing", bound=Thing)


def foundation_arn(base_model: str) -> str:
    """ARN of a base model, which belongs to no account."""
    return base_model if base_model.startswith("arn:") else f"arn:aws:bedrock:{REGION}::foundation-model/{base_model}"


def failure(thing: Thing) -> dict[str, str]:
    """The failure, absent when there is none."""
    return {"failureMessage": thing.failure} if thing.failure else {}


def job(found: Job) -> dict[str, Any]:
    """A job alone, with what the service model requires."""
    shown: dict[str, Any] = {
        "jobArn": found.arn,
        "jobName": found.name,
        "outputModelName": found.model_name,
        "roleArn": found.role_arn,
        "status": found.visible_status,
        "creationTime": moment(found.created),
        "baseModelArn": foundation_arn(found.base_model),
        "trainingDataConfig": found.request["trainingDataConfig"],
        "validationDataConfig": found.request.get("validationDataConfig", {"validators": []}),
        "outputDataConfig": found.request["outputDataConfig"],
    }
    if found.model_arn:
        shown["outputModelArn"] = found.model_arn
    return shown | failure(found)


def job_summary(found: Job) -> dict[str, Any]:
    """A job in a list."""
    shown: dict[str, Any] = {
        "jobArn": found.arn,
        "jobName": found.name,
        "baseModelArn": foundation_arn(found.base_model),
        "status": found.visible_status,
        "creationTime": moment(found.created),
        "customizationType": "FINE_TUNING",
    }
    return shown | ({"customModelArn": found.model_arn, "customModelName": found.model_name} if found.model_arn else {})


def model(found: Model) -> dict[str, Any]:
    """A custom model alone."""
    shown: dict[str, Any] = {
        "modelArn": found.arn,
        "modelName": found.name,
        "baseModelArn": foundation_arn(found.base_model),
        "creationTime": moment(found.created),
        "modelStatus": found.visible_status,
    }
    return shown | ({"jobArn": found.job_arn, "jobName": found.job_name} if found.job_arn else {})


def model_summary(found: Model) -> dict[str, Any]:
    """A custom model in a list."""
    return {
        "modelArn": found.arn,
        "modelName": found.name,
        "creationTime": moment(found.created),
        "baseModelArn": foundation_arn(found.base_model),
        "baseModelName": found.base_model.partition(":")[0],
        "customizationType": "FINE_TUNING",
        "ownerAccountId": ACCOUNT,
        "modelStatus": found.visible_status,
    }


def throughput(item: Endpoint) -> dict[str, Any]:
    """Provisioned throughput alone."""
    return throughput_summary(item) | failure(item)


def throughput_summary(item: Endpoint) -> dict[str, Any]:
    """Provisioned throughput in a list."""
    shown: dict[str, Any] = {
        "modelUnits": item.units,
        "desiredModelUnits": item.units,
        "provisionedModelName": item.name,
        "provisionedModelArn": item.arn,
        "modelArn": item.model_arn,
        "desiredModelArn": item.desired_arn,
        "foundationModelArn": foundation_arn(item.base_model),
        "status": item.visible_status,
        "creationTime": moment(item.created),
        "lastModifiedTime": moment(item.created),
    }
    if item.committed_until is not None:
        shown["commitmentDuration"] = item.commitment
        shown["commitmentExpirationTime"] = moment(item.committed_until)
    return shown


def deployment(item: Endpoint) -> dict[str, Any]:
    """A custom model deployment alone."""
    shown: dict[str, Any] = {
        "customModelDeploymentArn": item.arn,
        "modelDeploymentName": item.name,
        "modelArn": item.model_arn,
        "createdAt": moment(item.created),
        "status": item.visible_status,
    }
    if item.update_status:
        shown["updateDetails"] = {"modelArn": item.desired_arn, "updateStatus": item.update_status}
    return shown | failure(item)


def deployment_summary(item: Endpoint) -> dict[str, Any]:
    """A custom model deployment in a list."""
    return {
        "customModelDeploymentArn": item.arn,
        "customModelDeploymentName": item.name,
        "modelArn": item.model_arn,
        "createdAt": moment(item.created),
        "status": item.visible_status,
        "lastUpdatedAt": moment(item.created),
    }


def page(
    key: str, things: Iterable[_Thing], show: Callable[[_Thing], Mapping[str, Any]], parameters: Parameters
) -> dict[str, Any]:
    """One page of what passes the filter by name; `nextToken` says how many came before."""
    part, first = parameters.get("nameContains", ""), int(parameters.get("nextToken", "0"))
    size = parameters.get("maxResults", PAGE_SIZE)
    found = [thing for thing in things if part in thing.name]
    shown: dict[str, Any] = {key: [show(thing) for thing in found[first : first + size]]}
    return shown | ({"nextToken": str(first + size)} if len(found) > first + size else {})
