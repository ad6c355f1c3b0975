"""From the app's context to one checked selection: every problem is reported, and none is guessed away."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from configuration import choice, messages, overrides, pins, placeholders, regions, rules
from configuration.errors import ConfigurationError
from configuration.models import (
    EnvironmentConfiguration,
    EvaluationConfiguration,
    ModelConfiguration,
    PromotionConfiguration,
)
from configuration.overrides import Change
from configuration.pins import Pin
from configuration.rules import Case
from configuration.salvaging import salvage
from configuration.selection import Selection
from finetuning.problems import Problem

_Section = TypeVar("_Section", bound=BaseModel)


def load(context: Mapping[str, object], endpoint_url: str | None, *, pins_folder: Path | None = None) -> Selection:
    """Return what the context asks for.

    Args:
        context: of the CDK app: ``project`` and ``environments`` from ``cdk.json``, and what was passed with ``-c``.
        endpoint_url: AWS_ENDPOINT_URL, which `local` needs and which must then be on this machine.
        pins_folder: where pins and manifests are; None for the repository's `environments`.

    Raises:
        ConfigurationError: with all problems.
    """
    changes, found = overrides.read(context)
    words = {key: value for key, value in context.items() if key not in overrides.OPTIONAL_SECTIONS}
    found = [*choice.misspelt_keys(words, list(overrides.every_field())), *found]
    name, raw = _chosen_environment(context, endpoint_url, changes, found)
    path = f"environments.{name}"
    given_models = _given_models(raw, path, found)
    found += choice.name_problems(context.get("project"), name, given_models, path)
    found += choice.endpoint_problems(name, raw.get("account"), endpoint_url)
    raw_models = _chosen_models(context, given_models, changes, path, found)
    environment, known = _environment(name, raw, raw_models or given_models, path, found)
    wait = _wait(context, found)
    cases = {model: _case(raw_model, known, f"{path}.models.{model}", found) for model, raw_model in raw_models.items()}
    pinned = {}
    for model, (_, case) in cases.items():
        if case is not None:
            found += rules.model_problems(case, wait=wait, environments=_names(context))
            pinned[model] = _pin(case, context.get("project"), model, found, pins_folder)
    if found or environment is None:
        paths = [f"{path}.models.{model}" for model in raw_models]
        raise ConfigurationError(list(dict.fromkeys(overrides.as_typed(found, changes, path, paths))))
    complete = {model: configuration for model, (configuration, _) in cases.items() if configuration is not None}
    promoted = {model: pin for model, pin in pinned.items() if pin is not None}
    every_model = {**given_models, **raw_models}
    return Selection(
        str(context["project"]),
        environment,
        complete,
        wait,
        promoted,
        promotions=_of_all(PromotionConfiguration, every_model, "promotion"),
        evaluations=_of_all(EvaluationConfiguration, every_model, "evaluation"),
    )


def _chosen_environment(
    context: Mapping[str, object], endpoint_url: str | None, changes: list[Change], found: list[Problem]
) -> tuple[str, Mapping[str, Any]]:
    environments = context.get("environments")
    if not isinstance(environments, Mapping) or not environments:
        fix = "run the app through the CDK CLI (cdk synth), which hands it the context of cdk.json"
        raise ConfigurationError([*found, Problem("environments", "the context has no environments", fix)])
    name = choice.environment(context, environments, endpoint_url)
    if isinstance(name, Problem):
        raise ConfigurationError([*found, name])
    raw = overrides.apply(environments[name], (change for change in changes if change.of_environment))
    if not isinstance(raw, Mapping):
        problem = Problem(f"environments.{name}", f"must be an object, got {messages.shown(raw)}")
        raise ConfigurationError([*found, problem])
    return name, raw


def _given_models(raw: Mapping[str, Any], path: str, found: list[Problem]) -> Mapping[str, Any]:
    given = raw.get("models", {})
    if isinstance(given, Mapping):
        return given
    found.append(Problem(f"{path}.models", f"must be an object, got {messages.shown(given)}"))
    return {}


def _chosen_models(
    context: Mapping[str, object], known: Mapping[str, Any], changes: list[Change], path: str, found: list[Problem]
) -> dict[str, Any]:
    chosen = choice.models(context, known, f"{path}.models in cdk.json")
    if isinstance(chosen, Problem):
        found.append(chosen)
        return {}
    of_model = [change for change in changes if not change.of_environment]
    if of_model and len(chosen) != 1:
        fix = f"pass -c model=<model>; known: {', '.join(known) or 'none'}"
        found.append(Problem(f"-c {of_model[0].key}", f"could mean any of {len(chosen)} models", fix))
        of_model = []
    return {model: overrides.apply(known[model], of_model) for model in chosen}


def _environment(
    name: str, raw: Mapping[str, Any], models: Mapping[str, Any], path: str, found: list[Problem]
) -> tuple[EnvironmentConfiguration | None, EnvironmentConfiguration]:
    """Return the environment if nothing is wrong with its fields, and in any case what can be judged of it."""
    fields = {key: value for key, value in raw.items() if key != "models"}
    replaced = list(placeholders.problems(name, fields, path))
    if "name" in fields:
        replaced.append(Problem(f"{path}.name", "unknown field: the environment's key is its name", "remove it"))
    region = regions.resolve(name, fields, models)
    if isinstance(region, Problem):
        replaced.append(region)
    elif region is not None:
        fields.setdefault("region", region)
    fields["name"] = name
    said: list[Problem] = []
    environment = _section(EnvironmentConfiguration, fields, path, said)
    told = {problem.path for problem in replaced}
    if name == choice.LOCAL and models and "region" not in fields:
        told.add(f"{path}.region")  # it may be left out; if it cannot be told, a base model is the problem
    found += [*replaced, *(problem for problem in said if problem.path not in told)]
    known = environment or salvage(EnvironmentConfiguration, fields)
    found += rules.environment_problems(known)
    return environment, known


def _case(
    raw: object, environment: EnvironmentConfiguration, path: str, found: list[Problem]
) -> tuple[ModelConfiguration | None, Case | None]:
    """Return the model if nothing is wrong with its fields, and what can be judged of it if it is an object at all."""
    model = _section(ModelConfiguration, raw, path, found)
    if not isinstance(raw, Mapping):
        return None, None
    training = raw.get("training")
    lacks_dataset = isinstance(training, Mapping) and "dataset" not in training
    return model, Case(environment, model or salvage(ModelConfiguration, raw), path, lacks_dataset)


def _names(context: Mapping[str, object]) -> Collection[str]:
    environments = context.get("environments")
    return list(environments) if isinstance(environments, Mapping) else ()


def _of_all(section: type[_Section], models: Mapping[str, Any], name: str) -> dict[str, _Section]:
    """Return a section of all models that have it; one with mistakes is told when its model is asked for."""
    given = {
        model: raw[name] for model, raw in models.items() if isinstance(raw, Mapping) and raw.get(name) is not None
    }
    found = {}
    for model, raw in given.items():
        with suppress(ValidationError):
            found[model] = section.model_validate(raw)
    return found


def _pin(case: Case, project: object, model: str, found: list[Problem], folder: Path | None) -> Pin | None:
    """Return the pinned manifest of a model that comes from another environment."""
    promotion, environment = case.model.promotion, case.environment.name
    if promotion is None or not promotion.source or not promotion.method or promotion.source == environment:
        return None
    command = rules.promote_command(promotion.source, environment, model)
    pin = pins.read(environment, model, command, found, folder)
    if pin is not None:
        found += rules.pin_problems(case, project, model, pin)
    return pin


def _section(section: type[_Section], raw: object, path: str, found: list[Problem]) -> _Section | None:
    try:
        return section.model_validate(raw)
    except ValidationError as error:
        found += messages.problems(section, error, path)
        return None


def _wait(context: Mapping[str, object], found: list[Problem]) -> bool:
    wait = choice.truth(context.get("wait", False))
    if wait is None:
        found.append(Problem("-c wait", f"must be true or false, got {context['wait']!r}"))
    return bool(wait)
