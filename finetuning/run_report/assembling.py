"""What the page says, gathered from the registry's record, the job's metrics files and the evaluation document."""

from collections.abc import Mapping, Sequence
from typing import Any

from finetuning import catalog, metrics
from finetuning.base_model import BaseModel
from finetuning.errors import FineTuningError
from finetuning.lifecycle.record import ModelRecord, TrainingGeneration
from finetuning.lifecycle.verdict import Verdict
from finetuning.manifest import Manifest
from finetuning.metrics import MetricRow
from finetuning.run_report import evaluation_reading, inherited
from finetuning.run_report.advice import advice
from finetuning.run_report.costs import costs
from finetuning.run_report.headline import current, headline
from finetuning.run_report.lineage import files, lineage
from finetuning.run_report.model import DataFile, Losses, RunReport
from finetuning.stopping import stopping_of, stopping_sentence


class NoSuchGenerationError(FineTuningError, LookupError):
    """The record knows no such training."""


def assemble(
    record: ModelRecord,
    generation_id: str,
    *,
    evaluation: Mapping[str, Any] | None = None,
    training: Sequence[MetricRow] = (),
    validation: Sequence[MetricRow] = (),
    dataset: Mapping[str, Any] | None = None,
    manifest: Manifest | None = None,
    region: str = "",
    code_version: str = "",
) -> RunReport:
    """Return the report of one training; the same inputs give the same report.

    Args:
        record: of the model, as the registry has it.
        generation_id: of the training.
        evaluation: the evaluation document; None if the model was not evaluated.
        training: rows of the job's training metrics.
        validation: rows of the job's validation metrics.
        dataset: ``report_uri`` of the dataset's report and its summary's ``files``, as far as they are known.
        manifest: of a promoted model: the evidence of the environment that it comes from.
        region: in which all this is.
        code_version: of the project, such as a commit.

    Raises:
        NoSuchGenerationError: the record knows no such training.
    """
    generation = record.training.find(generation_id)
    if generation is None:
        known = ", ".join(g.id for g in record.training.generations) or "none"
        raise NoSuchGenerationError(f"model {record.model!r} has no generation {generation_id!r}; known: {known}")
    base_model = str(generation.settings.get("baseModelIdentifier", ""))
    profile = _profile(base_model)
    read = evaluation_reading.read(evaluation) if evaluation is not None else None
    head = headline(generation, _verdict(generation, evaluation))
    staged = files(generation, _test_uri(generation), dataset)
    report_uri = _dataset_report(staged, dataset)
    if generation.promoted is not None and manifest is not None:
        read, staged, report_uri = inherited.evaluation(manifest), inherited.files(manifest), manifest.data.report
        head = headline(generation, inherited.verdict(manifest), manifest.environment)
        training, validation = inherited.losses(manifest)
        region, code_version = manifest.region, manifest.code_version
    return RunReport(
        project=record.project,
        environment=record.environment,
        model=record.model,
        generation=generation.id,
        base_model=base_model,
        base_model_name=profile.name if profile else "",
        headline=head,
        losses=_losses(generation, profile, training, validation),
        files=staged,
        dataset_report=report_uri,
        evaluation=read,
        lineage=lineage(record, generation, {"region": region, "code_version": code_version}),
        costs=costs(record, generation, read),
        next_steps=advice(record, generation, head),
    )


def _profile(base_model: str) -> BaseModel | None:
    """The base model's profile; None if this version's catalog has dropped it."""
    try:
        return catalog.find(base_model)
    except catalog.UnknownBaseModelError:
        return None


def _verdict(generation: TrainingGeneration, evaluation: Mapping[str, Any] | None) -> Verdict | None:
    """The verdict in the document, which is written before the record has it; else the record's."""
    found = (evaluation or {}).get("verdict")
    if not found:
        return current(generation, generation.verdict)
    mode, reasons = str(found.get("mode", "")), tuple(map(str, found.get("reasons") or ()))
    return Verdict(str((evaluation or {}).get("id", "")), found.get("passed") is True, mode, reasons)


def _dataset_report(staged: Sequence[DataFile], dataset: Mapping[str, Any] | None) -> str:
    """The URI of the dataset's report; "" if it is of other files than the training's."""
    uri = str((dataset or {}).get("report_uri", ""))
    return uri if any(file.records is not None for file in staged) else ""


def _test_uri(generation: TrainingGeneration) -> str:
    return str(generation.evaluation.settings.get("test_uri") or "") if generation.evaluation else ""


def _losses(
    generation: TrainingGeneration,
    base_model: BaseModel | None,
    training: Sequence[MetricRow],
    validation: Sequence[MetricRow],
) -> Losses:
    if not training and not validation:
        return Losses()
    summary = metrics.summarize(training, validation)
    given = generation.settings.get("hyperParameters") or {}
    stopping = stopping_of(summary, base_model, given)
    sentence = stopping_sentence(stopping, base_model, given) if stopping and base_model else ""
    return Losses(tuple(training), tuple(validation), summary.best_epoch, stopping, sentence)
