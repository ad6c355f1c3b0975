"""What the two metrics files of a customization job say, step by step and epoch by epoch.

Files: ``step_wise_training_metrics.csv`` (one row per step) and ``validation_metrics.csv`` (one row per epoch, the step
number is cumulative). The User Guide lists a ``perplexity`` column which the files of Claude 3 Haiku do not have.
Source: Bedrock User Guide, 'Analyze the results of a model customization job'; files of a real job.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from statistics import fmean

from finetuning.errors import FineTuningError

TRAINING_FILE = "step_wise_training_metrics.csv"
VALIDATION_FILE = "validation_metrics.csv"


class MetricsFormatError(FineTuningError, ValueError):
    """A metrics file that is not what Bedrock documents; the message names file, line and column."""


@dataclass(frozen=True)
class MetricRow:
    """One row: the loss after a step, in an epoch that counts from 1."""

    step: int
    epoch: int
    loss: float
    perplexity: float | None


@dataclass(frozen=True)
class EpochMetrics:
    """One epoch: the mean of its steps' training losses, and the validation loss at its end (None without one)."""

    epoch: int
    training_loss: float | None
    validation_loss: float | None


@dataclass(frozen=True)
class MetricsSummary:
    """All epochs in order, and the one with the lowest validation loss (None without a validation dataset)."""

    epochs: tuple[EpochMetrics, ...]
    best_epoch: int | None
    best_validation_loss: float | None


def parse_training(text: str) -> tuple[MetricRow, ...]:
    """Return the rows of a ``step_wise_training_metrics.csv``; raises MetricsFormatError."""
    return _parse(text, TRAINING_FILE, "training_loss")


def parse_validation(text: str) -> tuple[MetricRow, ...]:
    """Return the rows of a ``validation_metrics.csv``; raises MetricsFormatError."""
    return _parse(text, VALIDATION_FILE, "validation_loss")


def summarize(training: Sequence[MetricRow], validation: Sequence[MetricRow] = ()) -> MetricsSummary:
    """Return the epochs of a job; of equal validation losses the earliest is the best."""
    validation_losses = {row.epoch: row.loss for row in validation}
    epochs = sorted({row.epoch for row in training} | validation_losses.keys())
    best = min(validation_losses, key=lambda epoch: (validation_losses[epoch], epoch), default=None)
    return MetricsSummary(
        epochs=tuple(
            EpochMetrics(epoch, _mean(row.loss for row in training if row.epoch == epoch), validation_losses.get(epoch))
            for epoch in epochs
        ),
        best_epoch=best,
        best_validation_loss=None if best is None else validation_losses[best],
    )


def _parse(text: str, file: str, loss_column: str) -> tuple[MetricRow, ...]:
    rows = csv.DictReader(text.removeprefix("\ufeff").splitlines())
    columns = list(rows.fieldnames or ())
    missing = [name for name in ("step_number", "epoch_number", loss_column) if name not in columns]
    if missing:
        found = ", ".join(columns) or "nothing"
        raise MetricsFormatError(f"{file} has no column {', '.join(missing)}; its first line has {found}")
    parsed = []
    for row in rows:
        where = f"{file} line {rows.line_num}"
        parsed.append(
            MetricRow(
                step=_integer(row["step_number"], f"{where}, step_number"),
                epoch=_integer(row["epoch_number"], f"{where}, epoch_number"),
                loss=_number(row[loss_column], f"{where}, {loss_column}"),
                perplexity=_number(row["perplexity"], f"{where}, perplexity") if row.get("perplexity") else None,
            )
        )
    return tuple(parsed)


def _integer(text: str | None, where: str) -> int:
    try:
        return int(text or "")
    except ValueError:
        raise MetricsFormatError(f"{where} must be an integer, got {text!r}") from None


def _number(text: str | None, where: str) -> float:
    try:
        number = float(text or "")
    except ValueError:
        raise MetricsFormatError(f"{where} must be a number, got {text!r}") from None
    if not isfinite(number):
        raise MetricsFormatError(f"{where} is {text}, so the training diverged; train with a lower learning rate")
    return number


def _mean(losses: Iterable[float]) -> float | None:
    values = list(losses)
    return fmean(values) if values else None
