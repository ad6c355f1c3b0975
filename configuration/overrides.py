"""``-c training.hyperparameters.epochCount=3``: any field of a model or of its environment, changed for one run.

The CDK CLI hands on strings. Numbers and booleans are read as such where the field takes them; lists and objects are
given as JSON text. ``null`` takes a section away that may be left out: ``-c evaluation=null``.
"""

import copy
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from configuration import fields
from configuration.models import EnvironmentConfiguration, ModelConfiguration
from finetuning import catalog
from finetuning.problems import Problem
from finetuning.suggestions import closest, did_you_mean

#: What the paths of an environment's own fields begin with.
ENVIRONMENT = "environment"
#: Environments are named by their key, so this is a field for programs only.
NAME = "name"
_HYPERPARAMETER = "training.hyperparameters.<name>"
# CDK's own keys begin with "@" or have a colon before the first dot.
_DOTTED = re.compile(r"[A-Za-z_][\w-]*\..+", re.ASCII)
#: Of a model: those that may be left out, which are set and taken away as a whole without a dot in their path.
OPTIONAL_SECTIONS = tuple(
    name
    for name, field in ModelConfiguration.model_fields.items()
    if fields.section_of(field.annotation) and fields.takes_none(field.annotation)
)
_EXAMPLES = {"list": '["…"]', "object": '{"…": "…"}'}


@dataclass(frozen=True)
class Change:
    """One field that the command line sets.

    Attributes:
        key: as it was typed.
        steps: the keys that lead to the field, from the environment or from the model.
        of_environment: whether it is a field of the environment.
    """

    key: str
    steps: tuple[str, ...]
    value: object
    of_environment: bool


def read(context: Mapping[str, object]) -> tuple[list[Change], list[Problem]]:
    """Return what the context changes, whole sections before their fields, and what is wrong with the rest."""
    changes, problems = [], []
    for key, value in context.items():
        if key in OPTIONAL_SECTIONS or _DOTTED.fullmatch(
            key.strip()
        ):  # a blank from a shell's quotes must not hide a change
            read_one = _read(key, value)
            if isinstance(read_one, Change):
                changes.append(read_one)
            else:
                problems.append(read_one)
    return sorted(changes, key=lambda change: len(change.steps)), problems


def apply(raw: object, changes: Iterable[Change]) -> object:
    """Return a copy of a raw section with the changes in it; types are checked later."""
    if not isinstance(raw, Mapping):
        return raw
    changed: dict[str, Any] = copy.deepcopy(dict(raw))
    for change in changes:
        _set(changed, change.steps, change.value)
    return changed


def as_typed(
    found: Iterable[Problem], changes: Iterable[Change], environment: str, models: Iterable[str]
) -> Iterator[Problem]:
    """Name each field as the command line did if its value came from there and not from ``cdk.json``.

    Args:
        found: the problems.
        changes: what the command line set.
        environment: dotted path of the environment in the configuration.
        models: dotted paths of its chosen models.
    """
    bases = {True: [environment], False: list(models)}
    paths = [
        (".".join([base, *change.steps]), change.key) for change in changes for base in bases[change.of_environment]
    ]
    for problem in found:
        typed = next((each for each in reversed(paths) if _is_within(problem.path, each[0])), None)
        yield replace(problem, path=f"-c {typed[1]}{problem.path[len(typed[0]) :]}") if typed else problem


def _is_within(path: str, parent: str) -> bool:
    return path == parent or path.startswith(f"{parent}.")


def _read(key: str, value: object) -> Change | Problem:
    of_environment = key.startswith(f"{ENVIRONMENT}.")
    section: type[BaseModel] = EnvironmentConfiguration if of_environment else ModelConfiguration
    path = key.removeprefix(f"{ENVIRONMENT}.") if of_environment else key
    target = fields.resolve(section, path)
    if target is None or (of_environment and path == NAME):
        return _unknown(key, section, path, ENVIRONMENT if of_environment else "")
    parsed = parse(value, target.annotation)
    needed = fields.kinds(target.annotation) & set(_EXAMPLES)
    is_taken_away = parsed is None and fields.takes_none(target.annotation)
    if needed and not is_taken_away and not isinstance(parsed, list | Mapping):
        (kind,) = needed
        message = f"must be {'an' if kind == 'object' else 'a'} {kind} as JSON text, got {value!r}"
        return Problem(f"-c {key}", message, f"pass for example -c '{key}={_EXAMPLES[kind]}'")
    return Change(key, target.steps, parsed, of_environment)


def parse(value: object, annotation: Any) -> object:
    """Return a value of the command line as what its field takes; what cannot be read stays as it is."""
    if not isinstance(value, str) or fields.kinds(annotation) & {"string", "date", "any"}:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _unknown(key: str, section: type[BaseModel], path: str, beginning: str) -> Problem:
    """Say what there is at the place where the path leaves the sections."""
    parents = path.split(".")[:-1]
    known = fields_at(section, parents)
    while not known and parents:
        parents.pop()
        known = fields_at(section, parents)
    place = [beginning, *parents] if beginning else parents
    allowed = [".".join([*place, name]) for name in known]
    guess = _meant(key, [*allowed, *every_field()])
    if not place:
        allowed.append(f"{ENVIRONMENT}.<field>")
    return Problem(f"-c {key}", f"names no field; allowed: {', '.join(allowed)}", guess)


def _meant(key: str, fields_known: Iterable[str]) -> str:
    """Guess by the last word, because what stands before it makes any two paths look alike."""
    known = [path for each in fields_known for path in _named(each)]
    word = closest(_last(key), map(_last, known))
    paths = [path for path in known if _last(path) == word]
    return (f"did you mean {closest(key, paths) or paths[0]!r}?" if paths else did_you_mean(key, known)) or "remove it"


def _named(path: str) -> Iterable[str]:
    """Return the path; of the hyperparameters, with each name that a base model has."""
    parent, _, _ = path.rpartition(".")
    return [f"{parent}.{name}" for name in _hyperparameters()] if path == _HYPERPARAMETER else [path]


def _last(path: str) -> str:
    return path.rpartition(".")[2]


def _hyperparameters() -> Iterable[str]:
    return dict.fromkeys(name for model in catalog.base_models() for name in model.hyperparameters)


def fields_at(section: type[BaseModel], steps: Iterable[str]) -> tuple[str, ...]:
    """Return the fields of the section at a path, or nothing if there is none."""
    for step in steps:
        field = section.model_fields.get(step)
        nested = fields.section_of(field.annotation) if field else None
        if nested is None:
            return ()
        section = nested
    return tuple(name for name in section.model_fields if section is not EnvironmentConfiguration or name != NAME)


def every_field() -> Iterator[str]:
    """Yield the path of each field that can be set; keys of any name are written ``<name>``."""
    yield from fields.leaves(ModelConfiguration)
    yield from (f"{ENVIRONMENT}.{leaf}" for leaf in fields.leaves(EnvironmentConfiguration) if leaf != NAME)


def _set(target: dict[str, Any], steps: tuple[str, ...], value: object) -> None:
    for step in steps[:-1]:
        nested = target.setdefault(step, {})
        if not isinstance(nested, dict):
            return  # the finding about this section's type is the one that helps
        target = nested
    target[steps[-1]] = value
