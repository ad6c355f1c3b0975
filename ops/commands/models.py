"""`models`: which base models the catalog has, all facts of one, and where the live account disagrees."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

import typer

from finetuning import catalog
from ops import console, project
from ops.errors import WRONG, UsageError
from ops.models import live, page, table
from ops.options import EnvironmentOption, JsonOption
from ops.session import open_session


def models(
    model: Annotated[str | None, typer.Argument(help="show all facts of this base model, with their sources")] = None,
    region: Annotated[str | None, typer.Option("--region", help="only base models customized in this Region")] = None,
    on: Annotated[str | None, typer.Option("--on", help="day as of which they are judged, such as 2026-11-22")] = None,
    compare: Annotated[bool, typer.Option("--live", help="ask the environment's account where it disagrees")] = False,
    env: EnvironmentOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the base models that can be customized; with --live, exit code 1 if the account disagrees."""
    if model is not None and (compare or region):
        raise UsageError("all facts of a base model are shown without --region and --live; leave them out")
    if compare and region:
        raise UsageError("--live asks the Region of the environment; choose it with --env instead of --region")
    if compare:
        _compare(env, on, as_json)
        return
    day = _day(on) or datetime.now(UTC).date()
    if model is not None:
        _show_one(model, day, as_json)
    else:
        _show_all(region, day, as_json)


def _show_one(identifier: str, on: date, as_json: bool) -> None:
    try:
        base_model = catalog.find(identifier)
    except catalog.UnknownBaseModelError as error:
        raise UsageError(str(error)) from error
    if as_json:
        console.print_json(page.document(base_model, on))
    else:
        console.stdout().print(page.render(base_model, on))


def _show_all(region: str | None, on: date, as_json: bool) -> None:
    chosen = table.chosen(region)
    if not chosen:
        known = ", ".join(sorted({name for each in catalog.base_models() for name in each.regions}))
        raise UsageError(f"--region: no base model is customized in {region!r}; Regions with some: {known}")
    if as_json:
        judged = {"reviewed": catalog.reviewed(), "on": on}
        retired = [
            {"name": each.name, "identifiers": each.identifiers, "what": each.what} for each in catalog.retired()
        ]
        console.print_json(judged | {"models": [table.summary(each, on) for each in chosen], "retired": retired})
        return
    out = console.stdout()
    out.print(table.render(chosen, on))
    gone = ", ".join(each.name for each in catalog.retired())
    out.print(
        f"\nas of {on}; compared with the documentation on {catalog.reviewed()}; no longer customized: {gone}\n"
        "all facts of one: python -m ops models nova-lite",
        soft_wrap=True,
    )


def _compare(env: str | None, on: str | None, as_json: bool) -> None:
    session = open_session(env)
    environment = session.environment
    day = _day(on) or _catalog_date(environment.name) or datetime.now(UTC).date()
    found = live.disagreements(session, day)
    where = {"environment": environment.name, "region": environment.region, "account": environment.account}
    if as_json:
        console.print_json(where | {"on": day, "disagreements": found})
    elif found:
        out = console.stdout()
        out.print(table.render_disagreements(found))
        out.print("\nthe account is right: correct finetuning/catalog.json, with the source", soft_wrap=True)
    else:
        console.stdout().print(f"the account agrees with the catalog in {environment.region}, as of {day}")
    if found:
        raise typer.Exit(WRONG)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"--on: must be a day such as 2026-11-22, got {text!r}") from error


def _catalog_date(environment: str) -> date | None:
    """The day on which the embedded AWS judges base models, as cdk.json has it."""
    context: Any = project.read(project.FILE).get("context", {})
    written = context.get("environments", {}).get(environment, {}).get("catalog_date")
    try:
        return date.fromisoformat(str(written))
    except ValueError:
        return None
