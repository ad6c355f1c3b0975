"""`python -m benchmarks [NAME ...] [--json]`: measure, print a table, exit with 1 if a bound is missed."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict

from rich.console import Console
from rich.table import Table

from benchmarks import cold_start, dataset, demo, deploy_door, package, synthesis
from benchmarks.measure import Figure

BENCHMARKS: dict[str, Callable[[], Iterable[Figure]]] = {
    "synthesis": synthesis.figures,
    "cold-start": cold_start.figures,
    "package": package.figures,
    "dataset": dataset.figures,
    "deploy-door": deploy_door.figures,
    "demo": demo.figures,
}


def main() -> int:
    """Run the benchmarks that are asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHMARKS, []], help=f"default: {', '.join(BENCHMARKS)}")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    console = Console(stderr=True)
    figures: list[Figure] = []
    for name in options.names or BENCHMARKS:
        console.print(f"measuring {name} ...")
        figures += BENCHMARKS[name]()
    if options.json:
        json.dump([asdict(figure) | {"ok": figure.ok} for figure in figures], sys.stdout, indent=2)
    else:
        # In a log there is no window to fit into, and a row in one line is easier to find.
        Console(width=None if sys.stdout.isatty() else 140).print(_table(figures))
    return 0 if all(figure.ok for figure in figures) else 1


def _table(figures: Iterable[Figure]) -> Table:
    table = Table("what", "ours", "against", "figure", "allowed", "")
    for figure in figures:
        table.add_row(
            figure.what,
            figure.ours,
            figure.against,
            f"{figure.value:.3g} {figure.unit}".strip(),
            figure.allowed,
            "" if not figure.allowed else "ok" if figure.ok else "MISSED",
        )
    return table


if __name__ == "__main__":
    sys.exit(main())
