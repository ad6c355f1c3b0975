"""Confidence intervals as small plots: a dot for the difference, a line for its interval, a bar for what is required.

The numbers stand beside each plot, so that it needs no other text alternative.
"""

from collections.abc import Iterable, Iterator

from finetuning.presentation.markup import Safe, element
from finetuning.run_report.html_parts.scale import Scale, around
from finetuning.run_report.model import Check, Estimate

#: What an observed difference must not fall below, by the kind of check and its bound.
_SIGNS = {"min_gain_over_base": 1.0, "max_loss_to_champion": -1.0}


def bound_of(checks: Iterable[Check], metric: str, against: str, *, more_is_better: bool) -> float | None:
    """Return the difference that the gate requires of a metric against a subject; None if it requires none."""
    for check in checks:
        if (check.metric, check.against) != (metric, against):
            continue
        if check.rule == "no_regression":
            return 0.0
        if check.rule in _SIGNS and check.required is not None:
            return check.required * _SIGNS[check.rule] * (1 if more_is_better else -1)
    return None


def scale(estimates: Iterable[Estimate], bounds: Iterable[float | None]) -> Scale:
    """Return the scale of the plots of one metric: nought is always on it."""
    found = [end for e in estimates for end in (e.value, e.low, e.high) if end is not None]
    return around([0.0, *found, *(bound for bound in bounds if bound is not None)], 0.06)


def interval(estimate: Estimate, bound: float | None, across: Scale, *, passed: bool | None) -> Safe:
    """Return the plot of one difference.

    Args:
        estimate: with its interval.
        bound: what the gate requires; None without.
        across: of all plots of the metric.
        passed: whether the gate's requirement holds; None without one.
    """
    tone = "" if passed is None else " good" if passed else " error"
    return element(
        "svg",
        *_parts(estimate, bound, across),
        class_=f"interval{tone}",
        aria_hidden="true",
        focusable="false",
    )


def _parts(estimate: Estimate, bound: float | None, across: Scale) -> Iterator[Safe]:
    yield _line(0.0, 0.0, across, "nought", ("0", "100%"))
    if bound is not None:
        yield _line(bound, bound, across, "bound", ("0", "100%"))
    if estimate.low is not None and estimate.high is not None:
        yield _line(estimate.low, estimate.high, across, "range", ("50%", "50%"))
    if estimate.value is not None:
        yield element("circle", cx=f"{across.percent(estimate.value):.2f}%", cy="50%", r="4.5", class_="value")


def _line(first: float, last: float, across: Scale, kind: str, ends: tuple[str, str]) -> Safe:
    x1, x2 = f"{across.percent(first):.2f}%", f"{across.percent(last):.2f}%"
    return element("line", x1=x1, y1=ends[0], x2=x2, y2=ends[1], class_=kind)
