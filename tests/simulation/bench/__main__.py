"""`python -m tests.simulation bench`: every planted flaw, and the seed and the invariants by which it was caught."""

import argparse
import json
import sys
import time
from collections.abc import Sequence

from tests.simulation.bench import table
from tests.simulation.bench.replay import replay
from tests.simulation.bench.variants import VARIANTS

#: A flaw that does not show in so many lives is not caught.
MOST_SEEDS = 300


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the arguments say; 1 if a variant is not caught, or the unmodified code is."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.seed is not None and given.variant is None:
        parser.error("--seed needs --variant")
    return _replay(given) if given.seed is not None else _run_all(given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=table.COMMAND, description=__doc__)
    parser.add_argument("--variant", choices=VARIANTS, metavar="NAME", help="this one only; the table has the names")
    parser.add_argument("--seeds", type=int, default=MOST_SEEDS, help="at most so many each (default: %(default)s)")
    parser.add_argument("--seed", type=int, help="with --variant: live this one again, shrink it and show its trace")
    parser.add_argument("--lines", type=int, default=100, help="with --seed: how much of the trace (default: 100)")
    parser.add_argument("--processes", type=int, help="how many (default: as many as cores)")
    parser.add_argument("--json", action="store_true", help="the result as JSON")
    return parser


def _replay(given: argparse.Namespace) -> int:
    lines = list(replay(VARIANTS[given.variant], given.seed, lines=given.lines))
    print("\n".join(lines))
    return 1 if any(line.startswith("VIOLATED") for line in lines) else 0


def _run_all(given: argparse.Namespace) -> int:
    began = time.monotonic()
    names = [given.variant] if given.variant else list(VARIANTS)
    result = table.run_all(names, seeds=given.seeds, processes=given.processes)
    seconds = time.monotonic() - began
    if given.json:
        print(json.dumps({**table.document(result), "seconds": round(seconds, 1)}))
    else:
        print("\n".join(table.described(result)))
        print(f"{seconds:.0f} s")
    return 0 if result.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
