"""How a job's record changes, and the event that tells of it."""

from dataclasses import replace
from typing import Any

from local.bedrock.protocol.values import write_timestamp
from local.bedrock.records import Job, Phase
from local.bedrock.site import Site

DETAIL_TYPE = "Model Customization Job State Change"


def change(site: Site, arn: str, **changes: Any) -> Job:
    """Replace a job's record; hold the store's lock."""
    job = replace(site.store.jobs[arn], modified=site.clock.now(), **changes)
    site.store.jobs[arn] = job
    return job


def phases_as(site: Site, job: Job, status: str) -> dict[str, Phase]:
    """The phases of a job, of which those that had begun and not ended get a new status."""
    now = site.clock.now()
    return {
        name: replace(phase, status=status, modified=now) if phase.status in ("InProgress", "Stopping") else phase
        for name, phase in job.phases.items()
    }


def advance(site: Site, job: Job, completed: str | None, begun: str | None) -> Job:
    """End one phase and begin another."""
    now = site.clock.now()
    phases = dict(job.phases)
    if completed is not None:
        phases[completed] = replace(phases[completed], status="Completed", modified=now)
    if begun is not None:
        phases[begun] = Phase("InProgress", now, now)
    return change(site, job.arn, phases=phases)


def publish(site: Site, arn: str) -> None:
    """Put the state-change event of a job.

    Detail: Bedrock User Guide, "Monitor Bedrock events with EventBridge" (the status is `jobStatus`). Completed, Failed
    and Stopped are confirmed in the wild; that InProgress and Stopping are told too is our choice.
    """
    job = site.store.jobs[arn]
    request = job.request
    detail = {
        "version": "0.0",
        "jobName": job.name,
        "jobArn": job.arn,
        "outputModelName": request["customModelName"],
        "outputModelArn": job.model_arn or "",
        "roleArn": request["roleArn"],
        "jobStatus": job.status,
        "failureMessage": job.failure or "",
        "creationTime": write_timestamp(job.created, "iso8601"),
        "lastModifiedTime": write_timestamp(job.modified, "iso8601"),
        "endTime": write_timestamp(job.ended, "iso8601") if job.ended else "",
        "baseModelArn": job.base_arn,
        "hyperParameters": request["hyperParameters"],
        "trainingDataConfig": request["trainingDataConfig"],
        "validationDataConfig": next(iter(request.get("validationDataConfig", {}).get("validators", [])), {}),
        "outputDataConfig": request["outputDataConfig"],
    }
    site.neighbours.publish(DETAIL_TYPE, detail, [job.arn])
