"""`logs`: what the functions logged, and the states that the driver and evaluations passed."""

import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from configuration import choice
from ops import console
from ops.commands.status import INTERVAL, LOCAL_INTERVAL
from ops.errors import INTERRUPTED, UsageError
from ops.logs import executions, groups, lines
from ops.logs.executions import Execution
from ops.logs.groups import LogGroup
from ops.logs.lines import Line
from ops.options import EnvironmentOption, JsonOption
from ops.session import Session, open_session

#: Log events become visible some seconds after they were written: look back a little at each turn of --follow.
_OVERLAP = timedelta(seconds=60)


def logs(
    env: EnvironmentOption = None,
    follow: Annotated[bool, typer.Option("--follow", help="go on until Ctrl-C")] = False,
    since: Annotated[str, typer.Option("--since", help="how far to look back, such as 15m, 2h, 1d")] = "15m",
    function: Annotated[str | None, typer.Option("--function", help="such as driver; all of them without it")] = None,
    as_json: JsonOption = False,
) -> None:
    """Show what the functions logged, oldest first, and the states that the driver and evaluations passed."""
    if follow and as_json:
        raise UsageError("--follow and --json exclude each other; call logs --json --since 1m repeatedly")
    begin = datetime.now(UTC) - lines.parse_since(since)
    session = open_session(env)
    chosen = groups.find(session, function)
    if follow:
        raise typer.Exit(_follow(session, chosen, begin))
    found = _lines(session, chosen, begin)
    told = _executions(session, chosen, begin)
    if as_json:
        console.print_json({"lines": [asdict(line) for line in found], "executions": [asdict(e) for e in told]})
        return
    _print(found, told, since)


def _print(found: list[Line], told: list[Execution], since: str) -> None:
    out = console.stdout()
    for line in found:
        out.print(lines.render(line), soft_wrap=True)
    if not found:
        out.print(f"no log lines in the last {since}; look further back with --since")
    for machine in executions.MACHINES:
        of_machine = [each for each in told if each.machine == machine]
        if of_machine:
            out.print(f"\nexecutions of the {machine} (times are UTC):")
        for each in of_machine:
            out.print(executions.render(each), soft_wrap=True)


def _follow(session: Session, chosen: list[LogGroup], begin: datetime) -> int:
    """Print new lines as they come; the states that executions entered are lines among them."""
    out = console.stdout()
    interval = LOCAL_INTERVAL if session.environment.name == choice.LOCAL else INTERVAL
    shown: set[Line] = set()
    try:
        while True:
            now = datetime.now(UTC)
            states = executions.lines(_executions(session, chosen, begin))
            found = sorted([*_lines(session, chosen, begin), *(line for line in states if line.at >= begin)])
            for line in found:
                if line not in shown:
                    out.print(lines.render(line), soft_wrap=True)
            shown = {*found}
            begin = max(begin, now - _OVERLAP)
            time.sleep(interval)
    except KeyboardInterrupt:
        return INTERRUPTED


def _lines(session: Session, chosen: list[LogGroup], begin: datetime) -> list[Line]:
    client = session.client("logs")
    return sorted(line for group in chosen for line in lines.read(client, group, begin))


def _executions(session: Session, chosen: list[LogGroup], begin: datetime) -> list[Execution]:
    """Of the state machines whose functions are chosen."""
    functions, outputs = {group.function for group in chosen}, session.outputs("Control")
    machines = {name: outputs[output] for name, output in executions.MACHINES.items() if name in functions}
    client = session.client("stepfunctions")
    return [each for name, arn in machines.items() for each in executions.read(client, name, arn, begin)]
