"""Rules for the values of a threshold: a share is from 0 to 1, so that 40 asks for what no model can reach."""

import ast
from collections.abc import Iterator
from pathlib import Path

from configuration.dataset_files import PROJECT_ROOT
from configuration.models import ThresholdConfiguration
from finetuning.evaluation import custom
from finetuning.evaluation.metrics import registry
from finetuning.problems import Problem

_FOLDER = PROJECT_ROOT / custom.FOLDER


def problems(name: str, threshold: ThresholdConfiguration, path: str, folder: Path = _FOLDER) -> Iterator[Problem]:
    """Yield the values, at the threshold's dotted path, that a share cannot have.

    Args:
        name: of the metric; of one that is no share, no bounds are known.
        threshold: what is asked of it.
        path: of the threshold.
        folder: of the custom metrics.
    """
    if not (registry.is_share(name) or _declares_share(name, folder)):
        return
    for field in ("min", "max", "max_loss_to_champion"):
        value = getattr(threshold, field)
        if value is not None and (value < 0 or value > 1):
            message = f"must be from 0 to 1 for {name}, got {value:g}"
            yield Problem(f"{path}.{field}", message, _percent(value) or "0 is none and 1 is all")
    gain = threshold.min_gain_over_base
    if gain is not None and (gain < -1 or gain >= 1):  # the bound of the gain has to be above it, and is 1 at most
        message = f"must be from -1 to less than 1 for {name}, got {gain:g}"
        fix = _percent(gain) or "a gain has to be above it"
        yield Problem(f"{path}.min_gain_over_base", message, fix)


def _percent(value: float) -> str:
    """What was meant, if this was given in percent."""
    return f"did you mean {value / 100:g}?" if 1 < value <= 100 else ""


def _declares_share(name: str, folder: Path) -> bool:
    """Whether the file of a custom metric says ``UNIT = "share"``; it is read and not run."""
    file = folder / f"{name.removeprefix(custom.PREFIX)}.py"
    if not name.startswith(custom.PREFIX) or not file.is_file():
        return False
    try:
        statements = ast.parse(file.read_bytes()).body
    except (SyntaxError, ValueError):
        return False  # the evaluation says what is wrong with it
    return any(_gives_share(statement) for statement in statements)


def _gives_share(statement: ast.stmt) -> bool:
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    else:
        return False
    named = any(isinstance(target, ast.Name) and target.id == "UNIT" for target in targets)
    return named and isinstance(statement.value, ast.Constant) and statement.value.value == "share"
