"""Model customization jobs: create, get, list, stop."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from local.bedrock import access, admission, bases, paging, progress, training
from local.bedrock.protocol import Call
from local.bedrock.protocol.faults import conflict, not_found
from local.bedrock.records import PHASES, Job, Phase, customization_type
from local.bedrock.site import Operation, Result, Site, remember, replayed
from local.bedrock.store import find, new_id

#: Simulated time until a stopped job has stopped; undocumented, our choice.
STOPPING_TIME = timedelta(minutes=2)


def create(site: Site, call: Call) -> Result:
    """Accept a job; it runs once fewer than two others do."""
    parameters = call.parameters
    job_tags = access.tags_from(parameters.get("jobTags"))
    model_tags = access.tags_from(parameters.get("customModelTags"))
    _authorize_creation(site, call, job_tags, model_tags)
    earlier = replayed(site, call)
    if earlier is not None:
        return earlier
    access.require_tag_count(job_tags, "The customization job")
    access.require_tag_count(model_tags, "The custom model")
    base_model = bases.require(site, parameters).model
    admission.require_free_names(site, parameters)
    arn = site.arn(f"model-customization-job/{base_model.customization_id}/{new_id()}")
    admitted = admission.admit(site, call, arn)
    with site.store.lock:
        # Another request may have been faster while S3 was asked.
        earlier = replayed(site, call)
        if earlier is not None:
            return earlier
        admission.require_free_names(site, parameters)
        _insert(site, arn, parameters, admitted)
        site.store.tags[arn] = job_tags
        result = remember(site, call, {"jobArn": arn})
    progress.publish(site, arn)
    training.start_waiting(site)
    return result


def get(site: Site, call: Call) -> Result:
    """All about one job."""
    job = _authorized(site, call)
    shown = _summary(site, job)
    names = (
        "trainingDataConfig", "outputDataConfig", "hyperParameters", "clientRequestToken", "vpcConfig", "roleArn",
        "customizationConfig",
    )  # fmt: skip
    return (
        shown
        | {name: job.request[name] for name in names if name in job.request}
        | {
            "outputModelName": job.request["customModelName"],
            "outputModelArn": job.model_arn,
            "outputModelKmsKeyArn": job.key_arn,
            "validationDataConfig": job.request.get("validationDataConfig", {"validators": []}),
            "failureMessage": job.failure,
            "trainingMetrics": {"trainingLoss": job.training_loss} if job.training_loss is not None else None,
            "validationMetrics": (
                [{"validationLoss": job.validation_loss}] if job.validation_loss is not None else None
            ),
        }
    )


def list_(site: Site, call: Call) -> Result:
    """Jobs that pass the filters, newest first."""
    site.authorize(call, ["*"])
    status = call.parameters.get("statusEquals")
    wanted = [
        job for job in paging.select(list(site.store.jobs.values()), call.parameters) if status in (None, job.status)
    ]
    shown, token = paging.page(wanted, call.parameters)
    return {"modelCustomizationJobSummaries": [_summary(site, job) for job in shown], "nextToken": token}


def stop(site: Site, call: Call) -> Result:
    """Stop a job in progress; no model comes of it (Bedrock User Guide, "Stop a model customization job")."""
    job = _authorized(site, call)
    with site.store.lock:
        job = site.store.jobs[job.arn]
        if job.status != "InProgress":
            raise conflict(f"The job {job.name} is {job.status} and cannot be stopped.")
        progress.change(site, job.arn, status="Stopping", phases=progress.phases_as(site, job, "Stopping"))
    progress.publish(site, job.arn)
    site.clock.after(STOPPING_TIME, lambda: training.finish(site, job.arn, "Stopped"))
    return {}


OPERATIONS: Mapping[str, Operation] = {
    "CreateModelCustomizationJob": create,
    "GetModelCustomizationJob": get,
    "ListModelCustomizationJobs": list_,
    "StopModelCustomizationJob": stop,
}


def _authorize_creation(site: Site, call: Call, job_tags: Mapping[str, str], model_tags: Mapping[str, str]) -> None:
    """All three ARN classes must be allowed.

    The Service Authorization Reference lists foundation and custom model; Step Functions' documentation and denials
    seen in the field name the job as well.
    """
    jobs, models = site.arn("model-customization-job/*"), site.arn("custom-model/*")
    base = bases.arn_of(site, call.parameters["baseModelIdentifier"])
    site.authorize(call, [base], {**model_tags, **job_tags})
    site.authorize(call, [models], model_tags)
    site.authorize(call, [jobs], job_tags)
    for arn, tags in ((jobs, job_tags), (models, model_tags)):
        if tags:
            site.authorize(call, [arn], tags, action="bedrock:TagResource")


def _insert(site: Site, arn: str, parameters: Mapping[str, Any], admitted: admission.Admitted) -> None:
    now = site.clock.now()
    site.store.jobs[arn] = Job(
        arn=arn,
        name=parameters["jobName"],
        request={**parameters, "hyperParameters": admitted.hyperparameters},
        base_model=admitted.base.model.customization_id,
        base_arn=admitted.base.arn,
        status="InProgress",
        created=now,
        modified=now,
        phases={phase: Phase("NotStarted", now, now) for phase in PHASES},
        key_arn=admitted.key_arn,
    )
    site.store.job_names.add(parameters["jobName"])
    site.store.model_names.add(parameters["customModelName"])


def _authorized(site: Site, call: Call) -> Job:
    identifier = call.parameters["jobIdentifier"]
    job = find(list(site.store.jobs.values()), identifier)
    arn = job.arn if job else _arn_of(site, identifier)
    site.authorize(call, [arn])
    if job is None:
        raise not_found(f"Could not find the model customization job {identifier}.")
    return job


def _arn_of(site: Site, identifier: str) -> str:
    return identifier if identifier.startswith("arn:") else site.arn(f"model-customization-job/{identifier}")


def _summary(site: Site, job: Job) -> dict[str, Any]:
    return {
        "jobArn": job.arn,
        "jobName": job.name,
        "baseModelArn": job.base_arn,
        "status": job.status,
        "statusDetails": {
            name: {"status": phase.status, "creationTime": phase.created, "lastModifiedTime": phase.modified}
            for name, phase in job.phases.items()
        },
        "creationTime": job.created,
        "lastModifiedTime": job.modified,
        "endTime": job.ended,
        "customModelArn": job.model_arn,
        "customModelName": job.request["customModelName"] if job.model_arn else None,
        "customizationType": customization_type(job.request),
    }
