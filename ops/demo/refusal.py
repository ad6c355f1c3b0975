"""Bad data stops the deployment: the shipped sample with some twenty mistakes is deployed, and refused."""

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ops.demo import cdk, findings, steps
from ops.demo.children import ChildFailedError
from ops.demo.failure import StepFailedError
from ops.demo.progress import Step
from ops.demo.stages import Demonstration, Outcome, Stages
from ops.demo.waiting import AFRESH, Subject
from ops.demo.workplace import Workplace

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient
    from mypy_boto3_s3 import S3Client

HEADER = (
    "Bad data, on this machine only: the shipped sample with typical mistakes is deployed to the embedded stand-in "
    "of AWS. The deployment has to refuse it, and no customization job may start."
)
SAMPLE = "datasets/bedrock-faq/poisoned.jsonl"
REPORT = "report"

_KIND = "Custom::BedrockTrainingDataset"
_REPORT_URI = re.compile(r"s3://(?P<bucket>[^/\s]+)/(?P<folder>\S+)/report\.html")


def perform(stages: Stages, place: Workplace) -> Outcome:
    """Start the embedded AWS, deploy the poisoned sample, fetch the report of why it was refused.

    Raises:
        StepFailedError: a step could not be done, or the sample was not refused as it should be.
    """
    with stages.stage(steps.START) as step:
        steps.start(step, place)
        subject = steps.subject()
    with stages.stage(steps.BOOTSTRAP) as step:
        steps.bootstrap(step, place, subject.environment)
    with stages.stage(steps.DEPLOY) as step:
        reason = refused(step, place, subject)
    with stages.stage(REPORT) as step:
        report, page = fetch(step, place, subject, reason)
    document = {"seconds": stages.seconds, "refused": reason, "report": report, "page": str(page)}
    return Outcome(document, lambda width: findings.render(report, reason, place.shown(page), SAMPLE))


def refused(step: Step, place: Workplace, subject: Subject) -> str:
    """Deploy the poisoned sample, and return the reason for which CloudFormation refused it.

    Raises:
        StepFailedError: it was not refused, not for its records, or a job was started all the same.
    """
    before = _jobs(subject)
    try:
        steps.deploying(step, place, {"training.dataset.training": SAMPLE})
    except ChildFailedError as error:
        reason = refusal(error.lines)
        if not reason:
            raise steps.failed(steps.DEPLOY, error, place, [steps.AGAIN, AFRESH]) from error
    else:
        raise StepFailedError(steps.DEPLOY, [f"{SAMPLE} was deployed, and it should be refused"], [AFRESH])
    if started := _jobs(subject) - before:
        raise StepFailedError(steps.DEPLOY, [f"a job was started all the same: {', '.join(sorted(started))}"], [AFRESH])
    step.show("refused, as it should be; no job was started", 1.0)
    return reason


def refusal(lines: tuple[str, ...]) -> str:
    """Why a deployment refused a dataset, out of what it said; "" if it failed for something else."""
    for event in cdk.failed_events(lines):
        _, kind, reason = event.split(" ", 2)
        if kind == _KIND and "DatasetRefusedError: " in reason:
            return reason.partition("DatasetRefusedError: ")[2]
    return ""


def fetch(step: Step, place: Workplace, subject: Subject, reason: str) -> tuple[dict[str, Any], Path]:
    """Fetch the report that a refusal names; returns its document, and the path of its page.

    Raises:
        StepFailedError: it names none.
    """
    found = _REPORT_URI.search(reason)
    if found is None:
        raise StepFailedError(REPORT, ["the refusal names no report:", *reason.splitlines()], [AFRESH])
    step.show(found[0])
    s3: S3Client = subject.session.client("s3")
    for name in ("report.json", "report.html"):
        body = s3.get_object(Bucket=found["bucket"], Key=f"{found['folder']}/{name}")["Body"]
        (place.folder / name).write_bytes(body.read())
    page = place.folder / "report.html"
    step.show(place.shown(page), 1.0)
    return json.loads((place.folder / "report.json").read_bytes()), page


def _jobs(subject: Subject) -> set[str]:
    bedrock: BedrockClient = subject.session.client("bedrock")
    pages = bedrock.get_paginator("list_model_customization_jobs").paginate()
    return {job["jobName"] for page in pages for job in page["modelCustomizationJobSummaries"]}


REFUSAL = Demonstration(HEADER, perform)
