"""All metrics by name: which an evaluation measures, and which names there are."""

from collections.abc import Iterable, Mapping, Sequence

from finetuning.errors import FineTuningError
from finetuning.evaluation.custom import PREFIX, CustomMetric, metric
from finetuning.evaluation.metric import Metric
from finetuning.evaluation.metrics import running, structure, text
from finetuning.evaluation.metrics.labels import PRECISION, RECALL, Labels
from finetuning.evaluation.presets import PRESETS
from finetuning.evaluation.records import TestRecord
from finetuning.evaluation.settings import EvaluationSettings, Settings
from finetuning.suggestions import did_you_mean

SCHEMA_METRIC, JUDGE_METRIC = "json_schema_valid", "judge_score"
_FIXED = {metric.name: metric for metric in (*text.METRICS, *structure.METRICS, *running.METRICS)}
#: Names of the metrics that need no file of the repository; precision and recall also have a label in theirs.
BUILT_IN = (*_FIXED, SCHEMA_METRIC, "accuracy", "macro_f1")


class UnknownMetricError(FineTuningError, ValueError):
    """Metrics that do not exist; the message names all of them."""


def problem(name: str) -> str | None:
    """Return why a name is not one of a metric; None if it is. Whether a custom metric's file is there is not asked."""
    if name in BUILT_IN or any(name.startswith(prefix) and name != prefix for prefix in (PREFIX, PRECISION, RECALL)):
        return None
    known = f"known are {', '.join(BUILT_IN)}, {PRECISION}<label>, {RECALL}<label> and {PREFIX}<file of metrics/>"
    return f"{name!r} is no metric; {did_you_mean(name, BUILT_IN) or known}"


def is_share(name: str) -> bool:
    """Return whether a metric is known to be a share of the records or a score from 0 to 1."""
    if name in _FIXED:
        return _FIXED[name].unit in ("share", "score")
    return name in BUILT_IN or name.startswith((PRECISION, RECALL))


def wanted(settings: Settings, evaluation: EvaluationSettings) -> tuple[str, ...]:
    """Return the names of what an evaluation measures: the use case's, those asked for, and those of the gate."""
    names = [
        *PRESETS[evaluation.preset].all_metrics(),
        *([SCHEMA_METRIC] if evaluation.json_schema is not None else []),
        *([JUDGE_METRIC] if evaluation.judge is not None else []),
        *evaluation.metrics,
        *settings.gate.metrics(),
        *(name for name, _ in (settings.reference.metrics if settings.reference else ())),
    ]
    return tuple(dict.fromkeys(names))


def build(
    names: Iterable[str],
    evaluation: EvaluationSettings,
    records: Sequence[TestRecord],
    custom: Mapping[str, CustomMetric],
) -> dict[str, Metric]:
    """Return metrics by name, in order.

    Raises:
        UnknownMetricError: a name is none of a metric, or of a label that does not exist.
    """
    known = dict(_FIXED)
    known |= {found.name: found for found in Labels.of(evaluation, records).metrics()}
    known |= {name: metric(name, function) for name, function in custom.items()}
    names = list(names)
    if SCHEMA_METRIC in names:
        known[SCHEMA_METRIC] = structure.schema_metric(evaluation)
    strangers = [_stranger(name, known) for name in names if name not in known]
    if strangers:
        raise UnknownMetricError("; ".join(strangers))
    return {name: known[name] for name in names}


def _stranger(name: str, known: Mapping[str, Metric]) -> str:
    found = problem(name)
    if found is not None:
        return found
    if name.startswith(PREFIX):
        return f"{name!r} was not loaded: there is no such file in metrics/"
    labels = ", ".join(other.removeprefix(RECALL) for other in known if other.startswith(RECALL)) or "none"
    return f"{name!r} names a label that neither evaluation.labels nor the test dataset has; they have {labels}"
