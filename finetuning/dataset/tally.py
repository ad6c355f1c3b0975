"""What is counted of good records: tokens, turns, and how they are distributed, in bounded memory."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate
from types import MappingProxyType

from finetuning.dataset.report import Bar

#: Tokens that one counter of the histogram stands for.
_STEP = 10
_MOST_BARS = 24
#: Records that the equally wide bars hold; the last bar takes the rest, or one outlier would squeeze all others.
_SHOWN_SHARE = 0.99


class Tally:
    """Counts good records."""

    def __init__(self) -> None:
        self.total_millitokens = 0
        self.longest_millitokens = 0
        self._turns: Counter[int] = Counter()
        self._steps: Counter[int] = Counter()

    def add(self, turns: Sequence[int], millitokens: Sequence[int]) -> None:
        """Count records: the number of turns of each, and its estimated length in thousandths of a token."""
        self._turns.update(turns)
        self._steps.update([(length - 1) // (1000 * _STEP) for length in millitokens])
        self.total_millitokens += sum(millitokens)
        self.longest_millitokens = max(self.longest_millitokens, *millitokens, 0)

    @property
    def records(self) -> int:
        """How many were counted."""
        return self._turns.total()

    @property
    def turns(self) -> Mapping[int, int]:
        """Number of turns → number of records."""
        return MappingProxyType(dict(sorted(self._turns.items())))

    def histogram(self) -> tuple[Bar, ...]:
        """Return at most 25 bars, all of one round width but the last, which ends at the longest record."""
        if not self._steps:
            return ()
        steps_per_bar = self._steps_per_bar()
        bars: Counter[int] = Counter()
        for step, records in self._steps.items():
            bars[min(step // steps_per_bar, _MOST_BARS)] += records
        width = steps_per_bar * _STEP
        shown = [Bar((index + 1) * width, bars[index]) for index in range(max(bars) + 1)]
        if len(shown) > _MOST_BARS:
            shown[-1] = Bar((max(self._steps) + 1) * _STEP, bars[_MOST_BARS])
        return tuple(shown)

    def _steps_per_bar(self) -> int:
        """The smallest of 1, 2, 5, 10, 20 ... for which the bars reach as far as nearly all records do."""
        steps = sorted(self._steps.items())
        seen = accumulate(records for _, records in steps)
        wanted = _SHOWN_SHARE * self.records
        furthest = next(step for (step, _), records in zip(steps, seen, strict=True) if records >= wanted)
        width = 1
        while furthest // width >= _MOST_BARS:
            width = width * 5 // 2 if str(width).startswith("2") else width * 2
        return width
