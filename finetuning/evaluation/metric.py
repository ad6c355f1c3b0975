"""What a metric is: what one answer contributes, how contributions become one value, and which way is better."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from finetuning.evaluation.answers import SavedAnswer, SavedGrade
from finetuning.evaluation.records import TestRecord
from finetuning.evaluation.settings import PriceSettings
from finetuning.evaluation.statistics import Statistic, weighted_mean

Unit = Literal["share", "score", "seconds", "tokens", "characters", "usd"]
Better = Literal["more", "less"]


@dataclass(frozen=True)
class Case:
    """One answer with all that it is judged by.

    Attributes:
        prices: of the subject that answered; None if they are not known.
    """

    record: TestRecord
    answer: SavedAnswer
    grade: SavedGrade | None = None
    prices: PriceSettings | None = None

    @property
    def failed(self) -> bool:
        """Whether there is no answer."""
        return bool(self.answer.failure)

    @property
    def text(self) -> str:
        """The answer; of one that failed, an empty one. A metric that an empty text may please asks ``failed``."""
        return "" if self.failed else self.answer.text


#: What candidate and baseline contribute of the same record.
Pair = tuple[Any, Any]


def unbounded(pairs: Sequence[Pair]) -> Sequence[Pair]:
    """Return the pair that differs most, and the same with candidate and baseline exchanged.

    Nobody knows how much worse an answer can be, so the largest difference that occurred stands for it.
    """
    one, other = max(pairs, key=_distance)
    low, high = min(one, other), max(one, other)
    return (low, high), (high, low)


def _distance(pair: Pair) -> float:
    return abs(float(pair[0]) - float(pair[1]))


def from_zero_to_one(pairs: Sequence[Pair]) -> Sequence[Pair]:
    """Return the pairs of a share: one all wrong, the other all right."""
    return (0.0, 1.0), (1.0, 0.0)


@dataclass(frozen=True)
class Metric:
    """One metric.

    Attributes:
        name: as in ``evaluation.metrics`` and ``gate.thresholds``.
        title: for people.
        unit: of its value.
        better: whether more or less of it is better.
        contribution: what a case contributes; None if it says nothing about it. NaN makes the whole value unusable.
        combine: makes the metric's value of weighed contributions.
        extremes: of the pairs that occurred, those that one more record could add and that matter most; the interval
            takes the worst and the best of them (see `statistics`).
        score: of one contribution, to find the worst records; by default the contribution itself.
        needs: what must be configured for it to be measured.
        counts_failures: whether it is about answers that failed, so that no record of a comparison is left out.
    """

    name: str
    title: str
    unit: Unit
    better: Better
    contribution: Callable[[Case], Hashable | None]
    combine: Statistic[Any] = weighted_mean
    extremes: Callable[[Sequence[Pair]], Sequence[Pair]] = unbounded
    score: Callable[[Any], float] = float
    needs: str = ""
    counts_failures: bool = False

    def value(self, contributions: Sequence[Any]) -> float | None:
        """Return the value of contributions; None without any."""
        return self.combine(contributions, [1.0] * len(contributions)) if contributions else None
