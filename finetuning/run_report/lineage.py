"""What a model was made of: enough to make it again, and to find each part of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from finetuning.lifecycle.record import ModelRecord, TrainingGeneration
from finetuning.run_report.model import DataFile

#: The settings of a job that name a file of its dataset.
_DATA = {"training": "trainingDataConfig", "validation": "validationDataConfig"}


def files(generation: TrainingGeneration, test_uri: str, dataset: Mapping[str, Any] | None) -> tuple[DataFile, ...]:
    """Return the files of the dataset.

    Args:
        generation: of the training.
        test_uri: of the test dataset as it was staged; "" without one.
        dataset: what is known of the files besides their digests: ``files``, as in the summary of a dataset report;
            one of another split or digest is not of this dataset.
    """
    known = {(str(file.get("split")), str(file.get("sha256"))): file for file in (dataset or {}).get("files") or ()}
    return tuple(_file(split, uri, known) for split, uri in _uris(generation, test_uri))


def lineage(
    record: ModelRecord, generation: TrainingGeneration, places: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """Return names and values of what the model was made of, in order; what is empty is left out."""
    return tuple((name, value) for name, value in _parts(record, generation, places) if value)


def _parts(record: ModelRecord, generation: TrainingGeneration, places: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    settings = generation.settings
    yield "model", f"{record.model} of {record.project}, environment {record.environment}"
    yield "generation", generation.id
    yield "base model", str(settings.get("baseModelIdentifier", ""))
    yield "customization type", str(settings.get("customizationType", ""))
    given = settings.get("hyperParameters") or {}
    yield "hyperparameters", ", ".join(f"{name} {value}" for name, value in sorted(given.items()))
    yield "fingerprint", generation.fingerprint
    yield "job", generation.job_name
    yield "job ARN", generation.job_arn
    yield "custom model", generation.model_arn
    yield "code version", places.get("code_version", "")
    yield "Region", places.get("region", "")
    yield from _judged(generation)


def _judged(generation: TrainingGeneration) -> Iterator[tuple[str, str]]:
    if generation.evaluation is not None:
        yield "evaluation", generation.evaluation.id
    if generation.verdict is not None:
        yield "evaluation document", generation.verdict.uri
        yield "its SHA-256", generation.verdict.digest
    promoted = generation.promoted
    yield "manifest, by its SHA-256", generation.manifest or (promoted.manifest if promoted else "")
    yield "approved by", generation.approved_by
    if promoted is not None:
        yield "promoted by", promoted.method
        yield "promotion approved by", promoted.approved_by
        yield "approval", promoted.reference


def _uris(generation: TrainingGeneration, test_uri: str) -> Iterator[tuple[str, str]]:
    for split, setting in _DATA.items():
        uri = _uri(generation.settings.get(setting))
        if uri:
            yield split, uri
    if test_uri:
        yield "test", test_uri


def _uri(config: Any) -> str:
    """The URI of a training or validation data config, as CreateModelCustomizationJob takes them."""
    if not isinstance(config, Mapping):
        return ""
    validators = config.get("validators")
    return str(validators[0].get("s3Uri", "")) if validators else str(config.get("s3Uri", ""))


def _file(split: str, uri: str, known: Mapping[tuple[str, str], Mapping[str, Any]]) -> DataFile:
    digest = uri.rsplit("/", 2)[-2] if uri.count("/") > 3 else ""
    file = known.get((split, digest), {})
    return DataFile(split, uri, digest, file.get("records"), file.get("estimated_tokens"))
