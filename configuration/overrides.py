"""``-c training.hyperparameters.epochCount=3``: any field of a model, changed for one run."""

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any, get_origin

from pydantic import BaseModel

from configuration.messages import section_of
from configuration.models import ModelConfiguration
from finetuning.problems import Problem
from finetuning.suggestions import did_you_mean

# CDK's own keys begin with "@" or have a colon before the first dot.
_DOTTED = re.compile(r"[A-Za-z_][\w-]*\..+", re.ASCII)


def in_context(context: Mapping[str, object]) -> dict[str, object]:
    """Return the entries of the context that are meant as overrides: their keys are dotted paths."""
    return {key: value for key, value in context.items() if _DOTTED.fullmatch(key)}


def check(overrides: Mapping[str, object]) -> Iterator[Problem]:
    """Yield a problem for each override that names no field of a model."""
    leaves = _leaves(ModelConfiguration)
    for key in overrides:
        if key in leaves:
            if leaves[key]:
                yield Problem(f"-c {key}", "holds several values", f"name one of them: -c {key}.<name>=<value>")
        elif not _is_in_open_object(key, leaves):
            known = ", ".join(f"{leaf}.<name>" if is_open else leaf for leaf, is_open in leaves.items())
            guess = did_you_mean(key, leaves) or "remove it"
            yield Problem(f"-c {key}", f"names no field of a model; allowed: {known}", guess)


def usable(overrides: Mapping[str, object]) -> dict[str, object]:
    """Return the overrides that `check` finds nothing wrong with."""
    return {key: value for key, value in overrides.items() if not list(check({key: value}))}


def apply(model: Mapping[str, Any], overrides: Mapping[str, object]) -> dict[str, Any]:
    """Return a copy of a model's raw configuration with the overrides in it; types are checked later."""
    changed: dict[str, Any] = copy.deepcopy(dict(model))
    leaves = _leaves(ModelConfiguration)
    for key, value in overrides.items():
        open_object = next((leaf for leaf, is_open in leaves.items() if is_open and key.startswith(f"{leaf}.")), None)
        steps = [*open_object.split("."), key[len(open_object) + 1 :]] if open_object else key.split(".")
        _set(changed, steps, value)
    return changed


def _set(target: dict[str, Any], steps: list[str], value: object) -> None:
    for step in steps[:-1]:
        nested = target.setdefault(step, {})
        if not isinstance(nested, dict):
            return  # the finding about this section's type is the one that helps
        target = nested
    target[steps[-1]] = value


def _is_in_open_object(key: str, leaves: Mapping[str, bool]) -> bool:
    return any(is_open and key.startswith(f"{leaf}.") and key != f"{leaf}." for leaf, is_open in leaves.items())


def _leaves(section: type[BaseModel], path: str = "") -> dict[str, bool]:
    """Return the dotted path of each field that is no section; True where it is an object with keys of any name."""
    leaves: dict[str, bool] = {}
    for name, field in section.model_fields.items():
        nested = section_of(field.annotation)
        if nested is not None:
            leaves |= _leaves(nested, f"{path}{name}.")
        else:
            leaves[f"{path}{name}"] = get_origin(field.annotation) is dict
    return leaves
