"""Losses per epoch, in words and as a plot: where early stopping fired and which epoch is best. Pure."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from rich.text import Text

from finetuning.base_model import BaseModel
from finetuning.early_stopping import StopPoint, stop_point
from finetuning.metrics import EpochMetrics, MetricsSummary

THRESHOLD, PATIENCE, EPOCHS = "earlyStoppingThreshold", "earlyStoppingPatience", "epochCount"

#: One sign per curve, so that the plot can be read without colours.
TRAINING_MARK, VALIDATION_MARK = "·", "•"
_HEIGHT = 14


def value_of(name: str, hyperparameters: Mapping[str, str], base_model: BaseModel) -> Decimal | None:
    """Return a hyperparameter as it was given, else the base model's default; None if the base model has none."""
    parameter = base_model.hyperparameters.get(name)
    if parameter is None:
        return None
    return Decimal(hyperparameters[name]) if name in hyperparameters else parameter.default


def stopping_of(
    summary: MetricsSummary | None, base_model: BaseModel | None, hyperparameters: Mapping[str, str]
) -> StopPoint | None:
    """Return where early stopping fired and which epoch is best, or None where that cannot be said."""
    if summary is None or base_model is None:
        return None
    threshold = value_of(THRESHOLD, hyperparameters, base_model)
    patience = value_of(PATIENCE, hyperparameters, base_model)
    losses = [epoch.validation_loss for epoch in summary.epochs if epoch.validation_loss is not None]
    if threshold is None or patience is None or not losses:
        return None
    return stop_point(losses, float(threshold), int(patience))


def stopping_sentence(stopping: StopPoint, base_model: BaseModel, hyperparameters: Mapping[str, str]) -> str:
    """Say whether early stopping fired, under which hyperparameters, and which epoch's weights are kept."""
    threshold = value_of(THRESHOLD, hyperparameters, base_model)
    patience = value_of(PATIENCE, hyperparameters, base_model)
    configured = value_of(EPOCHS, hyperparameters, base_model)
    rule = f"threshold {threshold}, patience {patience}"
    best = f"best is epoch {stopping.best_epoch}, validation loss {stopping.best_loss:.4f}"
    if stopping.stopped_after_epoch is None:
        return f"early stopping did not fire in {configured} epochs ({rule}); {best}"
    return f"early stopping fired after epoch {stopping.stopped_after_epoch} of {configured} ({rule}); {best}"


def plot(epochs: Sequence[EpochMetrics], *, width: int = 78) -> Text:
    """Draw training and validation loss per epoch, `width` columns wide.

    The signs differ, so colours only help; they are rich's, which leaves them out where there is no terminal.
    """
    curves = [
        (TRAINING_MARK, [(e.epoch, e.training_loss) for e in epochs if e.training_loss is not None]),
        (VALIDATION_MARK, [(e.epoch, e.validation_loss) for e in epochs if e.validation_loss is not None]),
    ]
    text = Text(_drawn(curves, [e.epoch for e in epochs], width))
    text.highlight_regex(f"{TRAINING_MARK}+", "cyan")
    text.highlight_regex(f"{VALIDATION_MARK}+", "bold magenta")
    legend = Text("  loss per epoch:  ").append(f"{TRAINING_MARK * 3} training", "cyan")
    if curves[1][1]:
        legend.append("   ").append(f"{VALIDATION_MARK * 3} validation", "bold magenta")
    return Text("\n").join([legend, text])


def _drawn(curves: Sequence[tuple[str, list[tuple[int, float]]]], ticks: Sequence[int], width: int) -> str:
    import plotext  # as slow as everything else together, and only one command draws

    figure = plotext.figure
    figure.clear()
    figure.plot_size(width, _HEIGHT)
    losses = [loss for _, points in curves for _, loss in points]
    for mark, points in curves:
        if points:
            signal = figure.signal([epoch for epoch, _ in points], [loss for _, loss in points], marker=mark)
            if len(points) > 1:
                signal.lines()
            figure.draw(signal)
    figure.ruler("x").ticks(list(ticks))
    figure.ruler("y").lim(0, 1.05 * (max(losses) or 1))
    drawn: str = figure.build().string(colorless=True)
    return "\n".join(line.rstrip() for line in drawn.splitlines()).rstrip()
