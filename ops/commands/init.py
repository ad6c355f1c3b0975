"""`init`: write the account, the Region and the training prices of an environment into `cdk.json`."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from configuration import choice, pins, placeholders, rules
from configuration.prices import PRICE_PAGE
from finetuning import catalog
from finetuning.problems import Problem
from finetuning.promotion import RETRAIN
from finetuning.suggestions import did_you_mean
from ops import cdk_json, delivery_account, project
from ops.errors import UsageError

ACCOUNT = re.compile(r"[0-9]{12}", re.ASCII)
REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-[0-9]", re.ASCII)
PRICE = re.compile(r"(?:(?P<model>[^=]+)=)?(?P<usd>[0-9]*\.?[0-9]+)", re.ASCII)
Values = dict[tuple[str, ...], str | float]


def init(
    environment: Annotated[str, typer.Option("--env", help="environment of cdk.json, such as dev")],
    account: Annotated[str, typer.Option("--account", help="AWS account id, 12 digits")],
    region: Annotated[str, typer.Option("--region", help="such as us-east-1")],
    training_price: Annotated[
        list[str] | None,
        typer.Option(
            "--training-price",
            help=f"US dollars for training on 1,000 tokens in that Region, from {PRICE_PAGE}; "
            "with several base models <base model>=<price>, once for each",
        ),
    ] = None,
    config: Annotated[Path, typer.Option("--config", help="the cdk.json to change")] = project.FILE,
) -> None:
    """Write an environment's account, Region and training prices into cdk.json."""
    text, changed = write(config, environment, account, region, training_price or ())
    if text == changed:
        typer.echo(f"{environment} is already account {account} in {region}; {config.name} is unchanged")
    else:
        kept = delivery_account.kept(project.read(config)["context"], environment, account)
        cdk_json.write(config, changed)
        typer.echo(f"{environment} is now account {account} in {region}; review it with: git diff {config.name}")
        if kept:
            typer.echo(f"delivery.account stays {kept}; if that is wrong too, correct it in {config.name} by hand")
    if missing := _models_without_price(config, environment):
        names = " and of ".join(catalog.find(name).name for name in missing)
        again = f"python -m ops init --env {environment} --account {account} --region {region}"
        typer.echo(f"the price of training of {names} is still to be written, and nothing of unknown cost is bought:")
        typer.echo(f"  read it on {PRICE_PAGE} (customization, {region}) and run")
        typer.echo(f"  {again} --training-price <US dollars for 1,000 tokens>")
    typer.echo("next, with credentials of that account:")
    typer.echo(f"  cdk bootstrap aws://{account}/{region} -c env={environment}")
    for command in _promotions(config, environment):
        typer.echo(f"  {command}")
    typer.echo(f"  cdk deploy --all -c env={environment}")


def write(
    config: Path, environment: str, account: str, region: str, training_prices: list[str] | tuple[str, ...] = ()
) -> tuple[str, str]:
    """Return the file's text before and after.

    Raises:
        UsageError: with all problems, one per line.
    """
    known = project.load(config)
    if environment not in known.environments:
        names = ", ".join(known.environments)
        fix = did_you_mean(environment, known.environments) or f"add it to context.environments in {config.name}"
        raise UsageError(f"--env: unknown environment {environment!r}; known: {names}; {fix}")
    prices: Values = {}
    problems = [*_value_problems(environment, account, region)]
    problems = problems or [*region_problems(known.environments[environment], region)]
    trains = any(not _source(raw) or _trains_again(raw) for raw in known.environments[environment].models.values())
    problems += _read_prices(training_prices, list(known.environments[environment].prices), prices, trains=trains)
    if problems:
        raise UsageError("\n".join(map(str, problems)))
    with config.open(encoding="utf-8", newline="") as file:
        text = file.read()
    path = ("context", "environments", environment)
    given: Values = {("account",): account, ("region",): region, **prices}
    values: Values = {(*path, *keys): value for keys, value in given.items()}
    context = project.read(config)["context"]
    values |= dict(delivery_account.values(context, environment, account, region))
    return text, cdk_json.replace_values(text, values)


def _read_prices(
    given: list[str] | tuple[str, ...], listed: list[str], values: Values, *, trains: bool
) -> Iterator[Problem]:
    """Add each price under the entry of `prices` that it is for, or yield why it is for none."""
    for text in given:
        match = PRICE.fullmatch(text)
        if match is None or not float(match["usd"]):
            yield Problem("--training-price", f"must be US dollars such as 0.0025, got {text!r}", f"see {PRICE_PAGE}")
            continue
        wanted = match["model"]
        names = listed if wanted is None else [name for name in listed if _same(name, wanted)]
        if len(names) == 1:
            path = ("prices", names[0], placeholders.PRICE)
            if path in values:
                usd = f"{values[path]:g} and {float(match['usd']):g}"
                yield Problem("--training-price", f"given twice for {names[0]}: {usd}", "give one price")
            values[path] = float(match["usd"])
        else:
            message = (
                f"{text!r} is for one base model of the environment's prices; they are: {', '.join(listed) or 'none'}"
            )
            fix = "write <base model>=<price>" if listed else _without_prices(trains)
            yield Problem("--training-price", message, fix)


def _without_prices(trains: bool) -> str:
    if trains:
        return "add prices to the environment in cdk.json by hand"
    return "leave it out: nothing is trained there, its models come from another environment"


def _same(name: str, wanted: str) -> bool:
    try:
        return catalog.find(name) is catalog.find(wanted)
    except catalog.UnknownBaseModelError:
        return name == wanted


def _models_without_price(config: Path, environment: str) -> list[str]:
    """Return the base models that have a placeholder for a price."""
    raw = project.load(config).environments[environment].prices
    return [
        name
        for name, entry in raw.items()
        if isinstance(entry, dict) and placeholders.is_placeholder(entry.get(placeholders.PRICE))
    ]


def _promotions(config: Path, environment: str) -> Iterator[str]:
    """Yield the command that pins each model of another environment: without the pin there is nothing to deploy."""
    for model, raw in project.load(config).environments[environment].models.items():
        source = _source(raw)
        if source and not pins.pin_file(environment, model, config.parent / pins.FOLDER.name).exists():
            yield rules.promote_command(source, environment, model)


def _source(model: object) -> str:
    """Return the environment whose pinned model this is; "" for one that no manifest is needed for."""
    return str(_promotion(model).get("source") or "")


def _trains_again(model: object) -> bool:
    return _promotion(model).get("method") == RETRAIN


def _promotion(model: object) -> Mapping[str, object]:
    promotion = model.get("promotion") if isinstance(model, dict) else None
    return promotion if isinstance(promotion, dict) else {}


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
        others = ", ".join(m.customization_id for m in catalog.living(catalog.reviewed()) if region in m.regions)
        fix = f"choose one of them, or a base model that can: {others}" if others else f"choose one of: {allowed}"
        yield Problem("--region", f"{base_model.name} ({path}) can be fine-tuned in {allowed}, got {region!r}", fix)
    elif isinstance(serving, str) and region not in base_model.serving_regions(serving):
        allowed = ", ".join(base_model.serving_regions(serving)) or "no Region"
        yield Problem(
            "--region",
            f"custom models of {base_model.name} ({path}) are served {serving!r} in {allowed}, got {region!r}",
        )
