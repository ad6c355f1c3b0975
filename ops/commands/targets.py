"""`targets`: the environments that a CI deploys, with their accounts, Regions and roles."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

import typer

from ops import console, project
from ops import targets as reading
from ops.errors import UsageError
from ops.options import JsonOption
from ops.project import Project


def targets(
    env: Annotated[str | None, typer.Option("--env", help="one environment; all with an account without it")] = None,
    model: Annotated[str | None, typer.Option("--model", help="one use case of it; all of them without it")] = None,
    pinned_since: Annotated[
        str | None, typer.Option("--pinned-since", metavar="COMMIT", help="models whose pin changed after this commit")
    ] = None,
    as_outputs: Annotated[
        bool, typer.Option("--outputs", help="print lines `name=value`, for the outputs of a CI's step")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show where environments are deployed and with which roles; looks at cdk.json and git only."""
    found = _found(project.load(), env, model, pinned_since)
    if as_json:
        console.print_json(found)
    elif as_outputs:
        typer.echo("\n".join(reading.outputs(found)))
    else:
        typer.echo("\n".join(_lines(found)) or "no environment has an account yet; write it with: python -m ops init")


def _found(known: Project, env: str | None, model: str | None, since: str | None) -> dict[str, Any]:
    if since is not None:
        if env or model:
            raise UsageError("--pinned-since looks at all environments: leave out --env and --model")
        return {"pins": [asdict(pin) for pin in reading.pinned_since(known, since)]}
    if env:
        return _one(known, env, model)
    if model:
        raise UsageError("--model: name its environment as well, with --env")
    return {"targets": [asdict(target) for target in reading.targets(known)]}


def _one(known: Project, env: str, model: str | None) -> dict[str, Any]:
    """What concerns one environment; `next` and `pins` only of a model that was named."""
    environment = project.find(known, env)
    if environment.is_placeholder:
        fix = f"python -m ops init --env {env} --account 111122223333 --region us-east-1"
        raise UsageError(f"environments.{env} has no account or region yet; write them with: {fix}")
    target = asdict(reading.target_of(known, environment))
    if not model:
        return target
    chosen = project.choose_model(environment, model)
    pins = [asdict(reading.PinnedModel(env, chosen))]
    return {**target, "models": [chosen], "next": reading.following(known, env, chosen), "pins": pins}


def _lines(found: Mapping[str, Any]) -> list[str]:
    if "pins" in found and "account" not in found:
        pins = [f"{pin['environment']}: {pin['model']}" for pin in found["pins"]]
        return pins or ["no pin changed"]
    each = found.get("targets", [found])
    return [line for target in each for line in (target["environment"], *(f"  {name}" for name in _shown(target)))]


def _shown(target: Mapping[str, Any]) -> list[str]:
    rows = {"account": target["account"], "Region": target["region"], "deploys": target["role"]}
    rows |= {"looks": target["plan_role"], "models": ", ".join(target["models"]) or "none"}
    rows |= {"next": target["next"] or "nowhere"} if "next" in target else {}
    return [f"{name:<9}{value}" for name, value in rows.items()]
