"""The report as GitHub-flavoured Markdown, for the summary of a step: verdict, reasons and figures, no answers."""

from collections.abc import Iterator

from finetuning.presentation.markdown import escaped
from finetuning.run_report.html_parts.amounts import amount, difference
from finetuning.run_report.model import Evaluation, Metric, RunReport

_SIGNS = {"good": "✅", "warning": "⚠️", "error": "❌", "neutral": "▫️"}


def summary(report: RunReport, page: str = "") -> str:
    """Return the summary of a report.

    Args:
        report: of a training.
        page: where the whole page is; "" if nobody knows.
    """
    return "\n".join(_lines(report, page)) + "\n"


def _lines(report: RunReport, page: str) -> Iterator[str]:
    head = report.headline
    yield f"## {_SIGNS[head.tone]} {escaped(head.sentence)}"
    yield ""
    yield f"Model **{escaped(report.model)}**, environment {escaped(report.environment)}, training "
    yield f"`{report.generation}` of {escaped(report.base_model_name or report.base_model)}. {escaped(head.meaning)}"
    yield ""
    yield from (f"- {escaped(reason)}" for reason in head.reasons)
    yield ""
    if report.evaluation is not None:
        yield from _evaluation(report.evaluation)
    if report.losses.sentence:
        yield f"Losses: {escaped(report.losses.sentence)}."
        yield ""
    yield "| what | amount | what it rests on |"
    yield "|---|---:|---|"
    for cost in report.costs:
        yield f"| {' | '.join(map(escaped, (cost.what, cost.amount, cost.note)))} |"
    if page:
        yield ""
        yield f"The whole report: `{page}`"


def _evaluation(report: Evaluation) -> Iterator[str]:
    subjects = [subject.name for subject in report.subjects]
    others = [name for name in subjects if name != "candidate"]
    heads = ["metric", *subjects, *(f"candidate less {name}" for name in others)]
    yield f"| {' | '.join(heads)} |"
    yield f"|---|{'---:|' * (len(heads) - 1)}"
    for metric in report.metrics:
        values = (_value(metric, name) for name in subjects)
        differences = (_difference(metric, name) for name in others)
        # Two dollar signs in a line would be a formula.
        figures = " | ".join((*values, *differences)).replace("$", "&#36;")
        yield f"| {escaped(metric.title)} | {figures} |"
    yield ""
    yield from (escaped(note) + "\n" for note in report.notes)
    if not report.checks:
        return
    failed = sum(not check.passed for check in report.checks)
    yield f"{len(report.checks) - failed} of {len(report.checks)} conditions of the gate hold (mode {report.mode})."
    yield ""


def _value(metric: Metric, subject: str) -> str:
    return amount(metric.values[subject].value, metric.unit) if subject in metric.values else "–"


def _difference(metric: Metric, against: str) -> str:
    found = metric.differences.get(against)
    if found is None or found.low is None or found.high is None:
        return "–"
    ends = (difference(end, metric.unit) for end in (found.low, found.high))
    return f"{difference(found.value, metric.unit)} ({' to '.join(ends)})"
