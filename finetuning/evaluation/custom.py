"""Custom metrics: a Python file of the repository's ``metrics/`` folder for each.

``evaluation.metrics: ["custom.politeness"]`` means ``metrics/politeness.py``, which defines
``score(answer: str, reference: str) -> float``. It may say in ``BETTER`` whether ``"more"`` (default) or ``"less"`` is
better, in ``UNIT`` that its values are a ``"share"`` from 0 to 1 (default: a ``"score"`` without bounds), and in
``TITLE`` how people call it.
"""

import importlib
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, nan
from types import ModuleType
from typing import Any

from finetuning.errors import FineTuningError
from finetuning.evaluation.metric import Better, Case, Metric, Unit, from_zero_to_one, unbounded

PREFIX = "custom."
FOLDER = "metrics"
_BETTER: tuple[Better, ...] = ("more", "less")
_UNITS: tuple[Unit, ...] = ("share", "score")
#: What an answer that failed is worth, where its empty text could look good. A score has no worst value.
_FAILED: Mapping[tuple[Unit, Better], float] = {("share", "more"): 0.0, ("share", "less"): 1.0, ("score", "less"): nan}


class CustomMetricError(FineTuningError, ValueError):
    """Custom metrics that cannot be used; the message says of each what is wrong."""


@dataclass(frozen=True)
class CustomMetric:
    """A function of the repository, and what its values mean."""

    score: Callable[[str, str], float]
    better: Better = "more"
    unit: Unit = "score"
    title: str = ""


def load(names: Iterable[str], folder: str = FOLDER) -> dict[str, CustomMetric]:
    """Return the custom metrics among some names of metrics, by name.

    Raises:
        CustomMetricError: a file is missing or does not define what it must.
    """
    problems: list[str] = []
    found: dict[str, CustomMetric] = {}
    for name in dict.fromkeys(name for name in names if name.startswith(PREFIX)):
        try:
            found[name] = _loaded(name.removeprefix(PREFIX), folder)
        except CustomMetricError as error:
            problems.append(f"{name}: {error}")
    if problems:
        raise CustomMetricError("; ".join(problems))
    return found


def metric(name: str, custom: CustomMetric) -> Metric:
    """Return a custom metric as one among the others. What is no value of its unit is NaN, which no gate lets pass."""
    failed = _FAILED.get((custom.unit, custom.better))

    def contribution(case: Case) -> float:
        if case.failed and failed is not None:
            return failed
        try:
            value = float(custom.score(case.text, case.record.reference))
        except Exception:  # code of the repository, which may do anything; NaN says that it failed
            return nan
        is_allowed = isfinite(value) and (custom.unit != "share" or 0 <= value <= 1)
        return value if is_allowed else nan

    return Metric(
        name,
        custom.title or name.removeprefix(PREFIX).replace("_", " ").capitalize(),
        custom.unit,
        custom.better,
        contribution,
        extremes=from_zero_to_one if custom.unit == "share" else unbounded,
    )


def _loaded(name: str, folder: str) -> CustomMetric:
    path = f"{folder}/{name}.py"
    if not name.isidentifier():
        raise CustomMetricError(f"{name!r} cannot be the name of a Python file; use letters, digits and _")
    module_name = f"{folder}.{name}"
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name not in (folder, module_name):
            raise CustomMetricError(
                f"{path} needs {error.name}, which the evaluation function does not have"
            ) from error
        raise CustomMetricError(f"there is no {path}; write it, with score(answer, reference) -> float") from error
    except Exception as error:
        raise CustomMetricError(f"{path} cannot be imported: {type(error).__name__}: {error}") from error
    return _checked(module, path)


def _checked(module: ModuleType, path: str) -> CustomMetric:
    score: Any = getattr(module, "score", None)
    if not callable(score):
        raise CustomMetricError(f"{path} defines no function score(answer: str, reference: str) -> float")
    try:
        inspect.signature(score).bind("answer", "reference")
    except TypeError as error:
        raise CustomMetricError(f"score of {path} must take an answer and a reference: {error}") from error
    better: Any = getattr(module, "BETTER", "more")
    unit: Any = getattr(module, "UNIT", "score")
    allowed: Sequence[str]
    for constant, value, allowed in (("BETTER", better, _BETTER), ("UNIT", unit, _UNITS)):
        if value not in allowed:
            raise CustomMetricError(f"{constant} of {path} must be {' or '.join(allowed)}, got {value!r}")
    return CustomMetric(score, better, unit, str(getattr(module, "TITLE", "")))
