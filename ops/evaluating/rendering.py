"""An evaluation on a terminal and as JSON; neither shows a text of the dataset."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from finetuning.evaluation.plan import SUBJECTS
from ops.evaluating.finding import Evaluated

_MARKS = {True: "passed", False: "failed"}


def headline(found: Evaluated) -> str:
    """Return the verdict in one line."""
    gate = {"enabled": "quality gate", "dry_run": "quality gate (dry run)"}.get(found.mode, "quality gate (disabled)")
    again = " by the present cdk.json" if found.redecided else ""
    return f"{found.model} {found.generation}: {gate} {_MARKS[found.passed]}{again}"


def screen(found: Evaluated) -> RenderableType:
    """Return the verdict with its reasons, what was measured, and what was checked."""
    parts: list[RenderableType] = [Text(headline(found), style="bold")]
    parts += [Text(f"  - {reason}") for reason in found.reasons]
    if found.document is not None:
        parts += [_measured(found.document), _checked(found.document)]
        parts += [Text(f"note: {note}") for note in found.document.get("notes", [])]
    if found.uri:
        parts.append(Text(f"saved: {found.uri}"))
    return Group(*parts)


def plain(found: Evaluated) -> dict[str, Any]:
    """Return everything but the texts of the dataset and the answers, which a CI would keep in its log."""
    document = found.document
    shown = None if document is None else {k: v for k, v in document.items() if k not in ("samples", "worst")}
    return {**vars(found), "document": shown}


def _measured(document: Mapping[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("metric")
    for name in (*_columns(document), "gain"):
        table.add_column(name, justify="right")
    for row in _rows(document):
        table.add_row(*(Text(cell) for cell in row))
    return table


def _checked(document: Mapping[str, Any]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("check")
    table.add_column("")
    for check in _checks(document):
        table.add_row(Text(check["reason"]), Text(_MARKS[check["passed"]]))
    return table


def _columns(document: Mapping[str, Any]) -> list[str]:
    return [name for name in SUBJECTS if name in document["subjects"]]


def _rows(document: Mapping[str, Any]) -> list[list[str]]:
    """A metric in each: its value of each subject, and the candidate's gain with its interval."""
    subjects = document["subjects"]
    return [
        [
            metric["title"] or metric["name"],
            *(_number(subjects[name]["metrics"].get(metric["name"], {}).get("value")) for name in _columns(document)),
            "; ".join(_gains(document, metric["name"])),
        ]
        for metric in document["metrics"]
    ]


def _gains(document: Mapping[str, Any], metric: str) -> Iterator[str]:
    for difference in document["differences"]:
        if difference["metric"] == metric and difference["value"] is not None:
            bounds = f"{_number(difference['low'])} to {_number(difference['high'])}"
            yield f"{difference['value']:+.3g} over {difference['against']} ({bounds})"


def _checks(document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    found: Sequence[Mapping[str, Any]] = document["checks"]
    return found


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
