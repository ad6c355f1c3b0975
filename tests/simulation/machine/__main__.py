"""`python -m tests.simulation machine`: lifecycles that Hypothesis invents, and the smallest that goes wrong."""

import argparse
import sys
import time
from collections.abc import Sequence

from tests.simulation.machine.inventing import EXAMPLES, PART, STEPS, invent, invent_all


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the arguments say; 1 if an invariant is violated."""
    given, began = _parser().parse_args(arguments), time.monotonic()
    if given.seed is None:
        parts = list(invent_all(examples=given.examples, steps=given.steps, processes=given.processes))
    else:
        parts = [invent(given.seed, min(PART, given.examples), given.steps)]
    for part in parts:
        if part.report:
            again = f"--seed {part.seed} --examples {given.examples} --steps {given.steps}"
            print(f"{part.report}\n  again: python -m tests.simulation machine {again}")
    lives, followed = sum(part.lives for part in parts), sum(part.followed for part in parts)
    failing = sum(bool(part.report) for part in parts)
    print(f"{lives} lives, {followed} steps, {failing} of {len(parts)} parts fail, {time.monotonic() - began:.0f} s")
    return 1 if failing else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation machine", description=__doc__)
    parser.add_argument("--examples", type=int, default=EXAMPLES, help="how many (default: %(default)s)")
    parser.add_argument("--steps", type=int, default=STEPS, help="at most so many each (default: %(default)s)")
    parser.add_argument("--seed", type=int, help="the part of this seed only")
    parser.add_argument("--processes", type=int, help="how many (default: as many as cores)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
