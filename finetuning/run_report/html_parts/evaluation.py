"""What was measured: each metric for each subject, the differences with their intervals, the labels."""

from collections.abc import Iterator, Mapping, Sequence

from finetuning.presentation.markup import Safe, element, join, name
from finetuning.presentation.numbers import counted, number
from finetuning.run_report.html_parts import plots
from finetuning.run_report.html_parts.amounts import amount, difference
from finetuning.run_report.model import Evaluation, Metric


def evaluation(report: Evaluation) -> Safe:
    """Return the section about the metrics."""
    return element(
        "section",
        element("h2", "Evaluation", id="evaluation"),
        element("p", *_introduction(report)),
        *(element("p", note) for note in report.notes),
        _values(report),
        *_differences(report),
        *_labels(report),
        aria_labelledby="evaluation",
    )


def _introduction(report: Evaluation) -> Iterator[str]:
    asked = "" if report.asked is None else f", {counted(report.asked, 'record')} of the test dataset asked"
    yield f"Preset {report.preset}{asked}. " if report.preset else ""
    for subject in report.subjects:
        if subject.failed:
            yield f"The {subject.name} failed to answer {counted(subject.failed, 'record')}. "


def _values(report: Evaluation) -> Safe:
    subjects = [subject.name for subject in report.subjects]
    heads = (element("th", name, scope="col", class_="number") for name in subjects)
    head = element("tr", element("th", "Metric", scope="col"), *heads)
    rows = (
        element(
            "tr",
            element("th", _name(metric), scope="row"),
            *(element("td", _value(metric, subject), class_="number") for subject in subjects),
        )
        for metric in report.metrics
    )
    table = element("table", element("thead", head), element("tbody", *rows), class_="overview values")
    return join(_wide(table, "Metrics by subject"), element("dl", *_identities(report), class_="facts who"))


def _wide(table: Safe, label: str) -> Safe:
    """Return a table that may be wider than a telephone: it is scrolled by itself, with a keyboard too."""
    return element("div", table, class_="wide", tabindex=0, role="region", aria_label=label)


def _value(metric: Metric, subject: str) -> str:
    found = metric.values.get(subject)
    return "–" if found is None else amount(found.value, metric.unit)


def _name(metric: Metric) -> Safe:
    """The metric's name, and which way is up where that is not as usual; a narrow screen shows the arrow only."""
    words = element("span", " less is better", class_="words")
    less = [] if metric.more_is_better else [" ", element("span", "↓", words, class_="aside")]
    if metric.title == metric.name:
        return join(name(metric.name), *less)
    return join(metric.title, *less, element("span", name(metric.name), class_="aside also"))


def _identities(report: Evaluation) -> Iterator[Safe]:
    for subject in report.subjects:
        if subject.identity:
            yield element("div", element("dt", subject.name), element("dd", element("code", subject.identity)))


def _differences(report: Evaluation) -> Iterator[Safe]:
    compared = [m for m in report.metrics if any(e.value is not None for e in m.differences.values())]
    if not compared:
        return
    level = "" if report.confidence is None else f" at {100 * report.confidence:g} %, one-sided"
    yield element("h3", "The candidate against the others", id="differences")
    yield element(
        "p",
        f"A dot is the difference, candidate less the other; the line through it is its confidence interval{level}, "
        "by a paired bootstrap. Dashed: no difference. Bar: what the gate requires, coloured by whether it holds.",
        class_="aside",
    )
    gated = {check.metric for check in report.checks}
    main = [metric for metric in compared if metric.is_main or metric.name in gated] or compared
    yield _compared(main, report)
    if others := [metric for metric in compared if metric not in main]:
        yield element("details", element("summary", "the other metrics"), _compared(others, report))


def _compared(metrics: Sequence[Metric], report: Evaluation) -> Safe:
    heads = (element("th", name, scope="col") for name in ("Metric", "Against", "Difference"))
    body = (element("tbody", *_rows(metric, report)) for metric in metrics)
    return element("table", element("thead", element("tr", *heads)), *body, class_="overview differences")


def _rows(metric: Metric, report: Evaluation) -> Iterator[Safe]:
    bounds = {
        against: plots.bound_of(report.checks, metric.name, against, more_is_better=metric.more_is_better)
        for against in metric.differences
    }
    across = plots.scale(metric.differences.values(), bounds.values())
    for place, (against, estimate) in enumerate(metric.differences.items()):
        passed = _holds(report, metric.name, against)
        words = difference(estimate.value, metric.unit)
        if estimate.low is not None and estimate.high is not None:
            ends = (difference(end, metric.unit) for end in (estimate.low, estimate.high))
            words += f" ({' to '.join(ends)})"
        if bounds[against] is not None:
            words += f", required {difference(bounds[against], metric.unit)}"
        cells = [
            element("td", against),
            element(
                "td",
                plots.interval(estimate, bounds[against], across, passed=passed),
                element("span", words, class_="measured"),
            ),
        ]
        if place == 0:
            cells.insert(0, element("th", _name(metric), scope="rowgroup", rowspan=len(metric.differences)))
        yield element("tr", *cells)


def _holds(report: Evaluation, metric: str, against: str) -> bool | None:
    found = [check.passed for check in report.checks if (check.metric, check.against) == (metric, against)]
    return all(found) if found else None


def _labels(report: Evaluation) -> Iterator[Safe]:
    if not report.labels:
        return
    subjects = [subject.name for subject in report.subjects]
    heads = (element("th", name, scope="col", class_="number") for name in ("Records", *subjects))
    yield element("h3", "F1 by label", id="labels")
    rows = (
        element(
            "tr",
            element("th", label.name, scope="row"),
            element("td", "–" if label.records is None else number(label.records), class_="number"),
            *(element("td", _f1(label.f1, subject), class_="number") for subject in subjects),
        )
        for label in report.labels
    )
    head = element("tr", element("th", "Label", scope="col"), *heads)
    table = element("table", element("thead", head), element("tbody", *rows), class_="overview values")
    yield _wide(table, "F1 by label and subject")


def _f1(found: Mapping[str, float | None], subject: str) -> str:
    return amount(found[subject], "share") if subject in found else "–"
