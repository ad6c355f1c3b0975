"""From saved answers to the evaluation document: what was measured, the verdict, and the records to look at.

The document is JSON, and a function of its inputs alone: the same answers give the same bytes, today and in a year. A
gate can be decided again on other terms by calling this with the saved answers, and no endpoint.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from finetuning.errors import FineTuningError
from finetuning.evaluation.answers import SavedAnswer, SavedGrade
from finetuning.evaluation.custom import CustomMetric
from finetuning.evaluation.deciding import decided
from finetuning.evaluation.document import (
    SCHEMA_VERSION,
    add_labels,
    described_differences,
    described_metrics,
    described_subjects,
)
from finetuning.evaluation.measuring import CANDIDATE, LARGER, SUBJECTS, measure
from finetuning.evaluation.metric import Case
from finetuning.evaluation.metrics.labels import Labels
from finetuning.evaluation.metrics.registry import build, wanted
from finetuning.evaluation.presets import PRESETS
from finetuning.evaluation.records import TestRecord, choose, records_digest
from finetuning.evaluation.settings import EvaluationSettings, Settings
from finetuning.evaluation.showing import samples, worst

_Answers = Mapping[str, Mapping[str, SavedAnswer]]
_Grades = Mapping[str, Mapping[str, SavedGrade]]


class NothingToScoreError(FineTuningError, ValueError):
    """What was saved cannot be scored."""


def evaluate(
    settings: Settings,
    records: Sequence[TestRecord],
    answers: _Answers,
    identities: Mapping[str, str],
    *,
    grades: _Grades | None = None,
    custom: Mapping[str, CustomMetric] | None = None,
) -> dict[str, Any]:
    """Return the evaluation document.

    Args:
        settings: how the candidate is judged.
        records: that were asked.
        answers: subject → record id → answer; a record that is missing was not answered.
        identities: subject → which model it is. Without ``champion`` there is none yet.
        grades: subject → record id → the judge's grade.
        custom: metrics of the repository by name (`custom.load`).

    Raises:
        NothingToScoreError: no evaluation was asked for, or a subject is unknown.
        UnknownMetricError: a metric does not exist.
    """
    evaluation = _checked(settings, answers, identities)
    records = choose(records, len(records))
    subjects = [name for name in SUBJECTS if name in identities]
    cases = _cases(settings, records, answers, grades or {}, subjects)
    metrics = build(wanted(settings, evaluation), evaluation, records, custom or {})
    measured = measure(metrics, cases, confidence=settings.gate.confidence, seed=records_digest(records))
    preset = PRESETS[evaluation.preset]
    document = {
        "schema": SCHEMA_VERSION,
        "preset": evaluation.preset,
        "base_model": settings.base_model,
        "baselines": list(evaluation.baselines),
        "test": {"uri": settings.test_uri, "digest": records_digest(records), "asked": len(records)},
        "confidence": measured.confidence,
        "metrics": described_metrics(metrics, preset),
        "subjects": described_subjects(measured, identities, cases),
        "differences": described_differences(measured),
        "samples": samples(cases, metrics[preset.primary]),
        "worst": worst(cases, metrics[preset.primary]),
    }
    if evaluation.preset == "classification":
        add_labels(document, cases, Labels.of(evaluation, records))
    return document | decided(measured, settings.gate, evaluation.baselines, settings.reference)


def _checked(settings: Settings, answers: _Answers, identities: Mapping[str, str]) -> EvaluationSettings:
    strangers = sorted((identities.keys() | answers.keys()) - set(SUBJECTS))
    if strangers:
        raise NothingToScoreError(f"unknown subject {', '.join(strangers)}; they are {', '.join(SUBJECTS)}")
    if settings.evaluation is None:
        raise NothingToScoreError("no evaluation is configured for this model; add one to its cdk.json entry")
    if CANDIDATE not in identities:
        raise NothingToScoreError("the candidate is missing; it is what an evaluation judges")
    return settings.evaluation


def _cases(
    settings: Settings, records: Sequence[TestRecord], answers: _Answers, grades: _Grades, subjects: Sequence[str]
) -> dict[str, list[Case]]:
    """Return every record with each subject's answer; the larger model's prices are not configured."""
    return {
        subject: [
            Case(
                record,
                answers.get(subject, {}).get(record.id) or _unanswered(record),
                grades.get(subject, {}).get(record.id),
                None if subject == LARGER else settings.prices,
            )
            for record in records
        ]
        for subject in subjects
    }


def _unanswered(record: TestRecord) -> SavedAnswer:
    return SavedAnswer(record.id, "", 0, 0, 0.0, "", "it was not asked")
