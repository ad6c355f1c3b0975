"""The evaluation document's parts that say what was measured."""

from collections.abc import Mapping, Sequence
from typing import Any

from finetuning.evaluation.measuring import Measured
from finetuning.evaluation.metric import Case, Metric
from finetuning.evaluation.metrics.labels import Labels, label_table
from finetuning.evaluation.presets import Preset

#: Raised whenever a reader of the last one would misread it.
SCHEMA_VERSION = 1


def described_metrics(metrics: Mapping[str, Metric], preset: Preset) -> list[dict[str, Any]]:
    """Return each metric with what a reader needs to know, in the order of a report.

    ``primary`` is the one by which the worst records are found; ``column`` those of the main table.
    """
    return [
        {
            "name": name,
            "title": metric.title,
            "unit": metric.unit,
            "better": metric.better,
            "needs": metric.needs,
            "primary": name == preset.primary,
            "column": name in preset.columns,
        }
        for name, metric in metrics.items()
    ]


def described_subjects(
    measured: Measured, identities: Mapping[str, str], cases: Mapping[str, Sequence[Case]]
) -> dict[str, dict[str, Any]]:
    """Return each subject with its values, and how many answers failed for which reason."""
    return {
        subject: {
            "identity": identities[subject],
            "answered": measured.answered[subject],
            "failed": measured.asked - measured.answered[subject],
            "failures": _failures(cases[subject]),
            "metrics": {name: dict(vars(value)) for name, value in values.items()},
        }
        for subject, values in measured.values.items()
    }


def described_differences(measured: Measured) -> list[dict[str, Any]]:
    """Return each difference between the candidate and another subject: candidate less other."""
    return [
        {"metric": name, "against": other, **vars(found)}
        for other, differences in measured.differences.items()
        for name, found in differences.items()
    ]


def add_labels(document: dict[str, Any], cases: Mapping[str, Sequence[Case]], labels: Labels) -> None:
    """Add precision, recall and F1 of each label to the subjects."""
    for subject, found in cases.items():
        document["subjects"][subject]["labels"] = label_table([labels.labelled(case) for case in found])


def _failures(cases: Sequence[Case]) -> dict[str, int]:
    failures = sorted(case.answer.failure for case in cases if case.failed)
    return {failure: failures.count(failure) for failure in dict.fromkeys(failures)}
