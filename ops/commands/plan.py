"""`plan`: what a deployment would do, before it is done."""

import os
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

import typer

import configuration
from ops import console
from ops.errors import WRONG
from ops.options import EnvironmentOption, JsonOption, ModelOption
from ops.plan.account import objections
from ops.plan.context import context
from ops.plan.sites import Deployed, Nowhere, site_of
from ops.session import session_of


def plan(
    env: EnvironmentOption = None,
    model: ModelOption = None,
    change: Annotated[
        list[str] | None, typer.Option("-c", "--context", metavar="KEY=VALUE", help="as for cdk deploy; repeatable")
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="do not look at AWS: as if nothing had ever been deployed")
    ] = False,
    as_json: JsonOption = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="print Markdown, for the comment on a pull request")
    ] = False,
) -> None:
    """Show what cdk deploy would do in Bedrock, which field causes it and what it costs; exit code 1 if refused."""
    # Here, because what checks datasets takes long to import, and other commands do not need it.
    from ops.plan import markdown, rendering, report
    from ops.plan.planning import plans

    selection = configuration.load(context(env, model, change or ()), os.environ.get("AWS_ENDPOINT_URL"))
    now = time.time()
    site: Nowhere | Deployed = Nowhere(selection.project, selection.environment.name, now)
    against: Mapping[str, tuple[str, ...]] = {}
    if not offline:
        session = session_of(selection)
        site, against = site_of(session, now), objections(session, selection, now)
    found = plans(selection, site, all_models=model is None)
    made = [replace(each, objections=against.get(each.model, ())) for each in found]
    if as_json:
        console.print_json(report.document(selection, made, deployed=bool(site.outputs())))
    elif as_markdown:
        typer.echo(markdown.page(selection.environment.name, made))
    else:
        out = console.stdout()
        for each in made:
            out.print(rendering.render(each))
        out.print(rendering.last_line(made), soft_wrap=True)
    if any(each.refusals or each.problem for each in made):
        raise typer.Exit(WRONG)
