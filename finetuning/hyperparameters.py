"""Whether hyperparameters are what a base model accepts, and how they are written for Bedrock.

Bedrock takes all values as strings. Source of names, types and ranges: Bedrock User Guide, 'Custom model
hyperparameters', kept in ``catalog.json``. Of some base models the page says nothing: what they are given can only be
handed on, and only where somebody accepts that.
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
#: Bedrock documents no limits for names and values of hyperparameters. Ours are far above those of all known ones, and
#: keep what nobody checks from breaking logs, terminals and the 4,096 bytes of a custom resource's answer.
_UNCHECKED_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}", re.ASCII)
_UNCHECKED_VALUE = re.compile(r"[ -~]{1,128}", re.ASCII)


class InvalidHyperparametersError(FineTuningError, ValueError):
    """Hyperparameters that the base model does not accept; the message has one problem per line."""


def check(
    base_model: BaseModel,
    values: Mapping[str, object],
    *,
    has_validation: bool = True,
    accept_unknown: bool = False,
    path: str = "hyperparameters",
) -> tuple[Problem, ...]:
    """Return all problems: unknown names, wrong types, values out of range, early stopping without validation data.

    Args:
        base_model: whose hyperparameters they are.
        values: by name; an integer, a float, a Decimal or a string with a number in it.
        has_validation: whether the job has a validation dataset, without which early stopping has nothing to watch.
        accept_unknown: whether values may be given to a base model whose hyperparameters are not documented.
        path: where the values stand in the configuration.
    """
    if values and not base_model.hyperparameters_known and not accept_unknown:
        return (_undocumented(base_model, values, path),)
    return tuple(
        problem
        for name, value in values.items()
        for problem in (
            _problems(base_model, name, value, has_validation, f"{path}.{name}")
            if base_model.hyperparameters_known
            else unchecked_problems(name, value, f"{path}.{name}")
        )
    )


def canonical(base_model: BaseModel, values: Mapping[str, object]) -> dict[str, str]:
    """Return the values as Bedrock wants them: sorted by name, plain decimals, integers without a decimal point.

    ``5e-05``, ``"0.00005"`` and ``0.000050`` become the same string. Defaults are not filled in: what is not given is
    the base model's to choose. For a base model without documented hyperparameters any are handed on, since whoever
    gave them accepted that (`check`).

    Raises:
        InvalidHyperparametersError: a value is not acceptable.
    """
    problems = check(base_model, values, accept_unknown=True)
    if problems:
        raise InvalidHyperparametersError("\n".join(map(str, problems)))
    return unchecked(values)


def unchecked(values: Mapping[str, object]) -> dict[str, str]:
    """Return values that nobody can check, as strings: sorted by name, numbers as plain decimals, all else as it is."""
    return {name: _text(values[name]) for name in sorted(values)}


def unchecked_problems(name: str, value: object, path: str) -> Iterator[Problem]:
    """Yield why even a hyperparameter that nobody knows cannot be handed on."""
    if not _UNCHECKED_NAME.fullmatch(name):
        yield Problem(path, f"a name must be 1 to 64 letters, digits, '_', '.' and '-', got {name[:80]!r}")
    if not isinstance(value, str | int | float | Decimal) or not _UNCHECKED_VALUE.fullmatch(str(value)):
        allowed = "a number, true, false or a text of 1 to 128 printable ASCII characters"
        yield Problem(path, f"must be {allowed}, got {_shortened(value)}")


def number(value: object) -> Decimal | None:
    """Return the number that a value is or spells; None if it does neither."""
    text = str(value)  # a float's shortest text is what its author wrote; no other type's text is a number
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def plain(value: Decimal) -> str:
    """Return a number as Bedrock wants it: no exponent, no trailing zeros, no plus sign."""
    text = f"{value:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text.removeprefix("+")


def _undocumented(base_model: BaseModel, values: Mapping[str, object], path: str) -> Problem:
    return Problem(
        path,
        f"AWS documents no hyperparameters of {base_model.name}, so {', '.join(values)} cannot be checked",
        'remove them, and Bedrock chooses; or add "hyperparameters" to training.accept_unknown, and they are handed on '
        "unchecked",
    )


def _problems(base_model: BaseModel, name: str, value: object, has_validation: bool, path: str) -> Iterator[Problem]:
    parameter = base_model.hyperparameters.get(name)
    if parameter is None:
        yield Problem(
            path,
            f"unknown hyperparameter for {base_model.name}; allowed: {', '.join(base_model.hyperparameters)}",
            did_you_mean(name, base_model.hyperparameters) or "remove it",
        )
        return
    allowed = _allowed(base_model, parameter)
    found = number(value)
    if found is None or (parameter.type == "integer" and found != found.to_integral_value()):
        yield Problem(path, f"must be {allowed}, got {value!r}")
    elif not parameter.minimum <= found <= parameter.maximum:
        yield Problem(path, f"must be {allowed}, got {plain(found)}", parameter.note or "")
    elif parameter.needs_validation and not has_validation:
        yield Problem(path, "early stopping needs a validation dataset", "add dataset.validation or remove it")


def _allowed(base_model: BaseModel, parameter: Hyperparameter) -> str:
    kind = "an integer" if parameter.type == "integer" else "a number"
    if parameter.minimum == parameter.maximum:
        return f"{plain(parameter.minimum)} for {base_model.name}"
    return f"{kind} from {plain(parameter.minimum)} to {plain(parameter.maximum)} for {base_model.name}"


def _text(value: object) -> str:
    found = number(value)
    if found is not None:
        return plain(found)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _shortened(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:80]}… ({len(text)} characters)"
