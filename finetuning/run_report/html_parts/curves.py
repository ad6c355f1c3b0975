"""The losses as curves: training by step, validation by epoch, the best epoch, and where training stopped early.

Places are percentages and lines keep their width, so that the letters of a chart have one size on every screen.
"""

from collections.abc import Iterator, Sequence
from statistics import fmean

from finetuning.metrics import MetricRow
from finetuning.presentation.markup import Safe, element
from finetuning.presentation.numbers import number
from finetuning.run_report.html_parts.scale import Scale, around
from finetuning.run_report.model import Losses

#: More steps are joined to means: a screen has no more places.
MOST_POINTS = 300
#: More labels would run into each other on a telephone.
_MOST_LABELS = 8
_MOST_TICKS = 6
#: The curves are drawn in a square of this side, which is then stretched.
_SIDE = 1000


def chart(losses: Losses) -> Safe:
    """Return the chart of a job's losses."""
    rows = (*losses.training, *losses.validation)
    across = Scale(0.0, float(max(row.step for row in rows)))
    up = around((row.loss for row in rows), 0.08)
    drawing = element(
        "svg",
        *_grid(up),
        *_stop(losses, across),
        element(
            "svg",
            *_curves(losses, across, up),
            viewBox=f"0 0 {_SIDE} {_SIDE}",
            preserveAspectRatio="none",
            width="100%",
            height="100%",
        ),
        *_points(losses, across, up),
        class_="curve",
        role="img",
        aria_label=spoken(losses),
    )
    return element("figure", _legend(losses), drawing, _epochs(losses, across))


def spoken(losses: Losses) -> str:
    """Return in words what the chart shows."""
    parts = []
    if losses.training:
        first, last = losses.training[0], losses.training[-1]
        parts.append(f"training loss goes from {first.loss:.4f} to {last.loss:.4f} in {number(last.step)} steps")
    if losses.validation:
        first, last = losses.validation[0], losses.validation[-1]
        parts.append(f"validation loss goes from {first.loss:.4f} to {last.loss:.4f} in {number(last.epoch)} epochs")
    return "; ".join([*parts, *([losses.sentence] if losses.sentence else [])])


def _legend(losses: Losses) -> Safe:
    keys = [("training", "training loss, by step"), ("validation", "validation loss, by epoch")]
    if not losses.validation:
        keys.pop()
    spans = (element("span", _key(kind), words, class_="key") for kind, words in keys)
    return element("figcaption", *spans)


def _key(kind: str) -> Safe:
    line = element("line", x1="0", y1="50%", x2="100%", y2="50%", class_=kind)
    dot = [element("circle", cx="50%", cy="50%", r=4, class_=kind)] if kind == "validation" else []
    return element("svg", line, *dot, aria_hidden="true", focusable="false")


def _grid(up: Scale) -> Iterator[Safe]:
    for tick in up.ticks(_MOST_TICKS):
        y = f"{100 - up.percent(tick):.2f}%"
        yield element("line", x1="0", y1=y, x2="100%", y2=y, class_="grid")
        yield element("text", f"{tick:g}", x="0", y=y, dy="-4", aria_hidden="true")


def _curves(losses: Losses, across: Scale, up: Scale) -> Iterator[Safe]:
    for kind, rows in (("training", _joined(losses.training)), ("validation", losses.validation)):
        places = (
            f"{across.percent(row.step) * _SIDE / 100:.1f},{_SIDE - up.percent(row.loss) * _SIDE / 100:.1f}"
            for row in rows
        )
        if len(rows) > 1:
            yield element("polyline", points=" ".join(places), class_=kind)


def _points(losses: Losses, across: Scale, up: Scale) -> Iterator[Safe]:
    alone = losses.training if len(losses.training) == 1 else ()
    for kind, rows in (("training", alone), ("validation", losses.validation)):
        for row in rows:
            place = {"cx": f"{across.percent(row.step):.2f}%", "cy": f"{100 - up.percent(row.loss):.2f}%"}
            is_best = kind == "validation" and row.epoch == losses.best_epoch
            if is_best:
                yield element("circle", **place, r=9, class_="best")
                yield _label("best", across.percent(row.step), place["cy"], "-16")
            yield element("circle", **place, r=4, class_=kind)


def _stop(losses: Losses, across: Scale) -> Iterator[Safe]:
    stopped = losses.stopping.stopped_after_epoch if losses.stopping else None
    steps = [row.step for row in (*losses.training, *losses.validation) if row.epoch == stopped]
    if steps:
        percent = across.percent(max(steps))
        yield element("line", x1=f"{percent:.2f}%", y1="0", x2=f"{percent:.2f}%", y2="100%", class_="stop")
        yield _label("stopped early", percent, "0", "14", aside=6)


def _label(words: str, percent: float, y: str, dy: str, aside: int = 0) -> Safe:
    """Return a word at a place; beyond the middle it stands to the left, where there is room."""
    beyond = percent > 50
    anchor = "middle" if not aside and 10 < percent < 90 else "end" if beyond else "start"
    dx = "0" if not aside else str(-aside if beyond else aside)
    attributes = {"x": f"{percent:.2f}%", "y": y, "dx": dx, "dy": dy, "text-anchor": anchor}
    return element("text", words, class_="mark", aria_hidden="true", **attributes)


def _epochs(losses: Losses, across: Scale) -> Safe:
    """Return the line below: where epochs end."""
    ends = sorted({row.epoch: row.step for row in (*losses.validation, *losses.training)}.items())
    every = -(-len(ends) // _MOST_LABELS)
    labels = []
    for epoch, step in ends:
        if epoch % every == 0 or len(ends) <= _MOST_LABELS:
            percent = across.percent(step)
            anchor = "end" if percent > 97 else "middle"
            labels.append(element("text", str(epoch), x=f"{percent:.2f}%", y="1em", text_anchor=anchor))
    name = element("text", "end of epoch", x="50%", y="2.4em", text_anchor="middle")
    return element("svg", *labels, name, class_="below", aria_hidden="true")


def _joined(rows: Sequence[MetricRow]) -> Sequence[MetricRow]:
    """Return the rows, or means of neighbours if they are too many."""
    width = -(-len(rows) // MOST_POINTS)
    if width <= 1:
        return rows
    parts = [rows[at : at + width] for at in range(0, len(rows), width)]
    return [MetricRow(part[-1].step, part[-1].epoch, fmean(row.loss for row in part), None) for part in parts]
