"""`python -m tests.simulation`: many seeded lifecycles, or one of them again with its trace."""

import argparse
import importlib
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from tests.simulation.overspending import overspending
from tests.simulation.plans import FAULT_KINDS, Plan, draw
from tests.simulation.runner import MOST_TOLD, Tally, described, run_mixed
from tests.simulation.running import run
from tests.simulation.shrinking import shrink

SEEDS = 20_000
#: Further commands, by the module that has them: they are imported when they are asked for.
COMMANDS = {
    "faults": "tests.simulation.scenarios.commands",
    "crash-points": "tests.simulation.scenarios.commands",
    "pairs": "tests.simulation.scenarios.commands",
    "promotions": "tests.simulation.scenarios.commands",
    "all": "tests.simulation.everything",
    "bench": "tests.simulation.bench.__main__",
    "machine": "tests.simulation.machine.__main__",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the arguments say; 1 if an invariant is violated."""
    arguments = sys.argv[1:] if arguments is None else arguments
    if arguments[:1] and arguments[0] in COMMANDS:
        return _command(arguments[0])(arguments[1:])
    given = _parser().parse_args(arguments)
    return _replay(given) if given.seed is not None else _run_many(given)


def _command(name: str) -> Callable[[Sequence[str]], int]:
    module = importlib.import_module(COMMANDS[name])
    found: Callable[[Sequence[str]], int] = getattr(module, "COMMANDS", {}).get(name) or module.main
    return found


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many mixed lifecycles (default: %(default)s)")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="run this one again and show its trace")
    parser.add_argument("--spending", action="store_true", help="lives in which people try to overspend")
    parser.add_argument("--no-shrink", action="store_true", help="with --seed: show it as it is")
    parser.add_argument("--lines", type=int, default=200, help="with --seed: how much of the trace (default: 200)")
    kinds = ", ".join(FAULT_KINDS)
    parser.add_argument("--faults", help=f"with --seed: other rates, such as 'lost=0.01,late=0.02'; kinds: {kinds}")
    parser.add_argument("--processes", type=int, help="how many (default: as many as cores)")
    parser.add_argument("--json", action="store_true", help="the result as JSON")
    return parser


def _plan(given: argparse.Namespace) -> Callable[[int], Plan]:
    return overspending if given.spending else draw


def _replay(given: argparse.Namespace) -> int:
    plan = _plan(given)(given.seed)
    if given.faults:
        rates = dict(pair.split("=") for pair in given.faults.split(","))
        plan = replace(plan, faults={kind: float(rate) for kind, rate in rates.items()})
    result = run(plan)
    if result.violations and not given.no_shrink:
        result = shrink(result)
    if given.json:
        print(json.dumps({"seed": given.seed, "violations": [str(v) for v in result.violations]}))
    else:
        print("\n".join(described(result, lines=given.lines)))
    return 1 if result.violations else 0


def _run_many(given: argparse.Namespace) -> int:
    began = time.monotonic()
    seeds = range(given.first, given.first + given.seeds)
    tally = run_mixed(
        seeds, plan=_plan(given), processes=given.processes, told=lambda tally: _tell_progress(tally, given.seeds)
    )
    seconds = time.monotonic() - began
    if given.json:
        print(json.dumps(_document(tally, seconds)))
        return 1 if tally.failing else 0
    print(
        f"\n{tally.lifecycles} lifecycles, {tally.calls} calls, {sum(tally.struck.values())} struck, "
        f"{len(tally.failing)} failing, in {seconds:.0f} s ({1000 * tally.seconds / tally.lifecycles:.1f} ms each)"
    )
    for seed, violations in list(tally.failing.items())[:MOST_TOLD]:
        print(
            f"seed {seed}: {'; '.join(map(str, violations))[:400]}\n  again: python -m tests.simulation "
            f"{'--spending ' if given.spending else ''}--seed {seed}"
        )
    for invariant, count in tally.violations.most_common():
        print(f"{invariant}: {count} lifecycles")
    return 1 if tally.failing else 0


def _document(tally: Tally, seconds: float) -> dict[str, object]:
    return {
        "lifecycles": tally.lifecycles,
        "calls": tally.calls,
        "struck": dict(tally.struck),
        "violations": dict(tally.violations),
        "failing_seeds": sorted(tally.failing),
        "seconds": round(seconds, 1),
    }


def _tell_progress(tally: Tally, of: int) -> None:
    if sys.stderr.isatty() or tally.lifecycles % 1000 < 50:
        end = "\r" if sys.stderr.isatty() else "\n"
        print(f"{tally.lifecycles} of {of}, {len(tally.failing)} failing", end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
