"""Whether hyperparameters are what a base model accepts, and how they are written for Bedrock.

Bedrock takes all values as strings. Source of names, types and ranges: Bedrock User Guide, 'Custom model
hyperparameters', kept in ``catalog.json``.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from finetuning.base_model import BaseModel, Hyperparameter
from finetuning.errors import FineTuningError
from finetuning.problems import Problem
from finetuning.suggestions import did_you_mean

# Two digits of exponent: more would let a short string expand to megabytes of zeros.
_NUMBER = re.compile(r"[+-]?(?=.{1,40}\Z)(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?", re.ASCII)


class InvalidHyperparametersError(FineTuningError, ValueError):
    """Hyperparameters that the base model does not accept; the message has one problem per line."""


def check(
    base_model: BaseModel, values: Mapping[str, object], *, has_validation: bool = True, path: str = "hyperparameters"
) -> tuple[Problem, ...]:
    """Return all problems: unknown names, wrong types, values out of range, early stopping without validation data.

    Args:
        base_model: whose hyperparameters they are.
        values: by name; an integer, a float, a Decimal or a string with a number in it.
        has_validation: whether the job has a validation dataset, without which early stopping has nothing to watch.
        path: where the values stand in the configuration.
    """
    return tuple(
        problem
        for name, value in values.items()
        for problem in _problems(base_model, name, value, has_validation, f"{path}.{name}")
    )


def canonical(base_model: BaseModel, values: Mapping[str, object]) -> dict[str, str]:
    """Return the values as Bedrock wants them: sorted by name, plain decimals, integers without a decimal point.

    ``5e-05``, ``"0.00005"`` and ``0.000050`` become the same string. Defaults are not filled in: what is not given is
    the base model's to choose.

    Raises:
        InvalidHyperparametersError: a value is not acceptable.
    """
    problems = check(base_model, values)
    if problems:
        raise InvalidHyperparametersError("\n".join(map(str, problems)))
    return {name: _plain(_number(values[name])) for name in sorted(values)}


def _problems(base_model: BaseModel, name: str, value: object, has_validation: bool, path: str) -> Iterator[Problem]:
    parameter = base_model.hyperparameters.get(name)
    if parameter is None:
        known = ", ".join(base_model.hyperparameters) or "none is documented"
        yield Problem(
            path,
            f"unknown hyperparameter for {base_model.name}; allowed: {known}",
            did_you_mean(name, base_model.hyperparameters) or "remove it",
        )
        return
    allowed = _allowed(base_model, parameter)
    number = _number(value)
    if number is None or (parameter.type == "integer" and number != number.to_integral_value()):
        yield Problem(path, f"must be {allowed}, got {value!r}")
    elif not parameter.minimum <= number <= parameter.maximum:
        yield Problem(path, f"must be {allowed}, got {_plain(number)}", parameter.note or "")
    elif parameter.needs_validation and not has_validation:
        yield Problem(path, "early stopping needs a validation dataset", "add dataset.validation or remove it")


def _allowed(base_model: BaseModel, parameter: Hyperparameter) -> str:
    kind = "an integer" if parameter.type == "integer" else "a number"
    return f"{kind} from {_plain(parameter.minimum)} to {_plain(parameter.maximum)} for {base_model.name}"


def _number(value: object) -> Decimal | None:
    text = str(value)  # a float's shortest text is what its author wrote; no other type's text is a number
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _plain(number: Decimal | None) -> str:
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text.removeprefix("+")
