"""`evaluate`: what the quality gate says of a model and why, by the deployed terms or by those of cdk.json."""

import os
from typing import Annotated

import typer

import configuration
from finetuning.lifecycle.evaluating import asked_again
from ops import console, project
from ops.errors import WRONG, UsageError
from ops.evaluating import rendering
from ops.evaluating.finding import Evaluated, NotEvaluatedError, decided, decided_again, store_of, wanted_of
from ops.options import EnvironmentOption, JsonOption, ModelOption
from ops.plan.context import context
from ops.session import Session, open_session


def evaluate(
    env: EnvironmentOption = None,
    model: ModelOption = None,
    redecide: Annotated[
        bool, typer.Option("--redecide", help="decide by the present cdk.json on the saved answers, asking nobody")
    ] = False,
    start: Annotated[
        bool, typer.Option("--start", help="evaluate the wanted model again; answers that are saved stay")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the latest evaluation of a model and what its quality gate says; exit code 1 if it did not pass."""
    if redecide and start:
        raise UsageError("--redecide and --start exclude each other; call it twice")
    session = open_session(env)
    chosen = project.choose_model(session.environment, model, frozenset(r.model for r in session.registry().all()))
    if start:
        _start(session, chosen, as_json=as_json)
        return
    found = _again(session, chosen) if redecide else decided(session.registry().read(chosen), store_of(session))
    if as_json:
        console.print_json(rendering.plain(found))
    else:
        console.stdout().print(rendering.screen(found), soft_wrap=True)
    if not found.passed:
        raise typer.Exit(WRONG)


def _again(session: Session, model: str) -> Evaluated:
    name = session.environment.name
    selection = configuration.load(context(name, model, ()), os.environ.get("AWS_ENDPOINT_URL"))
    record = session.registry().read(model)
    return decided_again(record, store_of(session), selection.models[model], selection.environment)


def _start(session: Session, model: str, *, as_json: bool) -> None:
    registry = session.registry()
    before = registry.read(model)
    generation, wanted = wanted_of(before)
    after = registry.update(model, lambda record: asked_again(record, generation.id))
    if after == before:
        raise NotEvaluatedError(
            f"{model} {generation.id} cannot be evaluated again: it has served, or comes from another environment; "
            f"--redecide decides on its saved answers"
        )
    session.drive(after)
    if as_json:
        console.print_json({"model": model, "generation": generation.id, "evaluation": wanted.id})
        return
    out = console.stdout()
    out.print(f"{model} {generation.id} is evaluated again", soft_wrap=True, markup=False)
    out.print("follow it with: python -m ops status --watch")
