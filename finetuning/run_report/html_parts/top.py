"""The top of the page: how it stands with the model, why, and the figures that matter."""

from collections.abc import Iterator

from finetuning import metrics
from finetuning.presentation.figures import figure
from finetuning.presentation.markup import Safe, element
from finetuning.presentation.numbers import number
from finetuning.run_report.html_parts.amounts import amount, difference
from finetuning.run_report.model import Evaluation, RunReport

_SIGNS = {"error": "✕", "warning": "!", "good": "✓", "neutral": "·"}


def top(report: RunReport) -> Safe:
    """Return the page's head."""
    head = report.headline
    sign = element("span", _SIGNS[head.tone], class_="sign", aria_hidden="true")
    reasons = [element("ul", *(element("li", reason) for reason in head.reasons), class_="reasons")]
    return element(
        "header",
        element("p", f"Run report: {report.model}, {report.environment}", class_="kicker"),
        element("h1", sign, head.sentence),
        element("p", head.meaning, class_="lead"),
        *(reasons if head.reasons else []),
        element("p", *_identity(report), class_="model"),
        element("dl", *_figures(report), class_="figures"),
        class_=f"verdict {head.tone}",
    )


def _identity(report: RunReport) -> Iterator[str]:
    yield "training "
    yield element("strong", report.generation)
    yield " of "
    yield element("strong", report.base_model_name or "base model")
    yield " "
    yield element("code", report.base_model)


def _figures(report: RunReport) -> Iterator[Safe]:
    if report.evaluation is not None:
        yield from _measured(report.evaluation)
    losses = report.losses
    if losses.training or losses.validation:
        summary = metrics.summarize(losses.training, losses.validation)
        yield figure("epochs", number(len(summary.epochs)), _stopping(report))
        if summary.best_validation_loss is not None:
            note = f"best, of epoch {summary.best_epoch}"
            yield figure("validation loss", f"{summary.best_validation_loss:.4f}", note)
    training = next((file for file in report.files if file.split == "training"), None)
    if training is not None and training.records is not None:
        yield figure("training records", number(training.records), "")


def _measured(report: Evaluation) -> Iterator[Safe]:
    primary = next((metric for metric in report.metrics if metric.is_primary), None)
    if primary is not None and "candidate" in primary.values:
        value = amount(primary.values["candidate"].value, primary.unit)
        others = (
            f"{difference(estimate.value, primary.unit)} against {against}"
            for against, estimate in primary.differences.items()
        )
        yield figure(primary.title, value, ", ".join(others))
    if report.checks:
        failed = sum(not check.passed for check in report.checks)
        held = f"{len(report.checks) - failed} of {len(report.checks)}"
        yield figure("conditions that hold", held, f"gate: {report.mode}", "error" if failed else "")
    if report.asked is not None:
        yield figure("records asked", number(report.asked), f"preset {report.preset}")


def _stopping(report: RunReport) -> str:
    stopping = report.losses.stopping
    if stopping is None:
        return ""
    return "all of them" if stopping.stopped_after_epoch is None else "stopped early"
