"""Records that differ in a few words only, within a split (DS602) and across splits (DS605).

Two records are near-duplicates if they share at least 80 % of their word triples, and half of the words of their
answers: several questions about one long text are no duplicates as long as their answers differ. They must also share
80 % of those triples that few records have, so that a template filled in again and again makes no near-duplicates.
Records with fewer than 12 such triples are too short for this: they count if they differ in case and punctuation only.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

from finetuning.base_model import BaseModel
from finetuning.dataset.findings import Flaw
from finetuning.dataset.inspections.groups import Groups
from finetuning.dataset.inspections.identity import digests
from finetuning.dataset.inspections.sketches import Sketch, sketch
from finetuning.dataset.limits import most_records

SIMILAR = 0.8
SIMILAR_ANSWER = 0.5
#: A phrase in more records than this, and in more than this share of all, belongs to a template.
COMMON_RECORDS, COMMON_SHARE = 20, 0.01
FEWEST_TRIPLES = 12
# A pair that shares 80 % shares one of its four smallest hashes in all but 0.2 % of cases (0.2 to the fourth power).
_KEYS = 4
# Of many records with one key, each is compared with the first and the last before it, so many in all: time stays
# linear when all records are alike.
_CANDIDATES = 8
# A quick look before a close one: of two records that share 80 %, one pair in 50,000 has fewer equal smallest hashes.
_SMALLEST, _FEWEST_SMALLEST = 10, 4
_COUNTERS = 1 << 19


class SimilarRecords:
    """The sketches of many records, and the pairs among them that are near-duplicates; about 400 bytes a record."""

    def __init__(self) -> None:
        self._hashes, self._answers = array("I"), array("I")
        self._ends, self._answer_ends, self._lengths = array("Q", [0]), array("Q", [0]), array("Q")
        self._thresholds, self._words = array("Q"), array("Q")
        # How many records have a hash, or another with the same low bits, which makes a phrase seem a little commoner.
        self._frequency = array("I", bytes(_COUNTERS * array("I").itemsize))

    def __len__(self) -> int:
        return len(self._words)

    def add(self, record: Sketch) -> None:
        """Add a record; its place is the number of records before it."""
        self._hashes.extend(record.hashes)
        self._answers.extend(record.answer)
        self._ends.append(len(self._hashes))
        self._answer_ends.append(len(self._answers))
        self._lengths.append(record.length)
        self._thresholds.append(record.threshold)
        self._words.append(record.words)
        for value in record.hashes:
            self._frequency[value % _COUNTERS] += 1

    def pairs(self, first: int = 0) -> Iterator[tuple[int, int]]:
        """Yield near-duplicates as (later, earlier), the later at ``first`` or after it.

        Not all pairs of a group of records that are alike: as many as join the group, and one of each later record.
        """
        groups, matched = Groups(len(self)), bytearray(len(self))
        for place, earlier in self._candidates(first):
            if not (matched[place] and groups.of(place) == groups.of(earlier)) and self._similar(earlier, place):
                groups.join(place, earlier)
                matched[place] = True
                yield place, earlier

    def _candidates(self, first: int) -> Iterator[tuple[int, int]]:
        yield from self._equal_words(first)
        before: list[int] = []
        last_key = -1
        for entry in sorted(self._index()):
            key, place = entry >> 32, entry & 0xFFFFFFFF
            if key != last_key:
                before, last_key = [], key
            if place >= first:
                yield from ((place, earlier) for earlier in before)
            before = [*before[:1], *before[1:][-_CANDIDATES + 2 :], place]

    def _equal_words(self, first: int) -> Iterator[tuple[int, int]]:
        seen: dict[int, int] = {}
        for place, words in enumerate(self._words):
            earlier = seen.setdefault(words, place)
            if words and first <= place != earlier:
                yield place, earlier

    def _index(self) -> Iterator[int]:
        """Yield every record's smallest telling hashes, each with the record's place in the low 32 bits."""
        for place in range(len(self)):
            for value in self._telling(place)[:_KEYS]:
                yield value << 32 | place

    def _telling(self, place: int) -> list[int]:
        """Return the hashes of a record that few records have."""
        common = max(COMMON_RECORDS, COMMON_SHARE * len(self))
        return [value for value in self._of(place) if self._frequency[value % _COUNTERS] <= common]

    def _of(self, place: int) -> array[int]:
        return self._hashes[self._ends[place] : self._ends[place + 1]]

    def _smallest(self, place: int) -> set[int]:
        begin, end = self._ends[place : place + 2]
        return set(self._hashes[begin : min(end, begin + _SMALLEST)])

    def _answer_of(self, place: int) -> array[int]:
        return self._answers[self._answer_ends[place] : self._answer_ends[place + 1]]

    def _similar(self, one: int, other: int) -> bool:
        if self._words[one] and self._words[one] == self._words[other]:
            return True
        length, other_length = self._lengths[one], self._lengths[other]
        limit = min(self._thresholds[one], self._thresholds[other])
        return (
            SIMILAR * other_length <= length <= other_length / SIMILAR
            and len(self._smallest(one) & self._smallest(other)) >= _FEWEST_SMALLEST
            and _share(self._of(one), self._of(other), limit) >= SIMILAR
            and _share(self._telling(one), self._telling(other), limit, FEWEST_TRIPLES) >= SIMILAR
            and _share(self._answer_of(one), self._answer_of(other)) >= SIMILAR_ANSWER
        )


def _share(one: Iterable[int], other: Iterable[int], limit: int = 1 << 32, fewest: int = 1) -> float:
    """Return which share of the hashes below a limit both have; 0 if there are fewer than ``fewest``."""
    left, right = ({value for value in hashes if value < limit} for hashes in (one, other))
    either = len(left | right)
    return len(left & right) / either if either >= fewest else 0.0


class NearDuplicates:
    """The inspection. It remembers twice as many records as the base model takes, to have room for a test dataset.

    Records with the same question are left to `Duplicates`.
    """

    def __init__(self, base_model: BaseModel) -> None:
        self._format = base_model.data_format
        self._limit = 2 * most_records(base_model)
        self._records = SimilarRecords()
        self._lines, self._questions = array("Q"), array("Q")
        self._splits: dict[str, range] = {}

    def inspect(self, split: str, line: int, record: bytes) -> Iterator[Flaw]:
        """Remember the record's sketch; yield nothing yet."""
        if len(self._records) < self._limit:
            self._records.add(sketch(record, self._format))
            self._lines.append(line)
            self._questions.append(digests(record, self._format)[0])
        yield from ()

    def finish(self, split: str) -> Iterator[tuple[int | None, Flaw]]:
        """Yield the split's records that are near one before, in this split or another; one finding of each kind."""
        first = max((places.stop for places in self._splits.values()), default=0)
        self._splits[split] = range(first, len(self._records))
        nearest: dict[tuple[int, str], int] = {}
        for later, earlier in self._records.pairs(first):
            if self._questions[later] != self._questions[earlier]:
                key = later, self._split_of(earlier)
                nearest[key] = min(earlier, nearest.get(key, earlier))
        for (later, other), earlier in sorted(nearest.items()):
            place = f"line {self._lines[earlier]}"
            if other == split:
                yield self._lines[later], Flaw("DS602", "", f"nearly the same record as {place}")
            else:
                yield self._lines[later], Flaw("DS605", "", f"nearly the same record as {other} {place}")

    def _split_of(self, place: int) -> str:
        return next(split for split, places in self._splits.items() if place in places)
