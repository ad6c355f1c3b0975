"""What a model may cost: whether the next purchase fits the caps that the configuration set.

Asked each time before something is bought, whoever asks for it: a deployment, a retry, a resumption, the sweep. What
is counted is an upper bound (`finetuning.cost`), and an unknown price fits no cap.
"""

from collections.abc import Sequence
from typing import NamedTuple

from finetuning.cost import dollars, fits_cap, month_of, usd_per_month
from finetuning.lifecycle.learning import may_still_show
from finetuning.lifecycle.record import EndpointGeneration, ModelRecord, TrainingGeneration

_NEXT = "nothing was bought; raise the cap in cdk.json or ask for less, and deploy again"
_FIRST = "; if it is given already, deploy it alone first, so that what was bought before has one"


def job_refusal(record: ModelRecord, generation: TrainingGeneration, now: float) -> str:
    """Return why this customization job must not be started now, or ""; one that runs is not asked about.

    A start whose answer was lost is one for as long as it may still show; after that it is a new purchase.
    """
    if generation.job_arn or (generation.intended and may_still_show(generation.intended_at, now)):
        return ""
    asks, price = f"customization job {generation.job_name}", generation.estimated_usd
    caps = {"budget.max_usd_per_job": generation.max_usd, "budget.max_usd_per_month": generation.max_usd_per_month}
    if price is None:
        return next((_unknown(asks, name) for name, cap in caps.items() if cap is not None), "")
    if generation.max_usd is not None and not fits_cap(price, generation.max_usd):
        return f"{asks} may cost {dollars(price)}, over budget.max_usd_per_job {dollars(generation.max_usd)}; {_NEXT}"
    if generation.max_usd_per_month is None:
        return ""
    told = None if record.endpoint.stopped else generation.endpoint_hourly_usd
    month = _Month(usd_of_jobs(record, now, generation.id), serving_usd(record, now, told))
    return _over_month(asks, price, month, generation.max_usd_per_month)


def endpoint_refusal(record: ModelRecord, endpoint: EndpointGeneration, now: float) -> str:
    """Return why this endpoint must not be bought now, or ""; one that was bought is not asked about.

    While one provisioned throughput replaces another, both are billed, so both count.
    """
    bought = endpoint.arn or (endpoint.intended and may_still_show(endpoint.intended_at, now))
    if endpoint.serving != "provisioned" or bought:
        return ""
    asks = f"endpoint {endpoint.name}"
    caps = {"endpoint.max_hourly_usd": endpoint.max_hourly_usd, "budget.max_usd_per_month": endpoint.max_usd_per_month}
    if endpoint.hourly_usd is None:
        return next((_unknown(asks, name) for name, cap in caps.items() if cap is not None), "")
    if over := _over_hour(asks, endpoint.hourly_usd, [e for e in billed(record) if e.id != endpoint.id], endpoint):
        return over
    if endpoint.max_usd_per_month is None:
        return ""
    month = _Month(usd_of_jobs(record, now), serving_usd(record, now))
    return _over_month(asks, 0.0, month, endpoint.max_usd_per_month)


def usd_of_jobs(record: ModelRecord, now: float, besides: str = "") -> float | None:
    """Return what the jobs cost at most that were started in this calendar month (UTC), or None if that is unknown.

    Args:
        record: of the model.
        now: in epoch seconds.
        besides: generation id of a job that is left out.
    """
    return _sum(
        [
            generation.counted_usd
            for generation in record.training.generations
            if generation.intended and generation.id != besides and month_of(generation.intended_at) == month_of(now)
        ]
    )


def serving_usd(record: ModelRecord, now: float, told: float | None = None) -> float | None:
    """Return what serves all through a month, in US dollars an hour: the wanted endpoint, and commitments beside it.

    What it replaces is gone within the hour, unless it is committed. None if a price is unknown.

    Args:
        record: of the model.
        now: in epoch seconds.
        told: price of the endpoint that a deployment wants after its job; the record may still want the one before.
    """
    wanted = record.endpoint.wanted
    stays = [e for e in billed(record) if e.committed_until > now]
    beside = [e.hourly_usd for e in stays if e is not wanted]
    if told is not None:
        # Whether the committed one is what the price was told of, or is billed beside it, its own resource will say.
        least = max((e.hourly_usd or 0.0 for e in stays if e is wanted), default=0.0)
        return _sum([max(told, least), *beside])
    return _sum([wanted.hourly_usd if wanted and wanted.serving == "provisioned" else 0.0, *beside])


def billed(record: ModelRecord) -> tuple[EndpointGeneration, ...]:
    """Return the provisioned throughput that exists or may exist: billed by the hour, wanted or not."""
    return tuple(e for e in record.endpoint.generations if e.serving == "provisioned" and e.intended and not e.gone)


def hourly_usd(record: ModelRecord) -> float | None:
    """Return what the model's provisioned throughput costs an hour, or None if a price is unknown."""
    return _sum([endpoint.hourly_usd for endpoint in billed(record)])


def _sum(prices: Sequence[float | None]) -> float | None:
    known = [price for price in prices if price is not None]
    return sum(known) if len(known) == len(prices) else None


def _over_hour(asks: str, price: float, others: Sequence[EndpointGeneration], endpoint: EndpointGeneration) -> str:
    if endpoint.max_hourly_usd is None:
        return ""
    beside = f" together with {', '.join(e.name for e in others)}" if others else ""
    known = _sum([e.hourly_usd for e in others])
    if known is None:
        return _unknown(f"{asks}{beside}", "endpoint.max_hourly_usd") + _FIRST
    if fits_cap(price + known, endpoint.max_hourly_usd):
        return ""
    cap = dollars(endpoint.max_hourly_usd)
    return f"{asks}{beside} costs {dollars(price + known)} an hour, over endpoint.max_hourly_usd {cap}; {_NEXT}"


class _Month(NamedTuple):
    """What a model has begun in a calendar month, and what serves all through it, by the hour; None is unknown."""

    jobs: float | None
    hourly: float | None


def _over_month(asks: str, price: float, month: _Month, cap: float) -> str:
    """Why a month would cost more than the cap: this job, those of this month, and what serves."""
    begun, hourly = month.jobs, month.hourly
    if hourly is None or begun is None:
        return _unknown(f"{asks}, or what this month has begun,", "budget.max_usd_per_month") + _FIRST
    jobs, serving = begun + price, usd_per_month(hourly)
    if fits_cap(jobs + serving, cap):
        return ""
    parts = f"{dollars(jobs)} of customization jobs and {dollars(serving)} of provisioned throughput"
    return (
        f"{asks}: the month would cost {dollars(jobs + serving)} ({parts}), over budget.max_usd_per_month "
        f"{dollars(cap)}; {_NEXT}"
    )


def _unknown(asks: str, cap: str) -> str:
    return f"{asks} has an unknown price, so {cap} cannot hold; nothing was bought; give its price in cdk.json (prices)"
