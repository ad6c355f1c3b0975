"""`preflight`: what the account has against a deployment, before anything is deployed."""

import os
import time
from typing import Annotated

import typer

import configuration
from ops import console
from ops.errors import WRONG
from ops.options import EnvironmentOption, JsonOption, ModelOption
from ops.plan.context import context
from ops.preflight import rendering
from ops.preflight.looking import look
from ops.preflight.report import document
from ops.session import session_of


def preflight(
    env: EnvironmentOption = None,
    model: ModelOption = None,
    change: Annotated[
        list[str] | None, typer.Option("-c", "--context", metavar="KEY=VALUE", help="as for cdk deploy; repeatable")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check bootstrap, base models, access, quotas, role, key and buckets; exit code 1 if something is in the way."""
    selection = configuration.load(context(env, model, change or ()), os.environ.get("AWS_ENDPOINT_URL"))
    report = look(session_of(selection), selection, time.time())
    if as_json:
        console.print_json(document(selection, report))
    else:
        out = console.stdout()
        for line in rendering.lines(selection, report):
            out.print(line, soft_wrap=True)
    if report.is_refused:
        raise typer.Exit(WRONG)
