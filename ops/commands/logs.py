"""`logs`: what the functions logged, and the states that the driver passed."""

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
    """Show what the functions logged, oldest first, and the states that the driver passed."""
    if follow and as_json:
        raise UsageError("--follow and --json exclude each other; call logs --json --since 1m repeatedly")
    begin = datetime.now(UTC) - lines.parse_since(since)
    session = open_session(env)
    chosen = groups.find(session, function)
    if follow:
        raise typer.Exit(_follow(session, chosen, begin, with_driver=function in {None, "driver"}))
    found = _lines(session, chosen, begin)
    told = _executions(session, begin) if function in {None, "driver"} else []
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
    if told:
        out.print("\nexecutions of the driver (times are UTC):")
    for each in told:
        out.print(executions.render(each), soft_wrap=True)


def _follow(session: Session, chosen: list[LogGroup], begin: datetime, *, with_driver: bool) -> int:
    """Print new lines as they come; the driver's states are lines among them."""
    out = console.stdout()
    interval = LOCAL_INTERVAL if session.environment.name == choice.LOCAL else INTERVAL
    shown: set[Line] = set()
    try:
        while True:
            now = datetime.now(UTC)
            found = _lines(session, chosen, begin)
            if with_driver:
                found = sorted([*found, *(e for e in executions.lines(_executions(session, begin)) if e.at >= begin)])
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


def _executions(session: Session, begin: datetime) -> list[Execution]:
    arn = session.outputs("Control")["DriverArn"]
    return executions.read(session.client("stepfunctions"), arn, begin)
