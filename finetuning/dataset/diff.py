"""What changed between two versions of a dataset: questions and answers, whatever their order in the files."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from finetuning.base_model import DataFormat
from finetuning.dataset.inspections.identity import digests

_Places = Mapping[int, list[tuple[int, int]]]


@dataclass(frozen=True)
class DatasetDiff:
    """The difference of two versions, as lines from 1; every record of each version is counted once.

    Attributes:
        added: lines of the new version whose question the old one has not, or not so often.
        removed: lines of the old version whose question the new one has not, or not so often.
        changed: (old line, new line) of records with the same question and another answer.
        unchanged: number of records that are in both.
        moved: how many of the unchanged ones stand elsewhere in the order; the fewest that explain it.
    """

    added: tuple[int, ...]
    removed: tuple[int, ...]
    changed: tuple[tuple[int, int], ...]
    unchanged: int
    moved: int

    @property
    def same(self) -> bool:
        """Whether both versions have the same records, in whatever order."""
        return not (self.added or self.removed or self.changed)


def diff(
    old: Iterable[tuple[int, bytes]],
    new: Iterable[tuple[int, bytes]],
    data_format: DataFormat,
) -> DatasetDiff:
    """Compare two versions; of each record its digests and its line are remembered, about 250 bytes.

    Args:
        old: of the old version, each record's line from 1 and its converted line.
        new: the same of the new version.
        data_format: of both.
    """
    before, after = _read(old, data_format), _read(new, data_format)
    added: list[int] = []
    removed: list[int] = []
    changed: list[tuple[int, int]] = []
    kept: list[tuple[int, int]] = []
    for question in before.keys() | after.keys():
        same, gone, come = _matched(before.get(question, []), after.get(question, []))
        kept += same
        changed += zip(gone, come, strict=False)
        removed += gone[len(come) :]
        added += come[len(gone) :]
    kept.sort()
    moved = len(kept) - _longest_rise([line for _, line in kept])
    return DatasetDiff(tuple(sorted(added)), tuple(sorted(removed)), tuple(sorted(changed)), len(kept), moved)


def _read(records: Iterable[tuple[int, bytes]], data_format: DataFormat) -> _Places:
    places: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for line, record in records:
        question, answer = digests(record, data_format)
        places[question].append((answer, line))
    return places


def _matched(
    old: list[tuple[int, int]], new: list[tuple[int, int]]
) -> tuple[list[tuple[int, int]], list[int], list[int]]:
    """Return the pairs of lines with equal answers, and the lines left over on either side, for one question."""
    waiting: defaultdict[int, list[int]] = defaultdict(list)
    for answer, line in reversed(old):
        waiting[answer].append(line)
    same, come = [], []
    for answer, line in new:
        if waiting[answer]:
            same.append((waiting[answer].pop(), line))
        else:
            come.append(line)
    return same, sorted(line for lines in waiting.values() for line in lines), come


def _longest_rise(lines: list[int]) -> int:
    """Return the length of the longest rising subsequence (Fredman, 'On computing the length of longest...', 1975)."""
    tails: list[int] = []
    for line in lines:
        place = bisect_left(tails, line)
        tails[place : place + 1] = [line]
    return len(tails)
