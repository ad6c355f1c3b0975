"""Pairs of whole processes, timed in turn, so that a slow moment of the machine hits both."""

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Figure:
    """One measured number.

    Attributes:
        what: what was measured.
        ours: our side in words, with its absolute figure.
        against: the other side in words, or "".
        value: the number that is judged.
        unit: of the number; "" for a ratio.
        bound: the largest allowed value, or None when it is only shown.
        floor: the smallest allowed value, of what should be large.
    """

    what: str
    ours: str
    against: str
    value: float
    unit: str = ""
    bound: float | None = None
    floor: float | None = None

    @property
    def ok(self) -> bool:
        """Whether the bounds hold."""
        return (self.bound is None or self.value <= self.bound) and (self.floor is None or self.value >= self.floor)

    @property
    def allowed(self) -> str:
        """The bound in words; "" when the figure is only shown."""
        if self.bound is not None:
            return f"≤ {self.bound:g}"
        return "" if self.floor is None else f"≥ {self.floor:g}"


@dataclass(frozen=True)
class Pair:
    """Medians of both sides in seconds, and the median of the ratios pair by pair."""

    ours: float
    other: float
    ratio: float


def paired(
    ours: Sequence[str], other: Sequence[str], *, rounds: int, environment: Mapping[str, str], other_cwd: Path = ROOT
) -> Pair:
    """Time both commands in turn, after one round that does not count."""
    times = [(_seconds(ours, environment, ROOT), _seconds(other, environment, other_cwd)) for _ in range(rounds + 1)][
        1:
    ]
    return Pair(
        ours=statistics.median(a for a, _ in times),
        other=statistics.median(b for _, b in times),
        ratio=statistics.median(a / b for a, b in times),
    )


def peak_memory() -> int:
    """The peak of this process's memory in bytes, on Linux; what getrusage tells includes its parent's at the fork."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def _seconds(command: Sequence[str], environment: Mapping[str, str], cwd: Path) -> float:
    start = time.perf_counter()
    subprocess.run(command, cwd=cwd, env={**os.environ, **environment}, check=True, capture_output=True)
    return time.perf_counter() - start
