"""Dividing a dataset into training, validation and test, so that what is alike stays together.

Where a record goes depends on its question alone, not on its place in the file or on the other records: its digest is a
number between 0 and 1, and each split has a part of that range. A record so stays where it is when others are added or
removed. Records with the same question, and near-duplicates, are one group and go where the smallest digest of the
group goes; a group moves only if a record joins it whose digest is smaller.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from finetuning.base_model import BaseModel, DataFormat
from finetuning.dataset.inspections.groups import Groups
from finetuning.dataset.inspections.identity import digests
from finetuning.dataset.inspections.near_duplicates import SimilarRecords
from finetuning.dataset.inspections.sketches import sketch
from finetuning.dataset.limits import split_flaws, total_flaws
from finetuning.errors import FineTuningError

SPLITS = ("training", "validation", "test")
_RANGE = 1 << 64


class SplitError(FineTuningError, ValueError):
    """Fractions that are none, or that give a split the base model does not take; the message lists all problems."""


@dataclass(frozen=True)
class Fractions:
    """The share of the records that each split is to have; they add up to 1.

    Raises:
        SplitError: a share is below 0, there is no training split, or they add up to something else.
    """

    training: float
    validation: float
    test: float = 0.0

    def __post_init__(self) -> None:
        shares = ", ".join(f"{split} {getattr(self, split)}" for split in SPLITS)
        if not (self.training > 0 and self.validation >= 0 and self.test >= 0):
            raise SplitError(f"fractions must be 0 or more, and training's more than 0, got {shares}")
        if abs(self.training + self.validation + self.test - 1) > 1e-9:
            raise SplitError(f"fractions must add up to 1, got {shares}")

    def split_of(self, key: int) -> str:
        """Return where a group with this digest (0 to 2**64) goes.

        The test split has the lowest part of the range and training the highest, so that another share of validation
        leaves the test split as it is.
        """
        part = key / _RANGE
        if part < self.test:
            return "test"
        return "validation" if part < self.test + self.validation else "training"


@dataclass(frozen=True)
class SplitPlan:
    """Where each record goes, in the order in which they were read, and how many go where; 1 byte a record."""

    places: bytes
    counts: Mapping[str, int]

    def assign(self, lines: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
        """Yield each line with its split; the lines are those of the records that were planned, in any format.

        Raises:
            SplitError: there are more or fewer lines than were planned; the file has changed.
        """
        given = 0
        for given, line in enumerate(lines, 1):
            if given > len(self.places):
                break
            yield SPLITS[self.places[given - 1]], line
        if given != len(self.places):
            raise SplitError(
                f"{len(self.places)} records were planned and another number was read; the file has changed"
            )


def plan_split(records: Iterable[bytes], data_format: DataFormat, fractions: Fractions) -> SplitPlan:
    """Return where each record goes.

    The number of records of a split is near its fraction, not exactly it: of n groups and a fraction p it differs by
    less than 3 * sqrt(n * p * (1 - p)) in 997 of 1,000 cases (it is a binomial variable).

    Args:
        records: converted lines; one is in memory at a time, and about 500 bytes of each are remembered.
        data_format: their format.
        fractions: of the splits.
    """
    keys, similar = array("Q"), SimilarRecords()
    for record in records:
        keys.append(digests(record, data_format)[0])
        similar.add(sketch(record, data_format))
    groups = Groups(len(keys))
    first: dict[int, int] = {}
    for place, key in enumerate(keys):
        groups.join(place, first.setdefault(key, place))
    for later, earlier in similar.pairs():
        groups.join(later, earlier)
    smallest: dict[int, int] = {}
    for place, key in enumerate(keys):
        group = groups.of(place)
        smallest[group] = min(key, smallest.get(group, key))
    places = bytes(SPLITS.index(fractions.split_of(smallest[groups.of(place)])) for place in range(len(keys)))
    return SplitPlan(places, {split: places.count(number) for number, split in enumerate(SPLITS)})


def require_fit(plan: SplitPlan, base_model: BaseModel, fractions: Fractions) -> None:
    """Raise SplitError, naming every problem, if a split has fewer or more records than the base model takes."""
    problems = []
    for split, records in plan.counts.items():
        if getattr(fractions, split) > 0:
            flaws = split_flaws(base_model, split, records, 0)
            problems += [f"{split}: {flaw.message}" for flaw in flaws if flaw.code in {"DS501", "DS502"}]
    problems += [flaw.message for flaw in total_flaws(base_model, plan.counts)]
    if problems:
        raise SplitError("; ".join(problems) + "; choose other fractions or add records")
