"""What somebody has to be told of: what will not mend itself, or not without costing money meanwhile.

Each trouble has a key, so that it is told once; when it is over and comes again, it is told again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from finetuning.lifecycle.observation import (
    FAILED,
    IN_SERVICE,
    JOB_AT_REST,
    MODEL_ACTIVE,
    EndpointObservation,
    JobObservation,
    Observed,
)
from finetuning.lifecycle.orphans import Orphan
from finetuning.lifecycle.outcome import awaits_approval, failure, is_drift, model_to_serve
from finetuning.lifecycle.record import ModelRecord
from finetuning.lifecycle.watching import is_calm

KINDS = ("failed", "stuck", "unknown", "orphaned", "drifted", "expiring", "idle", "approval")

EXPIRING_SECONDS = 14 * 86_400
"""A commitment renews itself at its end (Bedrock User Guide, 'Delete a Provisioned Throughput'); two weeks are time to
decide, the choice is ours."""

STUCK_JOB_SECONDS = 5 * 86_400
"""Jobs take hours, sometimes days; the choice of five is ours."""

STUCK_SECONDS = 6 * 3_600
"""Everything else takes half an hour at most (see `decision`); the choice of six hours is ours."""

_JOB_STATUSES = JOB_AT_REST | {"InProgress", "Stopping"}
_MODEL_STATUSES = frozenset({None, MODEL_ACTIVE, "Creating", "Failed"})
_ENDPOINT_STATUSES = frozenset({IN_SERVICE, FAILED, "Creating", "Updating"})


@dataclass(frozen=True)
class Trouble:
    """One thing that somebody has to be told of.

    Attributes:
        kind: one of `KINDS`.
        key: the same for the same trouble, begins with its kind.
        subject: a few words.
        text: what happened, and what to do next.
    """

    kind: str
    key: str
    subject: str
    text: str


def seen_troubles(record: ModelRecord, seen: Observed) -> tuple[Trouble, ...]:
    """The troubles that a look at Bedrock shows."""
    return (
        *_failed(record, seen),
        *_approval(record, seen),
        *_alarming(record, seen),
        *_unknown(record, seen),
        *_expiring(record, seen),
        *idle(record),
    )


def stuck(record: ModelRecord, now: float) -> tuple[Trouble, ...]:
    """The trouble of a record whose driver has done the same for too long, or cannot go on."""
    if record.settled:
        return ()
    limit = STUCK_JOB_SECONDS if record.doing.startswith("AwaitCustomizationJob") else STUCK_SECONDS
    since = now - record.progress_at
    if not record.progress_at or since < limit:
        return ()
    problem = f" Its last problem: {record.problem}" if record.problem else ""
    text = f"the driver has been at {record.doing} for {since / 3600:.0f} hours.{problem}"
    return (_trouble(record, "stuck", record.doing, text, "look at it with {logs}"),)


def idle(record: ModelRecord) -> tuple[Trouble, ...]:
    """The trouble of provisioned throughput that nobody invokes, by what the sweep wrote down (see `idleness`)."""
    endpoint = record.endpoint.current
    if endpoint is None or not endpoint.idle_since:
        return ()
    since = datetime.fromtimestamp(endpoint.idle_since, UTC)
    text = (
        f"CloudWatch showed no invocation of endpoint {endpoint.name} for {endpoint.idle_days} days or more on "
        f"{since:%Y-%m-%d}"
    )
    if record.endpoint.stopped:
        return (
            _trouble(record, "idle", f"{endpoint.id}/stopped", f"{text}; it is removed", "get it back with {resume}"),
        )
    if endpoint.commitment != "none":
        advice = "its commitment cannot be cancelled; take it out of the configuration if it is not to renew"
    elif endpoint.remove_idle:
        advice = "invoke it, or it is removed at the next daily look; {resume} then brings it back"
    else:
        advice = "end its bill with {stop}; {resume} brings it back"
    return (_trouble(record, "idle", endpoint.id, f"{text}; it is billed by the hour", advice),)


def orphaned(project: str, environment: str, orphan: Orphan) -> Trouble:
    """The trouble of something that nobody claims and that is not deleted by itself."""
    thing = orphan.thing
    return Trouble(
        "orphaned",
        key=f"orphaned:{thing.arn}",
        subject=f"{project} {environment}: orphaned {thing.kind} {thing.name}",
        text=f"{thing.arn} ({thing.status}) carries the owner tags of {project}, environment {environment}, and nobody "
        f"claims it; it may cost money. {orphan.reason}\nNext: 'python -m ops orphans --env {environment}'; see "
        "docs/runbook.md",
    )


def untold(record: ModelRecord, troubles: tuple[Trouble, ...]) -> tuple[Trouble, ...]:
    """Those that nobody has been told of."""
    return tuple(trouble for trouble in troubles if trouble.key not in record.notified)


def _failed(record: ModelRecord, seen: Observed) -> Iterator[Trouble]:
    reason = failure(record, seen)
    if not reason:
        return
    generation = f"{record.training.current_id}/{record.endpoint.current_id}"
    training = record.training.current
    if training is not None and training.rejected:
        another = "promote another model" if training.promoted else "deploy another training"
        advice = f"{another}, or put this one to the test again with {{resume}}"
        yield _trouble(record, "failed", f"{generation}/rejected", reason, advice)
    elif is_drift(reason):
        yield _trouble(record, "drifted", generation, reason, "get it back with {resume}")
    else:
        yield _trouble(record, "failed", generation, reason, "mend the cause, then run {retry}")


def _approval(record: ModelRecord, seen: Observed) -> Iterator[Trouble]:
    training = record.training.current
    if training is not None and awaits_approval(record, seen):
        text = f"custom model {training.job_name} is trained and waits for approval; what served before still serves"
        yield _trouble(record, "approval", training.id, text, "look at it and run {approve}")


def _alarming(record: ModelRecord, seen: Observed) -> Iterator[Trouble]:
    """A candidate that waits for alarms may wait for ever: one may not even exist."""
    training, model_arn = record.training.current, model_to_serve(record, seen)
    waits = model_arn != record.endpoint.published_model_arn and not is_calm(record, seen, model_arn)
    if training is not None and model_arn and waits:
        alarms = ", ".join(seen.alarms)
        text = f"custom model {training.job_name} does not go into service while an alarm goes off: {alarms}"
        yield _trouble(record, "stuck", f"{training.id}/alarms", text, "look at the alarms, or correct endpoint.alarms")


def _unknown(record: ModelRecord, seen: Observed) -> Iterator[Trouble]:
    advice = "it is waited for; look at it in the Bedrock console"
    for generation_id, job in seen.jobs.items():
        for status in _unknown_of_job(job):
            yield _trouble(record, "unknown", f"{generation_id}/{status}", f"unknown status {status!r}", advice)
    for generation_id, endpoint in seen.endpoints.items():
        for status in _unknown_of_endpoint(endpoint):
            yield _trouble(record, "unknown", f"{generation_id}/{status}", f"unknown status {status!r}", advice)


def _unknown_of_job(job: JobObservation | None) -> Iterator[str]:
    if job is not None and job.status not in _JOB_STATUSES:
        yield job.status
    if job is not None and job.model_status not in _MODEL_STATUSES:
        yield str(job.model_status)


def _unknown_of_endpoint(endpoint: EndpointObservation | None) -> Iterator[str]:
    if endpoint is not None and endpoint.status not in _ENDPOINT_STATUSES:
        yield endpoint.status


def _expiring(record: ModelRecord, seen: Observed) -> Iterator[Trouble]:
    for endpoint in record.endpoint.generations:
        found = seen.endpoints.get(endpoint.id)
        if found is None or not 0 < found.committed_until - seen.now < EXPIRING_SECONDS:
            continue
        days = (found.committed_until - seen.now) / 86_400
        unwanted = record.endpoint.unwanted(endpoint)
        then = "it is deleted then, because nothing wants it" if unwanted else "it renews itself then"
        advice = "nothing to do" if unwanted else "take it out of the configuration if it is not to renew"
        text = f"the commitment of endpoint {endpoint.name} ends in {days:.0f} days; {then}"
        yield _trouble(record, "expiring", f"{endpoint.id}/{found.committed_until:.0f}", text, advice)


def _trouble(record: ModelRecord, kind: str, subject: str, text: str, advice: str) -> Trouble:
    """The trouble; `{retry}` and the like in the advice become commands for this model."""
    options = f"--env {record.environment} --model {record.model}"
    commands = {name: f"'python -m ops {name} {options}'" for name in ("approve", "logs", "resume", "retry")}
    commands["stop"] = f"'python -m ops stop --billing {options}'"
    return Trouble(
        kind,
        key=f"{kind}:{subject}",
        subject=f"{record.project} {record.environment} {record.model}: {kind}",
        text=f"Model {record.model} of environment {record.environment} ({record.project}): {text}\n"
        f"Next: {advice.format(**commands)}; see docs/runbook.md",
    )
