"""Compares two inputs, whatever their formats, and tells the difference in line numbers: no text is shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from rich.text import Text

from finetuning.dataset.diff import DatasetDiff
from finetuning.dataset.diff import diff as compare
from finetuning.presentation.numbers import counted, number
from ops.data import records, target
from ops.data.inputs import Input, ready
from ops.data.progress import display
from ops.data.storage import default_storage

#: Every other format can be written in it without loss.
_FORMAT = "bedrock-conversation-2024"


@dataclass(frozen=True)
class Compared:
    """Two inputs and their difference."""

    old: str
    new: str
    difference: DatasetDiff

    @property
    def old_records(self) -> int:
        """The number of records of the old version."""
        return self.difference.unchanged + len(self.difference.removed) + len(self.difference.changed)

    @property
    def new_records(self) -> int:
        """The number of records of the new version."""
        return self.difference.unchanged + len(self.difference.added) + len(self.difference.changed)


def run(old: str, new: str, source_format: str | None) -> Compared:
    """Compare.

    Raises:
        UnreadableError: one of them cannot be read, or has records with errors.
    """
    inputs = ready([Input(old, old), Input(new, new)], cache(default_storage))
    base_model = target.find(_FORMAT, None)
    with display() as screen:
        before, after = (enumerate(records.lines(each, base_model, screen, source_format), 1) for each in inputs)
        return Compared(old, new, compare(before, after, base_model.data_format))


def document(found: Compared) -> dict[str, Any]:
    """The JSON document: counts and all line numbers."""
    difference = found.difference
    return {
        "same": difference.same,
        "old": {"file": found.old, "records": found.old_records},
        "new": {"file": found.new, "records": found.new_records},
        "added": list(difference.added),
        "removed": list(difference.removed),
        "changed": [{"old_line": before, "new_line": after} for before, after in difference.changed],
        "unchanged": difference.unchanged,
        "moved": difference.moved,
    }


def lines(found: Compared, most: int) -> Iterator[Text]:
    """What changed, as `diff` colours it."""
    difference = found.difference
    yield Text(f"--- {found.old} ({counted(found.old_records, 'record')})", "bold")
    yield Text(f"+++ {found.new} ({counted(found.new_records, 'record')})", "bold")
    pairs = [f"{before} → {after}" for before, after in difference.changed]
    yield _kind("removed", difference.removed, f"lines of {found.old}", most, "red")
    yield _kind("added", difference.added, f"lines of {found.new}", most, "green")
    yield _kind("answer changed", pairs, "old line → new line", most, "yellow")
    moved = f", {number(difference.moved)} of them in another place" if difference.moved else ""
    yield Text(f"unchanged       {number(difference.unchanged)}{moved}")
    yield Text("the same records" if difference.same else "different records", "bold")


def _kind(name: str, places: Sequence[object], what: str, most: int, style: str) -> Text:
    listed = ", ".join(map(str, places[:most])) + (", …" if len(places) > most else "")
    where = f"  {what}: {listed}" if places and most else ""
    return Text.assemble((f"{name:<15} {number(len(places))}", style if places else "dim"), where)
