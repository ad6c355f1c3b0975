"""`python -m tests.simulation all`: mixed and invented lifecycles, every fault, crash points, pairs, planted flaws."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.simulation.bench import table
from tests.simulation.bench.variants import VARIANTS
from tests.simulation.machine.inventing import invent_all
from tests.simulation.overspending import overspending
from tests.simulation.runner import Tally, run_mixed
from tests.simulation.scenarios import catalogue, crash_points, pairs, promotion_lives
from tests.simulation.scenarios.commands import tell_failing, tell_progress
from tests.simulation.scenarios.running import Counts, Part, Play, run_all

LIFECYCLES, SPENDING_LIVES, SEEDS, FLAW_SEEDS = 10_000, 1_000, 200, 300
MOST_TOLD = 20


@dataclass(frozen=True)
class Row:
    """One kind of run in the table.

    Attributes:
        what: what was run.
        kinds: how many different ones.
        lives: how many lives were lived.
        violations: how many of them were not as they must be; of the planted flaws, how many were not caught.
    """

    what: str
    kinds: int
    lives: int
    violations: int
    seconds: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Run everything and print the table; 1 if anything is not as it must be."""
    given = _parser().parse_args(arguments)
    rows = [row for run in _RUNS for row in run(given)]
    began_with = sum(row.seconds for row in rows)
    if given.json:
        print(json.dumps([vars(row) for row in rows]))
    else:
        print("\n".join(_table(rows)))
        print(f"all in {began_with:.0f} s")
    return 1 if any(row.violations for row in rows) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation all", description=__doc__)
    parser.add_argument("--lifecycles", type=int, default=LIFECYCLES, help="mixed ones (default: %(default)s)")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="lives of each fault (default: %(default)s)")
    parser.add_argument("--processes", type=int, help="how many (default: as many as cores)")
    parser.add_argument("--json", action="store_true", help="the result as JSON")
    return parser


def _mixed(given: argparse.Namespace) -> list[Row]:
    began = time.monotonic()

    def tell(tally: Tally) -> None:
        if tally.lifecycles % 2000 == 0:
            print(f"mixed: {tally.lifecycles} of {given.lifecycles}, {len(tally.failing)} failing", file=sys.stderr)

    tally = run_mixed(range(given.lifecycles), processes=given.processes, told=tell)
    for seed, violations in list(tally.failing.items())[:MOST_TOLD]:
        print(
            f"seed {seed}: {'; '.join(map(str, violations))[:400]}\n  again: python -m tests.simulation --seed {seed}"
        )
    return [Row("mixed lifecycles", 1, tally.lifecycles, len(tally.failing), time.monotonic() - began)]


def _overspending(given: argparse.Namespace) -> list[Row]:
    began = time.monotonic()
    tally = run_mixed(range(SPENDING_LIVES), plan=overspending, processes=given.processes)
    for seed, violations in list(tally.failing.items())[:MOST_TOLD]:
        told = "; ".join(map(str, violations))[:400]
        print(f"seed {seed}: {told}\n  again: python -m tests.simulation --spending --seed {seed}")
    return [Row("overspending", 1, tally.lifecycles, len(tally.failing), time.monotonic() - began)]


def _faults(given: argparse.Namespace) -> list[Row]:
    return [_played("faults", catalogue.play_fault, list(catalogue.parts(given.seeds)), given)]


def _crash_points(given: argparse.Namespace) -> list[Row]:
    return [_played("crash-points", crash_points.play_point, list(crash_points.parts()), given)]


def _pairs(given: argparse.Namespace) -> list[Row]:
    return [_played("pairs", pairs.play_pair, list(pairs.parts()), given)]


def _promotions(given: argparse.Namespace) -> list[Row]:
    parts = list(promotion_lives.parts(promotion_lives.SEEDS))
    return [_played("promotions", promotion_lives.play_promotion, parts, given)]


def _played(command: str, play: Play, parts: list[Part], given: argparse.Namespace) -> Row:
    began = time.monotonic()
    counts: Counts = run_all(play, parts, processes=given.processes, told=tell_progress(command, len(parts)))
    tell_failing(command, counts)
    return Row(command, len(counts.lives), sum(counts.lives.values()), len(counts.failing), time.monotonic() - began)


def _flaws(given: argparse.Namespace) -> list[Row]:
    began = time.monotonic()
    result = table.run_all(list(VARIANTS), seeds=FLAW_SEEDS, processes=given.processes)
    print("\n".join(table.described(result)))
    return [Row("planted flaws", len(VARIANTS), len(VARIANTS), 0 if result.is_good else 1, time.monotonic() - began)]


def _invented(given: argparse.Namespace) -> list[Row]:
    began, parts = time.monotonic(), list(invent_all(processes=given.processes))
    for part in parts:
        if part.report:
            print(part.report)
    failing = sum(bool(part.report) for part in parts)
    return [Row("invented lifecycles", 1, sum(part.lives for part in parts), failing, time.monotonic() - began)]


_RUNS: Sequence[Callable[[argparse.Namespace], list[Row]]] = (
    _mixed,
    _overspending,
    _faults,
    _crash_points,
    _pairs,
    _promotions,
    _invented,
    _flaws,
)


def _table(rows: Sequence[Row]) -> list[str]:
    head = f"{'':<18} {'kinds':>6} {'lives':>7} {'violations':>11} {'seconds':>8}"
    lines = [f"{r.what:<18} {r.kinds:>6} {r.lives:>7} {r.violations:>11} {r.seconds:>8.0f}" for r in rows]
    return ["", head, *lines]
