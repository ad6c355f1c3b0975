"""The commands that play scenarios: `faults`, `crash-points` and `pairs` of `python -m tests.simulation`."""

import argparse
import json
import shlex
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from tests.simulation.scenarios import catalogue, crash_points, pairs, promotion_lives
from tests.simulation.scenarios.operations import OPERATIONS
from tests.simulation.scenarios.running import Counts, Part, Play, run_all

SEEDS = 200
#: More failures than these say nothing new.
MOST_TOLD = 20


def faults(arguments: Sequence[str]) -> int:
    """Every fault of the catalogue in many lives; 1 if anything is not as it must be."""
    parser = _parser("faults", faults.__doc__)
    parser.add_argument("--fault", action="append", default=[], help="only this one, such as A19; may be repeated")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="lives of each (default: %(default)s)")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="play this one again and show its trace; with one --fault")
    given = parser.parse_args(arguments)
    if given.seed is not None:
        return _replay(catalogue.play_fault, given.fault[0], str(given.seed), given)
    parts = list(catalogue.parts(given.seeds, first_seed=given.first, faults=tuple(given.fault)))
    return _play("faults", catalogue.play_fault, parts, given, lambda name: catalogue.TITLES[name])


def crash_points_command(arguments: Sequence[str]) -> int:
    """Every call of every operation, struck in every way; 1 if any of them ends otherwise than without a fault."""
    parser = _parser("crash-points", crash_points_command.__doc__)
    plain, lagging = crash_points.WORLDS
    every = [operation + world for world in (plain, lagging) for operation in OPERATIONS]
    parser.add_argument("--operation", choices=every, metavar="NAME", help="only this one, such as create")
    parser.add_argument("--lagging", action="store_true", help="in a world in which reads show changes late")
    parser.add_argument("--point", help="strike this one again and show its trace, such as '12 crash after'")
    given = parser.parse_args(arguments)
    names = [given.operation] if given.operation else [n + (lagging if given.lagging else plain) for n in OPERATIONS]
    if given.point is not None:
        return _replay(crash_points.play_point, given.operation, given.point, given)
    parts = list(crash_points.parts(names))
    return _play("crash-points", crash_points.play_point, parts, given, _points)


def pairs_command(arguments: Sequence[str]) -> int:
    """Every pair of ways in which a life can go wrong; 1 if anything is not as it must be."""
    parser = _parser("pairs", pairs_command.__doc__)
    parser.add_argument("--pair", help="only these two, such as 'no events + retrained'")
    parser.add_argument("--seeds", type=int, default=1, help="lives of each (default: %(default)s)")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="play this one again and show its trace; with --pair")
    given = parser.parse_args(arguments)
    if given.seed is not None:
        return _replay(pairs.play_pair, given.pair, str(given.seed), given)
    parts = [part for part in pairs.parts(given.seeds, first_seed=given.first) if given.pair in (None, part[0])]
    return _play("pairs", pairs.play_pair, parts, given, None)


def promotions_command(arguments: Sequence[str]) -> int:
    """Promoted models under mixed faults; 1 if anything is not as it must be."""
    parser = _parser("promotions", promotions_command.__doc__)
    parser.add_argument("--seeds", type=int, default=promotion_lives.SEEDS, help="lives (default: %(default)s)")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="play this one again and show its trace")
    given = parser.parse_args(arguments)
    if given.seed is not None:
        return _replay(promotion_lives.play_promotion, promotion_lives.NAME, str(given.seed), given)
    parts = list(promotion_lives.parts(given.seeds, first_seed=given.first))
    return _play("promotions", promotion_lives.play_promotion, parts, given, None)


COMMANDS: Mapping[str, Callable[[Sequence[str]], int]] = {
    "faults": faults,
    "crash-points": crash_points_command,
    "pairs": pairs_command,
    "promotions": promotions_command,
}
_AGAIN = {
    "faults": "--fault {} --seed {}",
    "crash-points": "--operation {} --point {}",
    "pairs": "--pair {} --seed {}",
    "promotions": "--seed {1}",
}


def again(command: str, name: str, which: str) -> str:
    """The command that plays one of them again."""
    return f"python -m tests.simulation {command} " + _AGAIN[command].format(shlex.quote(name), shlex.quote(which))


def tell_failing(command: str, counts: Counts) -> None:
    """What failed, and how to see it again."""
    for name, which, violations in counts.failing[:MOST_TOLD]:
        print(f"{name} {which}: {'; '.join(map(str, violations))[:500]}\n  again: {again(command, name, which)}")
    if len(counts.failing) > MOST_TOLD:
        print(f"and {len(counts.failing) - MOST_TOLD} more")


def tell_progress(what: str, of: int) -> Callable[[Counts], None]:
    """Says now and then how far it is."""

    def tell(counts: Counts) -> None:
        done = sum(counts.lives.values())
        if sys.stderr.isatty() or done % 2000 < 40 or done == of:
            end = "\r" if sys.stderr.isatty() else "\n"
            print(f"{what}: {done} of {of}, {len(counts.failing)} failing", end=end, file=sys.stderr, flush=True)

    return tell


def _parser(command: str, description: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m tests.simulation {command}", description=description)
    parser.add_argument("--processes", type=int, help="how many (default: as many as cores)")
    parser.add_argument("--json", action="store_true", help="the result as JSON")
    parser.add_argument("--lines", type=int, default=400, help="how much of a trace (default: %(default)s)")
    return parser


def _play(
    command: str,
    play: Play,
    parts: Sequence[Part],
    given: argparse.Namespace,
    title: Callable[[str], str] | None,
) -> int:
    began = time.monotonic()
    counts = run_all(play, parts, processes=given.processes, told=tell_progress(command, len(parts)))
    seconds = time.monotonic() - began
    failing = Counter(life.name for life in counts.failing)
    if given.json:
        print(json.dumps(_document(command, counts, seconds)))
        return 1 if failing else 0
    for name, lives in counts.lives.items():
        if title is not None:
            each = 1000 * counts.seconds[name] / lives
            print(f"{name:<17} {lives:>5} lives {failing[name]:>4} failing {each:>6.1f} ms  {title(name)}")
    total = sum(counts.lives.values())
    print(
        f"{command}: {len(counts.lives)} kinds, {total} lives, {counts.calls} calls, {len(counts.failing)} failing, "
        f"in {seconds:.0f} s ({1000 * sum(counts.seconds.values()) / max(1, total):.1f} ms each)"
    )
    tell_failing(command, counts)
    return 1 if failing else 0


def _replay(play: Play, name: str, which: str, given: argparse.Namespace) -> int:
    played = play(name, which)
    if given.json:
        print(json.dumps({"name": name, "which": which, "violations": [str(v) for v in played.violations]}))
        return 1 if played.violations else 0
    for at, who, what in played.trace[-given.lines :]:
        print(f"{at:12.2f}  {who:<44} {what[:240]}")
    print(f"{name} {which}: {played.calls} calls")
    for violation in played.violations:
        print(f"VIOLATED {violation}")
    return 1 if played.violations else 0


def _document(command: str, counts: Counts, seconds: float) -> dict[str, object]:
    return {
        "command": command,
        "lives": dict(counts.lives),
        "calls": counts.calls,
        "failing": [[name, which, [str(v) for v in violations]] for name, which, violations in counts.failing],
        "seconds": round(seconds, 1),
    }


def _points(name: str) -> str:
    points = sum(1 for _ in crash_points.parts((name,)))
    return f"{len(crash_points.without_faults(name).calls)} calls struck in {points} ways"
