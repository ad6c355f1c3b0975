"""`cost`: what is billed now, what each run cost, what the month comes to, and what ends each."""

from dataclasses import asdict

import typer

from ops import console
from ops.cost.judging import report
from ops.cost.looking import look
from ops.cost.rendering import render
from ops.errors import WRONG
from ops.options import EnvironmentOption, JsonOption
from ops.session import open_session


def cost(env: EnvironmentOption = None, as_json: JsonOption = False) -> None:
    """Show what is billed now and what ends it; exit code 1 if something is billed that belongs to nobody."""
    session = open_session(env)
    seen = report(look(session))
    if as_json:
        environment = {"project": session.project, "environment": session.environment.name}
        console.print_json(environment | asdict(seen))
    else:
        console.stdout().print(render(seen, session.environment.name), soft_wrap=True)
    if not all(item.claimed for item in seen.items):
        raise typer.Exit(WRONG)
