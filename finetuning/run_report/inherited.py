"""What a promoted model brings with it: the evidence of the environment that trained and judged it, by its manifest."""

from collections.abc import Sequence

from finetuning.lifecycle.verdict import Verdict
from finetuning.manifest import Judgement, Manifest
from finetuning.metrics import MetricRow
from finetuning.run_report.model import DataFile, Estimate, Evaluation, Metric, Subject


def verdict(manifest: Manifest) -> Verdict | None:
    """Return the verdict that was given there."""
    found: Judgement | None = manifest.verdict
    return None if found is None else Verdict("", found.passed, found.mode, found.reasons)


def losses(manifest: Manifest) -> tuple[tuple[MetricRow, ...], tuple[MetricRow, ...]]:
    """Return training losses (means) and validation losses, by epoch."""
    training = [(e.epoch, e.training_loss) for e in manifest.epochs]
    validation = [(e.epoch, e.validation_loss) for e in manifest.epochs]
    return _rows(training), _rows(validation)


def _rows(points: Sequence[tuple[int, float | None]]) -> tuple[MetricRow, ...]:
    return tuple(MetricRow(epoch, epoch, loss, None) for epoch, loss in points if loss is not None)


def files(manifest: Manifest) -> tuple[DataFile, ...]:
    """Return the files of the dataset by their digests."""
    digests = {split: getattr(manifest.data, split) for split in ("training", "validation", "test")}
    return tuple(DataFile(split, "", digest) for split, digest in digests.items() if digest)


def evaluation(manifest: Manifest) -> Evaluation | None:
    """Return the metrics that the gate judged; the answers stay where they were given."""
    found = manifest.evaluation
    if found is None:
        return None
    return Evaluation(
        id=found.id,
        preset="",
        mode=manifest.verdict.mode if manifest.verdict else "",
        confidence=None,
        asked=None,
        subjects=(Subject("candidate", manifest.custom_model_arn, None, None),),
        metrics=tuple(
            Metric(name, name, "", True, False, True, {"candidate": Estimate(metric.value, records=metric.records)}, {})
            for name, metric in found.metrics.items()
        ),
        labels=(),
        checks=(),
        samples=(),
        worst=(),
        notes=(f"Measured in environment {manifest.environment}; the answers are there: {found.uri}",),
    )
