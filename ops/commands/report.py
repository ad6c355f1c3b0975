"""`report`: losses, evaluation, verdict, lineage and cost of a training, as a page."""

import webbrowser
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from finetuning import run_report
from ops import console, project
from ops.data import atomic
from ops.errors import UsageError
from ops.options import EnvironmentOption, JsonOption, ModelOption
from ops.reporting import gathering
from ops.reporting.gathering import Found
from ops.session import open_session

#: Where a page is put that is to be opened and that nobody wants to keep elsewhere.
FOLDER = project.ROOT / ".local" / "reports"


def report(
    env: EnvironmentOption = None,
    model: ModelOption = None,
    generation: Annotated[
        str | None, typer.Option("--generation", help="of an earlier training; the wanted one without it")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", help="write the page to this file")] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="make the page from what is there now, also if an evaluation wrote one")
    ] = False,
    browse: Annotated[bool, typer.Option("--open", help="open the page in a browser")] = False,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="print a summary for GitHub, without the test dataset's texts")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show how a training went and what the quality gate says: its verdict, and the page about it."""
    if markdown and as_json:
        raise UsageError("--markdown and --json exclude each other; call it twice")
    session = open_session(env)
    chosen = project.choose_model(session.environment, model, frozenset(r.model for r in session.registry().all()))
    found = gathering.find(session, chosen, generation)
    path = _written(found, output, browse=browse, anew=anew)
    if as_json:
        console.print_json({"uri": found.uri, "path": str(path or ""), "report": asdict(found.report)})
    elif markdown:
        typer.echo(run_report.summary(found.report, found.uri), nl=False)
    else:
        _say(found, path)
    for problem in found.problems:
        console.complain(problem)


def _written(found: Found, output: Path | None, *, browse: bool, anew: bool) -> Path | None:
    """Write the page if somebody wants it, and return its path."""
    if output is None and not browse:
        return None
    known = found.report
    path = output or FOLDER / f"{known.environment}-{known.model}-{known.generation}.html"
    if output is None:
        path.parent.mkdir(parents=True, exist_ok=True)
    with atomic.replaced(str(path)) as file:
        file.write((run_report.render(known) if anew else found.page).encode("utf-8"))
    if browse and not webbrowser.open(path.resolve().as_uri()):
        console.complain(f"no browser could be opened; the page is {path}")
    return path


def _say(found: Found, path: Path | None) -> None:
    head = found.report.headline
    out = console.stdout()
    out.print(f"{found.report.model} {found.report.generation}: {head.sentence}", markup=False, soft_wrap=True)
    for text in (head.meaning, *head.reasons):
        if text:
            out.print(f"  {text}", markup=False, soft_wrap=True)
    if found.uri:
        out.print(f"report: {found.uri}", markup=False, soft_wrap=True)
    elif path is None:
        out.print("no evaluation has written a page; make one with --output FILE or --open", soft_wrap=True)
    if path is not None:
        out.print(f"page: {path}", markup=False, soft_wrap=True)
