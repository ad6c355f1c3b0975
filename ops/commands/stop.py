"""`stop --billing`: the endpoints go, the custom models stay, until `resume`."""

from dataclasses import asdict
from typing import Annotated

import typer

from finetuning.lifecycle.retrying import stop_billing
from ops import console, project
from ops.confirming import confirm
from ops.errors import UsageError
from ops.options import EnvironmentOption, JsonOption, YesOption
from ops.recovery.bill import Bill, bill, lines
from ops.session import Session, open_session
from ops.status.look import Lookout


def stop(
    env: EnvironmentOption = None,
    model: Annotated[str | None, typer.Option("--model", help="a use case; all of them without it")] = None,
    billing: Annotated[bool, typer.Option("--billing", help="delete the endpoints and keep the models")] = False,
    yes: YesOption = False,
    as_json: JsonOption = False,
) -> None:
    """Stop what is billed by the hour: endpoints go, models stay, and no endpoint is bought before `resume`."""
    if not billing:
        raise UsageError("say what to stop: --billing deletes the endpoints and keeps the models")
    session = open_session(env)
    lookout = Lookout(session)
    bills = [told for told in _bills(session, lookout, model) if not told.is_empty]
    if not as_json:
        _print(session, bills)
    if bills:
        confirm(f"Stop the bill of {', '.join(told.model for told in bills)}?", yes=yes)
    for told in bills:
        session.drive(session.registry().update(told.model, stop_billing))
    if as_json:
        console.print_json({"stopped": [asdict(told) for told in bills]})
    elif bills:
        console.stdout().print("stopping; follow it with: python -m ops status --watch")


def _bills(session: Session, lookout: Lookout, model: str | None) -> list[Bill]:
    known = lookout.models()
    chosen = [project.choose_model(session.environment, model, known)] if model else sorted(known)
    records = [session.registry().read(name) for name in chosen]
    return [bill(record, lookout.observe(record)) for record in records if record.endpoint.generations]


def _print(session: Session, bills: list[Bill]) -> None:
    out = console.stdout()
    if not bills:
        out.print(f"nothing to stop in environment {session.environment.name}: no endpoint is wanted or there")
    for told in bills:
        for text in lines(told):
            out.print(text, soft_wrap=True, markup=False)
