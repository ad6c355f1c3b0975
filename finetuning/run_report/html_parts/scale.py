"""From values to places on a line, in percent of its length, and the round values at which it is marked."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor, log10


@dataclass(frozen=True)
class Scale:
    """A line from one value to another."""

    low: float
    high: float

    def percent(self, value: float) -> float:
        """Return where a value stands; what lies outside stands at the nearest end."""
        return min(100.0, max(0.0, 100 * (value - self.low) / (self.high - self.low)))

    def ticks(self, most: int) -> list[float]:
        """Return at most so many round values within, evenly apart."""
        rough = (self.high - self.low) / most
        power = 10.0 ** floor(log10(rough))
        step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)
        first, last = ceil(self.low / step - 1e-9), floor(self.high / step + 1e-9)
        return [round(number * step, 10) for number in range(first, last + 1)]


def around(values: Iterable[float], room: float) -> Scale:
    """Return a scale that holds all values, with a share of its length as room at both ends."""
    low, high = _ends(values)
    margin = (high - low) * room
    return Scale(low - margin, high + margin)


def _ends(values: Iterable[float]) -> tuple[float, float]:
    found = list(values) or [0.0]
    low, high = min(found), max(found)
    if high - low > 1e-9 * max(abs(low), abs(high)):
        return low, high
    half = abs(low) / 10 or 0.5
    return low - half, high + half
