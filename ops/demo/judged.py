"""How the tuned model compares with the base model on the test dataset, for people."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from finetuning.run_report.html_parts.amounts import amount, difference
from finetuning.run_report.model import Evaluation, Metric, RunReport

_STYLES = {"good": "bold green", "warning": "bold yellow", "error": "bold red", "neutral": "bold"}


def render(report: RunReport, page: str) -> RenderableType:
    """The main metrics of both, the difference with its interval, the verdict, and where the page is."""
    return Group(*_parts(report, page))


def _parts(report: RunReport, page: str) -> Iterator[RenderableType]:
    if report.evaluation is not None:
        yield _table(report.evaluation)
        held = sum(check.passed for check in report.evaluation.checks)
        conditions = f" ({held} of {len(report.evaluation.checks)} conditions hold)"
        yield Text.assemble((report.headline.sentence, _STYLES[report.headline.tone]), conditions)
        yield from (Text(f"  {reason}") for reason in report.headline.reasons)
    yield Text(f"losses, evaluation, answers side by side, lineage and cost on a page: {page}")


def _table(evaluation: Evaluation) -> Table:
    table = Table(box=None, padding=(0, 2), header_style="dim")
    level = "" if evaluation.confidence is None else f" ({100 * evaluation.confidence:g} %)"
    table.add_column(f"{evaluation.asked} records")
    for header in ("tuned", "base", f"difference, bounds{level}"):
        table.add_column(header, justify="right")
    for metric in evaluation.metrics:
        if metric.is_main:
            table.add_row(metric.title, _value(metric, "candidate"), _value(metric, "base"), _bounds(metric))
    return table


def _value(metric: Metric, subject: str) -> str:
    return amount(metric.values[subject].value, metric.unit) if subject in metric.values else "-"


def _bounds(metric: Metric) -> str:
    found = metric.differences.get("base")
    if found is None or found.value is None or found.low is None or found.high is None:
        return "-"
    low, high = (difference(end, metric.unit) for end in (found.low, found.high))
    return f"{difference(found.value, metric.unit)} ({low} to {high})"
