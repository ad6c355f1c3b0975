"""What an operator wants to know about money: the shape in which it is rendered and printed as JSON.

Amounts are US dollars by the estimate; None is an unknown amount, never nothing.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Item:
    """One thing that is billed, or would be if it were used.

    Attributes:
        kind: in words, such as `provisioned throughput`.
        model: the use case; "" for what all models share.
        billing: how it is billed: `hour`, `month`, `job` (once) or `token` (nothing while idle).
        usd: for one hour, one month or one job, as `billing` says; 0 for `token`.
        hourly_usd: the same by the hour; None if unknown or not billed by the hour.
        monthly_usd: for a month of 730 hours; None if unknown or billed once.
        since: when it began; None if that cannot be told.
        units: model units; 0 without.
        term: what its commitment means, in words; "" without one.
        ends: the command or the change that ends it.
        claimed: whether a record of the registry claims it; what nobody claims costs money for nobody.
    """

    kind: str
    name: str
    arn: str
    model: str
    status: str
    billing: str
    usd: float | None
    ends: str
    hourly_usd: float | None = None
    monthly_usd: float | None = None
    since: datetime | None = None
    units: int = 0
    term: str = ""
    claimed: bool = True


@dataclass(frozen=True)
class Run:
    """A customization job that was started, or may have been."""

    model: str
    job_name: str
    base_model: str
    status: str
    begun: datetime | None
    estimated_usd: float | None
    failure: str = ""


@dataclass(frozen=True)
class Month:
    """One model's calendar month (UTC) by the estimate.

    Attributes:
        jobs_usd: the jobs that were started in it, at most.
        throughput_usd: hours so far of the provisioned throughput that is there now; what is gone is not counted.
        counted_usd: what `budget.max_usd_per_month` counts: those jobs, and 730 hours of provisioned throughput;
            None if a price is unknown, with which no cap can hold.
        cap_usd: that cap; None without one.
        unknown: what has an unknown price, by name: the amounts leave it out.
    """

    model: str
    jobs_usd: float
    throughput_usd: float
    counted_usd: float | None
    cap_usd: float | None = None
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class CostReport:
    """Everything that an environment costs, as far as it is known.

    Attributes:
        at_least_hourly_usd: of all that is billed by the hour and has a known price.
        at_least_monthly_usd: the same for 730 hours, and what is billed by the month.
        unknown: names of what is billed at an unknown price.
        problem: why the registry could not be read, or "".
    """

    items: tuple[Item, ...]
    runs: tuple[Run, ...]
    months: tuple[Month, ...]
    at_least_hourly_usd: float
    at_least_monthly_usd: float
    unknown: tuple[str, ...]
    problem: str = ""
