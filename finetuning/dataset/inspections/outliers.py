"""Questions and answers far longer or shorter than the rest: often cut off, pasted twice, or another thing altogether.

Lengths of texts spread over orders of magnitude, so they are compared on a logarithmic scale, with the median and the
median absolute deviation, which a few outliers do not move (Iglewicz and Hoaglin, 'How to Detect and Handle Outliers',
ASQC 1993). Their limit of 3.5 would call 5 records of 10,000 unusual that are not; these rules are to be believed.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median

from finetuning.base_model import BaseModel
from finetuning.dataset.findings import Flaw
from finetuning.dataset.inspections.identity import cut
from finetuning.dataset.limits import most_records

FEWEST_RECORDS = 50
FARTHEST_SCORE = 6.0
SMALLEST_FACTOR = 8.0
#: More than these are a second kind of records, not outliers.
MOST_FINDINGS, LARGEST_SHARE = 3, 0.01
# Makes the median absolute deviation of a normal distribution its standard deviation (Iglewicz and Hoaglin).
_NORMAL = 1.4826


@dataclass
class _Lengths:
    lines: array[int] = field(default_factory=lambda: array("Q"))
    questions: array[int] = field(default_factory=lambda: array("Q"))
    answers: array[int] = field(default_factory=lambda: array("Q"))


class Outliers:
    """DS606; remembers 24 bytes a record, of at most as many records of a split as the base model takes in all.

    Answers are compared only where each record has one: of a few among many prompts, every one would be unusual.
    """

    def __init__(self, base_model: BaseModel) -> None:
        self._format = base_model.data_format
        self._limit = most_records(base_model)
        self._compares_answers = base_model.limits.answers != "optional"
        self._splits: dict[str, _Lengths] = {}

    def inspect(self, split: str, line: int, record: bytes) -> Iterator[Flaw]:
        """Remember the lengths; yield nothing yet."""
        lengths = self._splits.setdefault(split, _Lengths())
        if len(lengths.lines) < self._limit:
            parts = cut(record, self._format)
            lengths.lines.append(line)
            lengths.questions.append(parts.end_of_question - parts.dialogue)
            lengths.answers.append(len(parts.text) - parts.answer if self._compares_answers else 0)
        yield from ()

    def finish(self, split: str) -> Iterator[tuple[int | None, Flaw]]:
        """Yield the records of unusual length; none if there are too few records to tell, or too many unusual ones."""
        lengths = self._splits.get(split, _Lengths())
        for name, values in (("question", lengths.questions), ("answer", lengths.answers)):
            for index, middle in _unusual(values):
                length = values[index]
                word = "long" if length > middle else "short"
                message = f"unusually {word} {name}: about {length} bytes, the median is {middle:.0f}"
                yield lengths.lines[index], Flaw("DS606", "", message)


def _unusual(lengths: array[int]) -> list[tuple[int, float]]:
    """Return the places of unusual lengths, each with the median of all."""
    if len(lengths) < FEWEST_RECORDS:
        return []
    logarithms = [math.log(length + 1) for length in lengths]
    middle = median(logarithms)
    deviation = _NORMAL * median(abs(value - middle) for value in logarithms)
    farthest = max(FARTHEST_SCORE * deviation, math.log(SMALLEST_FACTOR))
    places = [index for index, value in enumerate(logarithms) if abs(value - middle) > farthest]
    if len(places) > max(MOST_FINDINGS, LARGEST_SHARE * len(lengths)):
        return []
    return [(index, median(lengths)) for index in places]
