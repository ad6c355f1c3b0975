"""Reports as text for a terminal. Pure: what is not in a report is not shown."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from finetuning import catalog
from finetuning.stopping import stopping_sentence
from ops.status.report import EndpointReport, ModelReport, State, TrainingReport

_STYLES = {
    State.NOTHING: "dim",
    State.UNRECORDED: "bold red",
    State.REMOVING: "yellow",
    State.RETAINED: "yellow",
    State.FAILED: "bold red",
    State.REJECTED: "bold red",
    State.DRIFTED: "bold red",
    State.STOPPED: "yellow",
    State.TRAINING: "cyan",
    State.AWAITING: "yellow",
    State.TRAINED: "bold green",
    State.EVALUATING: "cyan",
    State.STARTING: "cyan",
    State.SERVING: "bold green",
}
_NEXT = {
    State.FAILED: "python -m ops logs, then python -m ops retry",
    State.REJECTED: "deploy another training, or python -m ops resume puts this one to the test again",
    State.AWAITING: "python -m ops approve shows what would serve, asks, and puts it into service",
    State.DRIFTED: "python -m ops resume buys it again",
    State.STOPPED: "python -m ops resume buys the endpoint again",
}
_NEXT_OF_PROMOTED = _NEXT | {
    State.REJECTED: "promote another model, or revert the pull request of its pin, so that git says what serves; "
    "python -m ops resume puts this one to the test again",
}
_PHASE_SIGNS = {"Completed": "✔", "InProgress": "…", "Failed": "✘", "Stopped": "✘", "Stopping": "…"}


def duration(seconds: float) -> str:
    """A duration as a human says it: `8 s`, `3 min 20 s`, `2 h 5 min`."""
    whole = round(seconds)
    minutes, hours = whole // 60, whole // 3600
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min {whole % 60} s" if minutes else f"{whole} s"


def phases(training: TrainingReport) -> str:
    """The job's phases in a line, such as `validation ✔  data processing ✔  training …`."""
    return "  ".join(f"{name} {_PHASE_SIGNS.get(status, '·')}" for name, status in training.phases.items())


def line(report: ModelReport) -> str:
    """A model in one line: what a log shows whenever it changes."""
    parts = [f"{report.model}: {report.state}"]
    if report.training and report.state == State.TRAINING:
        parts.append(f"{report.training.job_name} {report.training.status}".strip())
        parts += [phases(report.training)] if report.training.phases else []
    if report.endpoint and report.state in {State.STARTING, State.SERVING}:
        parts.append(f"{report.endpoint.name} {report.endpoint.status}")
        parts += [f"serves {report.endpoint.serving_model}"] if report.endpoint.serving_model else []
    told = (report.failure, report.problem, report.troubles.get("stuck"), *report.still_there, *report.retained)
    parts += [text for text in told if text]
    return " | ".join(parts)


def render(report: ModelReport) -> RenderableType:
    """A model as a block of labelled lines, and its losses as a table below."""
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="dim", no_wrap=True)
    rows.add_column(overflow="fold")
    for label, value in _rows(report):
        rows.add_row(label, Text(value) if isinstance(value, str) else value)
    title = Text.assemble((report.model, "bold"), "  ", (str(report.state), _STYLES[report.state]))
    parts: list[RenderableType] = [title, rows]
    if report.training and report.training.epochs:
        parts.append(losses(report.training))
    return Group(*parts, Text())


def losses(training: TrainingReport) -> RenderableType:
    """Training and validation loss per epoch as a table, and where early stopping fired."""
    table = Table(box=None, padding=(0, 2), header_style="dim")
    for header in ("epoch", "training loss", "validation loss", ""):
        table.add_column(header, justify="left" if not header else "right")
    for epoch in training.epochs:
        numbers = (_loss(epoch.training_loss), _loss(epoch.validation_loss))
        table.add_row(str(epoch.epoch), *numbers, "best" if epoch.epoch == training.best_epoch else "")
    sentence = stopping(training)
    return Group(table, Text(f"  {sentence}")) if sentence else table


def stopping(training: TrainingReport) -> str:
    """Where early stopping fired, in a sentence, or "" where there is no such thing."""
    if training.stopping is None:
        return ""
    return stopping_sentence(training.stopping, catalog.find(training.base_model), training.hyperparameters)


def _rows(report: ModelReport) -> Iterator[tuple[str, str | Text]]:
    if report.failure:
        yield "failure", Text(report.failure, "red")
    if report.problem:
        yield "driver's note", Text(report.problem, "yellow")
    if report.training:
        yield from _training_rows(report.training)
    if report.endpoint:
        yield from _endpoint_rows(report.endpoint)
    if report.training or report.endpoint:
        yield "pointer", f"{report.pointer_parameter} → {report.pointer or 'not published'}"
    for kept in report.previous:
        yield "previous model", f"{kept.name} ({'in service' if kept.is_serving else 'kept for rollback'})\n{kept.arn}"
    for text in report.still_there:
        yield "still there", text
    for text in report.retained:
        yield "retained", Text(text, "yellow")
    for text in report.held:
        yield "held", text
    for kind in ("approval", "stuck", "unknown", "expiring", "idle"):
        if kind in report.troubles:
            yield kind, Text(report.troubles[kind], "yellow")
    for orphan in report.orphans:
        yield "orphaned", Text(f"{orphan.kind} {orphan.name} ({orphan.status}): {orphan.next}", "yellow")
    nothing = "unknown: nothing is recorded" if report.state == State.UNRECORDED else "nothing"
    yield "billed by the hour", "\n".join(report.billed_hourly) or nothing
    if not report.settled:
        yield "driver", _driver(report)
    following = _NEXT_OF_PROMOTED if report.training and report.training.promoted else _NEXT
    if report.state in following:
        yield "next", following[report.state]


def _training_rows(training: TrainingReport) -> Iterator[tuple[str, str | Text]]:
    elapsed = "" if training.elapsed_seconds is None else f", {duration(training.elapsed_seconds)}"
    yield "training", f"{training.job_name} ({training.status}{elapsed})"
    if training.promoted:
        yield "promoted", training.promoted
    yield "base model", training.base_model
    given = ", ".join(f"{name} {value}" for name, value in training.hyperparameters.items())
    yield "hyperparameters", given or "the base model's defaults"
    if training.phases and training.status != "Completed":
        yield "phases", phases(training)
    if training.losses_problem:
        yield "losses", Text(training.losses_problem, "yellow")
    if training.verdict:
        yield "quality gate", training.verdict
    if training.report_uri:
        yield "report", training.report_uri


def _endpoint_rows(endpoint: EndpointReport) -> Iterator[tuple[str, str | Text]]:
    count = endpoint.model_units
    units = "" if count is None else f", {count} model unit{'' if count == 1 else 's'}"
    yield "endpoint", f"{endpoint.name} ({endpoint.kind}{units}): {endpoint.status}"
    if endpoint.arn:
        yield "endpoint ARN", endpoint.arn
        yield "serves", f"{endpoint.serving_model or 'a model of unknown origin'}\n{endpoint.model_arn}"


def _driver(report: ModelReport) -> str:
    step = f"next step {report.next_step}"
    if report.driver_status == "RUNNING":
        return f"{report.execution} is running; {step}"
    return f"{report.execution} is {report.driver_status or 'not started'}; {step}; the sweep restarts it in 15 minutes"


def _loss(loss: float | None) -> str:
    return "-" if loss is None else f"{loss:.4f}"
