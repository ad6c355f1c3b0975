"""`init`: write the account and the Region of an environment into `cdk.json`."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from configuration import choice
from configuration.rules import living
from finetuning import catalog
from finetuning.problems import Problem
from finetuning.suggestions import did_you_mean
from ops import cdk_json, project
from ops.errors import UsageError

ACCOUNT = re.compile(r"[0-9]{12}", re.ASCII)
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]", re.ASCII)


def init(
    environment: Annotated[str, typer.Option("--env", help="environment of cdk.json, such as dev")],
    account: Annotated[str, typer.Option("--account", help="AWS account id, 12 digits")],
    region: Annotated[str, typer.Option("--region", help="such as us-east-1")],
    config: Annotated[Path, typer.Option("--config", help="the cdk.json to change")] = project.FILE,
) -> None:
    """Write an environment's account and Region into cdk.json."""
    text, changed = write(config, environment, account, region)
    if text == changed:
        typer.echo(f"{environment} is already account {account} in {region}; {config.name} is unchanged")
        return
    cdk_json.write(config, changed)
    typer.echo(f"{environment} is now account {account} in {region}; review it with: git diff {config.name}")
    typer.echo("next, with credentials of that account:")
    typer.echo(f"  cdk bootstrap aws://{account}/{region} -c env={environment}")
    typer.echo(f"  cdk deploy --all -c env={environment}")


def write(config: Path, environment: str, account: str, region: str) -> tuple[str, str]:
    """Return the file's text before and after.

    Raises:
        UsageError: with all problems, one per line.
    """
    known = project.load(config)
    if environment not in known.environments:
        names = ", ".join(known.environments)
        fix = did_you_mean(environment, known.environments) or f"add it to context.environments in {config.name}"
        raise UsageError(f"--env: unknown environment {environment!r}; known: {names}; {fix}")
    problems = [*_value_problems(environment, account, region)]
    problems = problems or [*region_problems(known.environments[environment], region)]
    if problems:
        raise UsageError("\n".join(map(str, problems)))
    with config.open(encoding="utf-8", newline="") as file:
        text = file.read()
    path = ("context", "environments", environment)
    return text, cdk_json.replace_strings(text, {(*path, "account"): account, (*path, "region"): region})


def _value_problems(environment: str, account: str, region: str) -> Iterator[Problem]:
    if environment == choice.LOCAL:
        yield Problem("--env", "local is the embedded AWS and stays as it is", "name an environment of a real account")
    if not ACCOUNT.fullmatch(account):
        yield Problem("--account", f"must be 12 digits, got {account!r}", "see 'aws sts get-caller-identity'")
    elif account == choice.LOCAL_ACCOUNT:
        yield Problem("--account", f"{account} is the embedded AWS's; no real account has it")
    if not REGION.fullmatch(region):
        yield Problem("--region", f"must look like us-east-1, got {region!r}")


def region_problems(environment: project.Environment, region: str) -> Iterator[Problem]:
    """Yield why the environment's models cannot be fine-tuned or served in a Region."""
    for model, raw in environment.models.items():
        path = f"environments.{environment.name}.models.{model}"
        training, endpoint = (raw.get(part) if isinstance(raw, dict) else None for part in ("training", "endpoint"))
        identifier = training.get("base_model", "") if isinstance(training, dict) else ""
        try:
            base_model = catalog.find(str(identifier))
        except catalog.UnknownBaseModelError as error:
            yield Problem(f"{path}.training.base_model", str(error))
            continue
        serving = endpoint.get("serving") if isinstance(endpoint, dict) else None
        yield from _base_model_problems(base_model, serving, region, path)


def _base_model_problems(base_model: catalog.BaseModel, serving: object, region: str, path: str) -> Iterator[Problem]:
    if region not in base_model.regions:
        allowed = ", ".join(base_model.regions)
        others = ", ".join(name for name, regions in living(catalog.reviewed()).items() if region in regions)
        fix = f"choose one of them, or a base model that can: {others}" if others else f"choose one of: {allowed}"
        yield Problem("--region", f"{base_model.name} ({path}) can be fine-tuned in {allowed}, got {region!r}", fix)
    elif isinstance(serving, str) and region not in base_model.serving_regions(serving):
        allowed = ", ".join(base_model.serving_regions(serving)) or "no Region"
        yield Problem(
            "--region",
            f"custom models of {base_model.name} ({path}) are served {serving!r} in {allowed}, got {region!r}",
        )
