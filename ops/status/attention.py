"""What of a look deserves attention: what is retained or held, in trouble, or claimed by nobody. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime

from finetuning.lifecycle import ModelRecord, Observed
from finetuning.lifecycle.orphans import Orphan
from finetuning.lifecycle.troubles import seen_troubles, stuck
from ops.status.look import Look
from ops.status.report import OrphanReport

#: What each kind of `OwnedThing` is called.
KINDS = {
    "job": "customization job",
    "model": "custom model",
    "provisioned": "provisioned throughput",
    "on_demand": "custom model deployment",
    "hold": "hold on custom model",
}


def day(epoch_seconds: float) -> str:
    """A moment as `2026-12-24 10:00 UTC`."""
    return f"{datetime.fromtimestamp(epoch_seconds, UTC):%Y-%m-%d %H:%M} UTC"


def unrecorded(look: Look) -> str:
    """That the model's stack stands and its record is lost, and what to do; or ""."""
    if not look.unrecorded:
        return ""
    project, environment, model = look.record.project, look.record.environment, look.record.model
    return (
        f"stack {project}-{environment}-Model-{model} is {look.unrecorded}, and the registry has no record of model "
        f"{model!r}: do not deploy, which would train it anew; restore the registry (docs/runbook.md, 'The registry is "
        f"lost') or run: python -m ops rebuild --env {environment} --model {model}"
    )


def retained(record: ModelRecord, seen: Observed) -> tuple[str, ...]:
    """Endpoints that nothing wants and that cannot be deleted before their commitment ends (fault C05)."""
    return tuple(
        f"endpoint {endpoint.name}, committed until {day(found.committed_until)}; it is deleted then"
        for endpoint in record.endpoint.generations
        if (found := seen.endpoints.get(endpoint.id)) is not None
        and found.committed_until > seen.now
        and record.endpoint.unwanted(endpoint)
    )


def held(record: ModelRecord, seen: Observed) -> tuple[str, ...]:
    """Custom models that would be deleted if nothing else needed them."""
    return tuple(
        f"custom model {generation.job_name}, held by {', '.join(job.held_by)}"
        for generation in record.training.generations
        if (job := seen.jobs.get(generation.id)) is not None and job.held_by
    )


def troubles_of(look: Look) -> Mapping[str, str]:
    """Every trouble that somebody is notified of, in words, by kind."""
    troubles = (*seen_troubles(look.record, look.seen), *stuck(look.record, look.now.timestamp()))
    told = {trouble.kind: trouble.text.replace("\n", ". ") for trouble in reversed(troubles)}
    orphaned = [orphan for orphan in look.orphans if not orphan.removable]
    return told | ({"orphaned": f"{len(orphaned)} that nobody claims"} if orphaned else {})


def orphan_report(orphan: Orphan) -> OrphanReport:
    """An orphan, to be shown."""
    thing = orphan.thing
    return OrphanReport(
        kind=KINDS.get(thing.kind, thing.kind),
        name=thing.name,
        arn=thing.arn,
        status=thing.status,
        removable=orphan.removable,
        next=orphan.reason,
    )
