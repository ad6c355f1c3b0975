"""Histograms as tables of bars: legible at any width, on paper and for a screen reader, without a script."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from finetuning.presentation.markup import Safe, element
from finetuning.presentation.numbers import number

#: More bars are joined to wider ones.
MOST_BARS = 25
#: A bar of few records among many is still to be seen.
_LEAST_PERCENT = 0.7


@dataclass(frozen=True)
class Range:
    """How many records have a value from ``first`` to ``last``, both included."""

    first: int
    last: int
    records: int


def up_to(bars: Iterable[tuple[int, int]]) -> list[Range]:
    """Return ranges from (upper bound, records), without the empty ones at both ends, and not too many."""
    ranges, first = [], 0
    for last, records in sorted(bars):
        ranges.append(Range(first, last, records))
        first = last + 1
    filled = [place for place, bar in enumerate(ranges) if bar.records]
    return _joined(ranges[filled[0] : filled[-1] + 1]) if filled else []


def exactly(counts: Iterable[tuple[int, int]]) -> list[Range]:
    """Return one range for each value, from (value, records); not too many."""
    return _joined([Range(value, value, records) for value, records in sorted(counts) if records])


def chart(ranges: Sequence[Range], *, caption: str, value: str, limit: int | None = None) -> Safe:
    """Return a table with one bar for each range.

    Args:
        ranges: in ascending order.
        caption: what is shown, as the table's caption.
        value: what the ranges are of, as a column's header.
        limit: a value that should not be exceeded; bars beyond it stand out below a line that says so.
    """
    most, total = max(bar.records for bar in ranges), sum(bar.records for bar in ranges)
    rows, is_marked = [], limit is None
    for bar in ranges:
        if limit is not None and not is_marked and bar.last > limit:
            is_marked = True
            rows.append(_mark(limit, is_within=bar.first <= limit))
        rows.append(_row(bar, most, total, is_over=limit is not None and bar.first > limit))
    head = element(
        "tr",
        element("th", value, scope="col"),
        element("th", element("span", "share of records", class_="unseen"), scope="col", class_="track"),
        element("th", "records", scope="col", class_="number"),
    )
    return element(
        "table",
        element("caption", caption),
        element("thead", head),
        element("tbody", *rows),
        class_="bars",
    )


def gauge(value: int, limit: int) -> Safe:
    """Return a bar that is filled as far as a value has come towards its limit."""
    percent = min(100.0, max(_LEAST_PERCENT, 100 * value / limit)) if value else 0.0
    return _bar(percent, "gauge over" if value > limit else "gauge")


def _row(bar: Range, most: int, total: int, *, is_over: bool) -> Safe:
    percent = max(_LEAST_PERCENT, 100 * bar.records / most) if bar.records else 0.0
    label = number(bar.first) if bar.first == bar.last else f"{number(bar.first)} – {number(bar.last)}"
    spoken = f"{100 * bar.records / total:.0f} %"
    return element(
        "tr",
        element("th", label, scope="row"),
        element("td", _bar(percent, "bar over" if is_over else "bar"), element("span", spoken, class_="unseen")),
        element("td", number(bar.records), class_="number"),
    )


def _mark(limit: int, *, is_within: bool) -> Safe:
    text = f"limit: {number(limit)}" + (", within the next bar" if is_within else "")
    return element("tr", element("td", text, colspan=3), class_="limit")


def _bar(percent: float, kind: str) -> Safe:
    rect = element("rect", width=f"{percent:.1f}%", height="100%", rx="2")
    return element("svg", rect, class_=kind, aria_hidden="true", focusable="false")


def _joined(ranges: list[Range]) -> list[Range]:
    while len(ranges) > MOST_BARS:
        pairs = [ranges[at : at + 2] for at in range(0, len(ranges), 2)]
        ranges = [replace(pair[0], last=pair[-1].last, records=sum(bar.records for bar in pair)) for pair in pairs]
    return ranges
