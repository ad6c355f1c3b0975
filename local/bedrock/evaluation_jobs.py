"""Evaluation jobs: create, get, list, stop, delete."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from local.bedrock import access, evaluation_admission, evaluation_run, paging
from local.bedrock.evaluation_record import Evaluation
from local.bedrock.protocol import Call
from local.bedrock.protocol.faults import conflict, not_found
from local.bedrock.site import Operation, Result, Site, remember, replayed
from local.bedrock.store import find, new_id

#: Simulated time until a stopped job has stopped; undocumented, our choice.
STOPPING_TIME = timedelta(minutes=2)


def create(site: Site, call: Call) -> Result:
    """Accept a job.

    Source of what is authorized: Service Authorization Reference, "Actions, resources, and condition keys for Amazon
    Bedrock"; which resource CreateEvaluationJob has is our reading.
    """
    parameters, tags = call.parameters, access.tags_from(call.parameters.get("jobTags"))
    site.authorize(call, [site.arn("evaluation-job/*")], tags)
    if tags:
        site.authorize(call, [site.arn("evaluation-job/*")], tags, action="bedrock:TagResource")
    earlier = replayed(site, call)
    if earlier is not None:
        return earlier
    access.require_tag_count(tags, "The evaluation job")
    evaluation_admission.require_free_name(site, parameters)
    now = site.clock.now()
    arn = site.arn(f"evaluation-job/{new_id()}")
    job = Evaluation(arn, parameters["jobName"], parameters, "InProgress", now, now)
    evaluation_admission.admit(site, call, job)
    with site.store.lock:
        # Another request may have been faster while S3 was asked.
        earlier = replayed(site, call)
        if earlier is not None:
            return earlier
        evaluation_admission.require_free_name(site, parameters)
        site.store.evaluations[arn], site.store.tags[arn] = job, tags
        site.store.evaluation_names.add(job.name)
        result = remember(site, call, {"jobArn": arn})
    site.clock.after(evaluation_run.RUNNING_TIME, lambda: evaluation_run.run(site, arn))
    return result


def get(site: Site, call: Call) -> Result:
    """All about one job."""
    job = _authorized(site, call, call.parameters["jobIdentifier"])
    names = (
        "jobDescription", "roleArn", "customerEncryptionKeyId", "evaluationConfig", "inferenceConfig",
        "outputDataConfig",
    )  # fmt: skip
    return {name: job.request[name] for name in names if name in job.request} | {
        "jobName": job.name,
        "status": job.status,
        "jobArn": job.arn,
        "jobType": "Automated",
        "applicationType": "ModelEvaluation",
        "creationTime": job.created,
        "lastModifiedTime": job.modified,
        "failureMessages": list(job.failures) or None,
    }


def list_(site: Site, call: Call) -> Result:
    """Jobs that pass the filters, newest first."""
    site.authorize(call, ["*"])
    status = call.parameters.get("statusEquals")
    kind = call.parameters.get("applicationTypeEquals", "ModelEvaluation")
    wanted = [
        job
        for job in paging.select(list(site.store.evaluations.values()), call.parameters)
        if status in (None, job.status) and kind == "ModelEvaluation"
    ]
    shown, token = paging.page(wanted, call.parameters)
    return {"jobSummaries": [_summary(job) for job in shown], "nextToken": token}


def stop(site: Site, call: Call) -> Result:
    """Stop a job in progress; it leaves no results."""
    job = _authorized(site, call, call.parameters["jobIdentifier"])
    with site.store.lock:
        job = site.store.evaluations[job.arn]
        if job.status != "InProgress":
            raise conflict(f"The evaluation job {job.name} is {job.status} and cannot be stopped.")
        evaluation_run.change(site, job.arn, status="Stopping")
    site.clock.after(STOPPING_TIME, lambda: evaluation_run.change(site, job.arn, status="Stopped"))
    return {}


def delete(site: Site, call: Call) -> Result:
    """Delete jobs that have ended; each of the others has an error of its own, whose codes are our choice."""
    identifiers = call.parameters["jobIdentifiers"]
    site.authorize(call, identifiers)
    deleted, errors = [], []
    with site.store.lock:
        for arn in identifiers:
            job = site.store.evaluations.get(arn)
            if job is None or job.status in evaluation_admission.UNFINISHED:
                code = "ResourceNotFoundException" if job is None else "ConflictException"
                message = "no such job" if job is None else f"the job is {job.status}"
                errors.append({"jobIdentifier": arn, "code": code, "message": message})
                continue
            site.store.evaluations.pop(arn)
            site.store.tags.pop(arn, None)
            deleted.append({"jobIdentifier": arn, "jobStatus": "Deleting"})
    return {"errors": errors, "evaluationJobs": deleted}


OPERATIONS: Mapping[str, Operation] = {
    "CreateEvaluationJob": create,
    "GetEvaluationJob": get,
    "ListEvaluationJobs": list_,
    "StopEvaluationJob": stop,
    "BatchDeleteEvaluationJob": delete,
}


def _authorized(site: Site, call: Call, identifier: str) -> Evaluation:
    job = find(list(site.store.evaluations.values()), identifier)
    site.authorize(call, [job.arn if job else identifier])
    if job is None:
        raise not_found(f"Could not find the evaluation job {identifier}.")
    return job


def _summary(job: Evaluation) -> dict[str, Any]:
    models, sources = [job.model] if job.model else [], [job.source] if job.source else []
    named = {"bedrockModelIdentifiers": models, "precomputedInferenceSourceIdentifiers": sources}
    return {
        "jobArn": job.arn,
        "jobName": job.name,
        "status": job.status,
        "creationTime": job.created,
        "jobType": "Automated",
        "evaluationTaskTypes": sorted({config["taskType"] for config in job.datasets}),
        "modelIdentifiers": models,
        "evaluatorModelIdentifiers": [job.judge],
        "inferenceConfigSummary": {"modelConfigSummary": named},
        "applicationType": "ModelEvaluation",
    }
