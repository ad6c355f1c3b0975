"""Whether the losses of a customization job show a model worth buying an endpoint for.

It is decided before anything is billed by the hour, and fails closed: without its files a training is not judged well.
"""

from collections.abc import Iterator, Sequence
from math import isfinite
from statistics import fmean

from finetuning.metrics import TRAINING_FILE, VALIDATION_FILE, MetricRow

_NO_FILE = "look at the job's output folder, and allow the driver to read it"


def judge(
    training: Sequence[MetricRow] | None,
    validation: Sequence[MetricRow] | None,
    *,
    max_overfit: float,
    require_improvement: bool,
) -> tuple[str, ...]:
    """Return what speaks against a trained model, as sentences; nothing if it may be served.

    Args:
        training: rows of the training metrics; None if the file is missing.
        validation: rows of the validation metrics; None if the file is missing, empty if the job had no validation
            dataset.
        max_overfit: most by which the last validation loss may exceed the lowest one, as a share of the lowest.
        require_improvement: whether losses must have fallen since the first epoch.
    """
    return tuple(_problems(training, validation, max_overfit, require_improvement))


def _problems(
    training: Sequence[MetricRow] | None,
    validation: Sequence[MetricRow] | None,
    max_overfit: float,
    require_improvement: bool,
) -> Iterator[str]:
    for rows, file in ((training, TRAINING_FILE), (validation, VALIDATION_FILE)):
        if rows is None:
            yield f"{file} is missing, so the training cannot be judged; {_NO_FILE}."
    if training is not None and not training:
        yield f"{TRAINING_FILE} has no rows, so the training cannot be judged; {_NO_FILE}."
    broken = [_broken(rows, name) for rows, name in ((training, "training"), (validation, "validation")) if rows]
    yield from (problem for problem in broken if problem)
    if any(broken):
        return
    if validation:
        yield from _overfit(validation, max_overfit)
        if require_improvement:
            yield from _validation_stagnation(validation)
    if training and require_improvement:
        yield from _training_stagnation(training)


def _broken(rows: Sequence[MetricRow], name: str) -> str:
    place = next((row for row in rows if not isfinite(row.loss)), None)
    if place is None:
        return ""
    return (
        f"The {name} loss is {place.loss} in epoch {place.epoch}, step {place.step}: the training diverged; train with "
        f"a lower learning rate."
    )


def _overfit(validation: Sequence[MetricRow], max_overfit: float) -> Iterator[str]:
    best, last = min(validation, key=lambda row: (row.loss, row.epoch)), _ordered(validation)[-1]
    if last.loss > best.loss * (1 + max_overfit):
        yield (
            f"The validation loss rose from {best.loss:.4g} in epoch {best.epoch} to {last.loss:.4g} in epoch "
            f"{last.epoch}; at most {best.loss * (1 + max_overfit):.4g} ({max_overfit:.4g} of the lowest above it) is "
            f"allowed: the model over-fits. Train for fewer epochs, or on more data."
        )


def _validation_stagnation(validation: Sequence[MetricRow]) -> Iterator[str]:
    epochs = {row.epoch for row in validation}
    first, lowest = _ordered(validation)[0], min(row.loss for row in validation)
    if len(epochs) > 1 and lowest >= first.loss:
        yield (
            f"The validation loss never fell below the {first.loss:.4g} of the first epoch: the model learned nothing "
            f"that holds beyond its training data. Compare the two datasets, or train with another learning rate."
        )


def _training_stagnation(training: Sequence[MetricRow]) -> Iterator[str]:
    """Compare the first epoch with the last one, or within a single epoch its halves: one step says little."""
    ordered = _ordered(training)
    first, last = ordered[0].epoch, ordered[-1].epoch
    if first != last:
        parts = [[row.loss for row in ordered if row.epoch == epoch] for epoch in (first, last)]
        names = f"epoch {first}", f"epoch {last}"
    else:
        half = len(ordered) // 2
        parts = [[row.loss for row in ordered[:half]], [row.loss for row in ordered[half:]]]
        names = "the first half of the steps", "the second half"
    if all(parts):
        before, after = map(fmean, parts)
        if after >= before:
            yield (
                f"The training loss did not fall: its mean is {before:.4g} in {names[0]}, {after:.4g} in {names[1]}; "
                f"train with another learning rate, or look at the data."
            )


def _ordered(rows: Sequence[MetricRow]) -> list[MetricRow]:
    return sorted(rows, key=lambda row: (row.epoch, row.step))
