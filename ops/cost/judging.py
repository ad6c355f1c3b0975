"""From a look to the whole report: what is billed, what ran, and what each model's month comes to. Pure."""

from collections.abc import Iterator
from datetime import UTC, datetime

from finetuning.cost import month_of, usd_per_month
from finetuning.lifecycle import ModelRecord, TrainingGeneration
from finetuning.lifecycle.caps import billed, serving_usd, usd_of_jobs
from finetuning.lifecycle.superseding import is_lent
from ops.cost.items import items
from ops.cost.looking import Look
from ops.cost.report import CostReport, Item, Month, Run


def report(look: Look) -> CostReport:
    """Judge a look."""
    billing = items(look)
    hourly = sum(item.hourly_usd or 0.0 for item in billing)
    monthly = sum(item.monthly_usd or 0.0 for item in billing)
    return CostReport(
        items=billing,
        runs=tuple(run for record in look.records for run in _runs(record)),
        months=tuple(_month(look, record, billing) for record in look.records),
        at_least_hourly_usd=hourly,
        at_least_monthly_usd=monthly,
        unknown=tuple(item.name for item in billing if item.usd is None),
        problem=look.problem,
    )


def _runs(record: ModelRecord) -> Iterator[Run]:
    """Every job that was started here, or may have been: oldest first."""
    for generation in record.training.generations:
        if generation.intended and not is_lent(generation):
            begun = datetime.fromtimestamp(generation.intended_at, UTC) if generation.intended_at else None
            yield Run(
                model=record.model,
                job_name=generation.job_name,
                base_model=str(generation.settings.get("baseModelIdentifier", "")),
                status=generation.status or "not seen yet",
                begun=begun,
                estimated_usd=generation.counted_usd,
                failure=generation.failure,
            )


def _month(look: Look, record: ModelRecord, billing: tuple[Item, ...]) -> Month:
    now = look.now.timestamp()
    mine = [item for item in billing if item.model == record.model and item.billing == "hour" and item.claimed]
    jobs, hourly = usd_of_jobs(record, now), serving_usd(record, now)
    caps = [g.max_usd_per_month for g in (record.training.current, record.endpoint.current) if g is not None]
    return Month(
        model=record.model,
        jobs_usd=sum(generation.counted_usd or 0.0 for generation in _begun(record, now)),
        throughput_usd=sum((item.hourly_usd or 0.0) * _hours_this_month(item, look.now) for item in mine),
        counted_usd=None if jobs is None or hourly is None else jobs + usd_per_month(hourly),
        cap_usd=next((cap for cap in caps if cap is not None), None),
        unknown=tuple(_unknown(record, now)),
    )


def _unknown(record: ModelRecord, now: float) -> Iterator[str]:
    """Names of the jobs of this month, and of provisioned throughput, whose price is unknown."""
    yield from (generation.job_name for generation in _begun(record, now) if generation.counted_usd is None)
    there = {endpoint.id: endpoint for endpoint in billed(record)}
    wanted = record.endpoint.wanted
    if wanted is not None and wanted.serving == "provisioned":
        there[wanted.id] = wanted
    yield from (endpoint.name for endpoint in there.values() if endpoint.hourly_usd is None)


def _begun(record: ModelRecord, now: float) -> Iterator[TrainingGeneration]:
    """The jobs that were started in this calendar month."""
    for generation in record.training.generations:
        if generation.intended and month_of(generation.intended_at) == month_of(now):
            yield generation


def _hours_this_month(item: Item, now: datetime) -> float:
    """Hours that something has been billed in this calendar month; nothing if it is not known since when."""
    if item.since is None:
        return 0.0
    first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return max((now - max(item.since, first)).total_seconds() / 3600, 0.0)
