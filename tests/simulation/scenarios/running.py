"""Runs many small lives on all cores, and adds up what came of them by name."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.simulation import collecting
from tests.simulation.oracle import Violation
from tests.simulation.scenarios.life import Life

#: A chunk is what one process does between two reports.
CHUNK = 40


class Failing(NamedTuple):
    """A life in which something is not as it must be.

    Attributes:
        name: what was played.
        which: its seed, or whatever else tells it from the others of this name.
    """

    name: str
    which: str
    violations: tuple[Violation, ...]


@dataclass
class Counts:
    """What came of many lives.

    Attributes:
        lives: how many, by name.
        seconds: of computing, by name.
    """

    lives: Counter[str] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    failing: list[Failing] = field(default_factory=list)

    def add(self, other: "Counts") -> None:
        """Take in other counts."""
        self.lives.update(other.lives)
        self.seconds.update(other.seconds)
        self.calls += other.calls
        self.failing.extend(other.failing)


@dataclass(frozen=True)
class Played:
    """What came of one life.

    Attributes:
        calls: how many there were.
        trace: what happened, if anything is wrong.
    """

    violations: tuple[Violation, ...]
    calls: int
    trace: tuple[tuple[float, str, str], ...] = ()

    @classmethod
    def of(cls, life: Life) -> "Played":
        """What came of a life that is over."""
        world, violations = life.environment.world, tuple(life.failures)
        return cls(violations, world.calls, tuple(world.trace) if violations else ())


#: Something to play: its name, and which of them.
Part = tuple[str, str]
Play = Callable[[str, str], Played]


def run_all(
    play: Play,
    parts: Sequence[Part],
    *,
    processes: int | None = None,
    told: Callable[[Counts], None] = lambda counts: None,
) -> Counts:
    """Play all parts on all cores; `told` hears of the progress. `play` must be a function of a module."""
    counts, chunks = Counts(), list(_chunks(parts))
    workers = processes or os.cpu_count() or 1
    if workers == 1 or len(chunks) == 1:
        for chunk in chunks:
            counts.add(_run(play, chunk))
            told(counts)
        return counts
    with ProcessPoolExecutor(workers) as pool:
        for done in pool.map(_run, [play] * len(chunks), chunks):
            counts.add(done)
            told(counts)
    return counts


def _run(play: Play, parts: Sequence[Part]) -> Counts:
    counts = Counts()
    with collecting.at_the_end():
        for name, which in parts:
            began = time.process_time()
            played = play(name, which)
            counts.seconds[name] += time.process_time() - began  # type: ignore[assignment]  # a Counter adds floats too
            counts.lives[name] += 1
            counts.calls += played.calls
            if played.violations:
                counts.failing.append(Failing(name, which, played.violations))
    return counts


def _chunks(parts: Sequence[Part]) -> Iterator[Sequence[Part]]:
    for start in range(0, len(parts), CHUNK):
        yield parts[start : start + CHUNK]
