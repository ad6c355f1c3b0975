"""Losses per epoch, as a plot. Pure."""

from collections.abc import Sequence

from rich.text import Text

from finetuning.metrics import EpochMetrics

#: One sign per curve, so that the plot can be read without colours.
TRAINING_MARK, VALIDATION_MARK = "·", "•"
_HEIGHT = 14


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
