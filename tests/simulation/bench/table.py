"""All variants on all cores, and what came of them as text."""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass

from tests.simulation.bench.trial import Verdict, failures_without_flaw, try_until_caught
from tests.simulation.bench.variants import VARIANTS
from tests.simulation.oracle import Violation

CHUNK = 20
COMMAND = "python -m tests.simulation bench"
Failures = Mapping[tuple[str, int], tuple[Violation, ...]]


@dataclass(frozen=True)
class Table:
    """What came of a run.

    Attributes:
        unmodified_lives: how many lives the unmodified code lived: all that any variant lived.
        unmodified: what is wrong with it, by family of lives and seed.
    """

    verdicts: tuple[Verdict, ...]
    unmodified_lives: int
    unmodified: Failures

    @property
    def is_good(self) -> bool:
        """Whether every variant is caught and the unmodified code is not."""
        return all(verdict.seed is not None for verdict in self.verdicts) and not self.unmodified


def run_all(names: Sequence[str], *, seeds: int, processes: int | None) -> Table:
    """Try these variants, then the unmodified code on the same seeds."""
    with ProcessPoolExecutor(processes or os.cpu_count()) as pool:
        verdicts = tuple(pool.map(_verdict, names, [seeds] * len(names)))
        longest: dict[str, Verdict] = {}
        for verdict in sorted(verdicts, key=lambda verdict: verdict.lives):
            longest[VARIANTS[verdict.variant].lives] = verdict
        lives = sum(verdict.lives for verdict in longest.values())
        return Table(verdicts, lives, _unmodified(pool, list(longest.values())))


def described(table: Table) -> Iterator[str]:
    """The table, a line each, and how to see again what went wrong."""
    yield f"{'variant':<26}{'lives of':<18}{'seed':>5}  {'violated':<18}flaw"
    for verdict in table.verdicts:
        variant, seed = VARIANTS[verdict.variant], "-" if verdict.seed is None else str(verdict.seed)
        violated = ", ".join(verdict.invariants) or f"not in {verdict.lives}"
        yield f"{variant.name:<26}{variant.lives:<18}{seed:>5}  {violated:<18}{variant.flaw}"
    caught = [verdict for verdict in table.verdicts if verdict.seed is not None]
    yield f"{len(caught)} of {len(table.verdicts)} are caught"
    if caught:
        yield f"  again, with its trace: {COMMAND} --variant {caught[0].variant} --seed {caught[0].seed}"
    yield f"the unmodified code fails in {len(table.unmodified)} of {table.unmodified_lives} of the same lives"
    for (lives, number), violations in sorted(table.unmodified.items()):
        yield f"  {lives} {number}: {'; '.join(map(str, violations))[:300]}"


def document(table: Table) -> dict[str, object]:
    """The same for a program."""
    return {
        "variants": [
            {
                "name": verdict.variant,
                "flaw": VARIANTS[verdict.variant].flaw,
                "faults": VARIANTS[verdict.variant].faults,
                "lives": VARIANTS[verdict.variant].lives,
                "seed": verdict.seed,
                "violated": verdict.invariants,
                "seconds": round(verdict.seconds, 2),
            }
            for verdict in table.verdicts
        ],
        "caught": sum(verdict.seed is not None for verdict in table.verdicts),
        "unmodified_lives": table.unmodified_lives,
        "unmodified_failing": [f"{lives} {seed}" for lives, seed in sorted(table.unmodified)],
    }


def _verdict(name: str, seeds: int) -> Verdict:
    return try_until_caught(VARIANTS[name], range(seeds))


def _unmodified(pool: Executor, longest: Sequence[Verdict]) -> Failures:
    """The unmodified code, in the longest row of lives of each family."""
    chunks = [
        (verdict.variant, range(first, min(first + CHUNK, verdict.lives)))
        for verdict in longest
        for first in range(0, verdict.lives, CHUNK)
    ]
    names, ranges = [name for name, _ in chunks], [seeds for _, seeds in chunks]
    found: dict[tuple[str, int], tuple[Violation, ...]] = {}
    for name, failures in zip(names, pool.map(_failures, names, ranges), strict=True):
        found.update({(VARIANTS[name].lives, seed): violations for seed, violations in failures.items()})
    return found


def _failures(name: str, seeds: Sequence[int]) -> dict[int, tuple[Violation, ...]]:
    return failures_without_flaw(VARIANTS[name], seeds)
