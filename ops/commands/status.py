"""`status`: what trains, what serves, what it costs, and what is wrong."""

import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console, Group
from rich.live import Live

from configuration import choice
from ops import console, project
from ops.errors import INTERRUPTED, WRONG, UsageError
from ops.options import EnvironmentOption, JsonOption, ModelOption
from ops.session import NotDeployedError, Session, open_session
from ops.status import rendering
from ops.status.judging import report
from ops.status.look import Lookout
from ops.status.report import ModelReport, State

#: Seconds between two looks. Bedrock's own changes take minutes, except in the embedded AWS.
INTERVAL, LOCAL_INTERVAL = 10.0, 1.0
_WRONG = frozenset({State.FAILED, State.REJECTED, State.DRIFTED, State.UNRECORDED})


def status(
    env: EnvironmentOption = None,
    model: ModelOption = None,
    watch: Annotated[bool, typer.Option("--watch", help="look again until nothing is left to do, or Ctrl-C")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what trains, what serves, what is billed by the hour, what failed, and what belongs to nobody."""
    if watch and as_json:
        raise UsageError("--watch and --json exclude each other; call status --json repeatedly")
    session = open_session(env)
    try:
        lookout = Lookout(session)
    except NotDeployedError as error:
        _say_nothing(session, str(error), as_json)
        return
    models = _chosen(session, lookout, model)
    if watch:
        raise typer.Exit(_watch(session, lookout, models))
    reports = _look(lookout, models)
    if as_json:
        console.print_json(document(session, reports))
    else:
        console.stdout().print(_rendered(reports))
    raise typer.Exit(exit_code(reports))


def exit_code(reports: Sequence[ModelReport]) -> int:
    """1 if something needs a human: it failed, drifted, hangs, has an unknown status or belongs to nobody."""
    return WRONG if any(set(report.troubles) - {"expiring"} or report.state in _WRONG for report in reports) else 0


def is_settled(reports: Sequence[ModelReport]) -> bool:
    """Whether nothing will change without a human."""
    return all(report.settled for report in reports)


def document(session: Session, reports: Sequence[ModelReport]) -> dict[str, Any]:
    """The JSON document of some reports."""
    environment = session.environment
    return {
        "project": session.project,
        "environment": environment.name,
        "account": environment.account,
        "region": environment.region,
        "deployed": True,
        "models": [asdict(report) for report in reports],
    }


def _chosen(session: Session, lookout: Lookout, model: str | None) -> list[str]:
    known = lookout.models()
    if model is not None:
        return [project.choose_model(session.environment, model, known)]
    return sorted({*session.environment.models, *known, *lookout.orphaned()})


def _look(lookout: Lookout, models: Sequence[str]) -> list[ModelReport]:
    return [report(lookout.look(model)) for model in models]


def _rendered(reports: Sequence[ModelReport]) -> Group:
    return Group(*(rendering.render(report) for report in reports))


def _say_nothing(session: Session, why: str, as_json: bool) -> None:
    if as_json:
        console.print_json(document(session, []) | {"deployed": False})
    else:
        console.stdout().print(why, soft_wrap=True)


def _watch(session: Session, lookout: Lookout, models: Sequence[str]) -> int:
    interval = LOCAL_INTERVAL if session.environment.name == choice.LOCAL else INTERVAL
    out = console.stdout()
    try:
        reports = _look(lookout, models)
        if out.is_terminal:
            reports = _redraw(out, lookout, models, reports, interval)
        else:
            reports = _print_changes(out, lookout, models, reports, interval)
    except KeyboardInterrupt:
        console.stderr().print("stopped watching; the work goes on")
        return INTERRUPTED
    return exit_code(reports)


def _redraw(
    out: Console, lookout: Lookout, models: Sequence[str], reports: list[ModelReport], interval: float
) -> list[ModelReport]:
    try:
        with Live(_rendered(reports), console=out, auto_refresh=False, transient=True) as live:
            while not is_settled(reports):
                time.sleep(interval)
                reports = _look(lookout, models)
                live.update(_rendered(reports), refresh=True)
    finally:
        # The live display is cut at the terminal's height; what stays is whole.
        out.print(_rendered(reports))
    return reports


def _print_changes(
    out: Console, lookout: Lookout, models: Sequence[str], reports: list[ModelReport], interval: float
) -> list[ModelReport]:
    shown: dict[str, str] = {}
    while True:
        for each in reports:
            line = rendering.line(each)
            if shown.get(each.model) != line:
                out.print(line, soft_wrap=True, markup=False)
                shown[each.model] = line
        if is_settled(reports):
            return reports
        time.sleep(interval)
        reports = _look(lookout, models)
