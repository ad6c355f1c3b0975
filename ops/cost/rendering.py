"""The cost report as text for a terminal. Pure."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from finetuning.cost import HOURS_PER_MONTH, dollars
from ops.cost.report import CostReport, Item, Month, Run

NOT_COUNTED = "S3, DynamoDB, CloudWatch, Lambda, Step Functions and the tokens of invocations are not counted"


def render(report: CostReport, environment: str) -> RenderableType:
    """The whole report."""
    return Group(*lines(report, environment))


def lines(report: CostReport, environment: str) -> Iterator[Text]:
    """The report, a line each."""
    if report.problem:
        yield Text(f"the registry cannot be read: {report.problem}", "yellow")
    yield Text(f"billed now in environment {environment}", "bold")
    if not report.items:
        yield Text("  nothing that this project knows of")
    for item in report.items:
        yield from _item(item)
    yield _total(report)
    if report.runs:
        yield Text("customization jobs, at most", "bold")
    for run in report.runs:
        yield Text(f"  {_run(run)}")
    if report.months:
        yield Text("this calendar month (UTC), by the estimate", "bold")
    for month in report.months:
        yield from (Text(f"  {text}") for text in _month(month))


def _item(item: Item) -> Iterator[Text]:
    units = "" if not item.units else ("1 model unit, " if item.units == 1 else f"{item.units} model units, ")
    since = f", since {item.since:%Y-%m-%d %H:%M} UTC" if item.since else ""
    status = f" ({item.status})" if item.status else ""
    yield Text(f"  {item.kind} {item.name}{status}: {units}{_price(item)}{since}")
    if not item.claimed:
        yield Text("    belongs to nobody: no record claims it", "yellow")
    if item.term:
        yield Text(f"    {item.term}")
    yield Text(f"    ends with: {item.ends}", "dim")


def _price(item: Item) -> str:
    if item.billing == "token":
        return "billed by the token, nothing while idle"
    if item.usd is None:
        return f"at an unknown price by the {item.billing}"
    if item.billing == "hour":
        return f"{dollars(item.usd)} an hour, {dollars(item.monthly_usd)} a month"
    return f"at most {dollars(item.usd)}" if item.billing == "job" else f"about {dollars(item.usd)} a month"


def _total(report: CostReport) -> Text:
    hourly, monthly = dollars(report.at_least_hourly_usd), dollars(report.at_least_monthly_usd)
    unknown = f"; at an unknown price: {', '.join(report.unknown)}" if report.unknown else ""
    return Text(
        f"  together at least {hourly} an hour, {monthly} a month of {HOURS_PER_MONTH} hours{unknown}; {NOT_COUNTED}"
    )


def _run(run: Run) -> str:
    begun = f"{run.begun:%Y-%m-%d %H:%M} UTC" if run.begun else "at an unknown time"
    failure = f": {run.failure}" if run.failure else ""
    return f"{run.job_name} ({run.base_model}), begun {begun}, {dollars(run.estimated_usd)}, {run.status}{failure}"


def _month(month: Month) -> Iterator[str]:
    so_far = dollars(month.jobs_usd + month.throughput_usd)
    parts = f"{dollars(month.jobs_usd)} of jobs, {dollars(month.throughput_usd)} of what is provisioned now"
    yield f"{month.model}: so far at least {so_far} ({parts})"
    cap = "there is no budget.max_usd_per_month" if month.cap_usd is None else f"cap {dollars(month.cap_usd)}"
    counted = f"{dollars(month.counted_usd)} as budget.max_usd_per_month counts it, with a whole month of the endpoint"
    yield f"  {counted}; {cap}"
    if month.unknown:
        yield f"  without what has an unknown price: {', '.join(month.unknown)}"
