"""From the app's context to one checked selection: every problem is reported, and none is guessed away."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from configuration import choice, dataset_files, messages, overrides, rules
from configuration.errors import ConfigurationError
from configuration.models import (
    EndpointConfiguration,
    EnvironmentConfiguration,
    ModelConfiguration,
    TrainingConfiguration,
)
from configuration.selection import Selection
from finetuning import catalog
from finetuning.problems import Problem

_Section = TypeVar("_Section", bound=BaseModel)


def load(context: Mapping[str, object], endpoint_url: str | None) -> Selection:
    """Return what the context asks for.

    Args:
        context: of the CDK app: ``project`` and ``environments`` from ``cdk.json``, and what was passed with ``-c``.
        endpoint_url: AWS_ENDPOINT_URL, which `local` needs and which must then be on this machine.

    Raises:
        ConfigurationError: with all problems.
    """
    name, raw, found = _chosen_environment(context, endpoint_url)
    path = f"environments.{name}"
    given_models = raw.get("models", {})
    if not isinstance(given_models, Mapping):
        found.append(Problem(f"{path}.models", f"must be an object, got {messages.shown(given_models)}"))
        given_models = {}
    found += choice.name_problems(context.get("project"), name, given_models, path)
    found += choice.endpoint_problems(name, raw.get("account"), endpoint_url)
    environment = _environment(name, raw, path, found)
    raw_models = _chosen_models(context, given_models, path, found)
    models = {
        model: _model(raw_model, name, environment, f"{path}.models.{model}", found)
        for model, raw_model in raw_models.items()
    }
    wait = choice.truth(context.get("wait", False))
    if wait is None:
        found.append(Problem("-c wait", f"must be true or false, got {context['wait']!r}"))
    found = _named_as_overridden(found, overrides.in_context(context), [f"{path}.models.{model}" for model in models])
    complete = {model: configuration for model, configuration in models.items() if configuration is not None}
    if found or environment is None:
        raise ConfigurationError(found)
    return Selection(str(context["project"]), environment, complete, bool(wait))


def _chosen_environment(
    context: Mapping[str, object], endpoint_url: str | None
) -> tuple[str, Mapping[str, Any], list[Problem]]:
    found = [*choice.misspelt_keys(context), *overrides.check(overrides.in_context(context))]
    environments = context.get("environments")
    if not isinstance(environments, Mapping) or not environments:
        fix = "run the app through the CDK CLI (cdk synth), which hands it the context of cdk.json"
        raise ConfigurationError([*found, Problem("environments", "the context has no environments", fix)])
    name = choice.environment(context, environments, endpoint_url)
    if isinstance(name, Problem):
        raise ConfigurationError([*found, name])
    raw = environments[name]
    if not isinstance(raw, Mapping):
        problem = Problem(f"environments.{name}", f"must be an object, got {messages.shown(raw)}")
        raise ConfigurationError([*found, problem])
    return name, raw, found


def _environment(name: str, raw: Mapping[str, Any], path: str, found: list[Problem]) -> EnvironmentConfiguration | None:
    fields = {key: value for key, value in raw.items() if key != "models"}
    for field in ("account", "region"):
        if isinstance(value := fields.get(field), str) and value.startswith("<"):
            found.append(_placeholder(name, field, value, path))
            fields[field] = choice.LOCAL_ACCOUNT if field == "account" else "us-east-1"
    if "name" in fields:
        found.append(Problem(f"{path}.name", "unknown field: the environment's key is its name", "remove it"))
    environment = _section(EnvironmentConfiguration, fields | {"name": name}, path, found)
    if environment is not None and environment.catalog_date is not None and name != choice.LOCAL:
        fix = "remove it: base models are judged on the day on which the catalog was reviewed"
        found.append(Problem(f"{path}.catalog_date", "is only for the local environment", fix))
    return environment


def _placeholder(name: str, field: str, value: str, path: str) -> Problem:
    fix = f"run python -m ops init --env {name} --account 111122223333 --region us-east-1"
    return Problem(f"{path}.{field}", f"is the placeholder {value!r}", fix)


def _chosen_models(
    context: Mapping[str, object], known: Mapping[str, Any], path: str, found: list[Problem]
) -> dict[str, Any]:
    chosen = choice.models(context, known, f"{path}.models in cdk.json")
    if isinstance(chosen, Problem):
        found.append(chosen)
        return {}
    changes = overrides.usable(overrides.in_context(context))
    if changes and len(chosen) != 1:
        fix = f"pass -c model=<model>; known: {', '.join(known) or 'none'}"
        found.append(Problem(f"-c {next(iter(changes))}", f"could mean any of {len(chosen)} models", fix))
        changes = {}
    return {model: _overridden(known[model], changes) for model in chosen}


def _overridden(raw: object, changes: Mapping[str, object]) -> object:
    return overrides.apply(raw, changes) if isinstance(raw, Mapping) else raw


def _model(
    raw: object, environment_name: str, environment: EnvironmentConfiguration | None, path: str, found: list[Problem]
) -> ModelConfiguration | None:
    model = _section(ModelConfiguration, raw, path, found)
    if not isinstance(raw, Mapping):
        return None
    training = model.training if model else _part(TrainingConfiguration, raw.get("training"))
    endpoint = model.endpoint if model else _part(EndpointConfiguration, raw.get("endpoint"))
    if environment is not None:
        found += _rule_problems(training, endpoint, environment, path)
    return model


def _rule_problems(
    training: TrainingConfiguration | None,
    endpoint: EndpointConfiguration | None,
    environment: EnvironmentConfiguration,
    path: str,
) -> Iterator[Problem]:
    is_local = environment.name == choice.LOCAL
    on: date = (environment.catalog_date if is_local else None) or catalog.reviewed()
    base_model = None
    if training is not None:
        base_model = _known_base_model(training.base_model)
        yield from rules.training_problems(training, environment.region, on, f"{path}.training")
        keeps_data = environment.removal_policy == "retain"
        yield from dataset_files.problems(training.dataset, samples_only=keeps_data, path=f"{path}.training.dataset")
        yield from rules.waiver_problems(training.dataset, f"{path}.training.dataset")
    if endpoint is not None:
        yield from rules.endpoint_problems(
            endpoint, base_model, environment.region, is_billed=not is_local, path=f"{path}.endpoint"
        )


def _known_base_model(identifier: str) -> catalog.BaseModel | None:
    try:
        return catalog.find(identifier)
    except catalog.UnknownBaseModelError:
        return None


def _section(section: type[_Section], raw: object, path: str, found: list[Problem]) -> _Section | None:
    try:
        return section.model_validate(raw)
    except ValidationError as error:
        found += messages.problems(section, error, path)
        return None


def _part(section: type[_Section], raw: object) -> _Section | None:
    """Return a section without its unknown fields, so that a misspelt field does not hide the other problems."""
    try:
        return section.model_validate(raw, extra="ignore")
    except ValidationError:
        return None


def _named_as_overridden(found: list[Problem], changes: Mapping[str, object], paths: list[str]) -> list[Problem]:
    """Name a field as the command line did if its value came from there and not from ``cdk.json``."""
    spelling = {f"{path}.{key}": f"-c {key}" for path in paths for key in changes}
    return [Problem(spelling.get(problem.path, problem.path), problem.message, problem.fix) for problem in found]
