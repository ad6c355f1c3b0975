"""Create, update and delete of the training dataset resource.

Every record is checked before anything is staged, and everything is staged before a job can be wanted: bad data
fails the deployment, not a paid job. Staged copies are immutable, because their key is their SHA-256 (fault F02).
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from finetuning import catalog, names
from finetuning.base_model import BaseModel
from finetuning.dataset import conclude
from finetuning.errors import FineTuningError
from lambdas import log
from lambdas.gateways.storage import ObjectDeniedError
from lambdas.responder import Answer, CustomResourceRequest
from lambdas.settings import TrainingDatasetSettings
from lambdas.training_dataset.staging import CheckedFile, Source, check_file, first_warnings, refusal

#: The right to read a source comes with the model's stack, seconds before it is used, and IAM is eventually consistent
#: (IAM User Guide, 'Troubleshoot IAM: changes that I make are not always immediately visible'). Bounded, because a
#: right that is really missing stays missing (fault B03).
RIGHTS_PAUSES_SECONDS = (1, 2, 4, 8, 15)


class DatasetRefusedError(FineTuningError):
    """The dataset breaks rules; the message says which, where and how to mend them."""


class Storage(Protocol):
    """What the resource needs of S3."""

    def lines(self, uri: str) -> Iterator[bytes]:
        """The lines of an object; raises ObjectUnreadableError."""

    def exists(self, bucket: str, key: str) -> bool:
        """Whether the object is there."""

    def write(self, path: Path, bucket: str, key: str, key_arn: str, account: str) -> None:
        """Upload a file."""


class TrainingDataset:
    """The resource behind `Custom::BedrockTrainingDataset`."""

    def __init__(
        self,
        settings: TrainingDatasetSettings,
        *,
        storage: Storage,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings, self._storage, self._pause = settings, storage, pause

    def apply(self, request: CustomResourceRequest) -> Answer:
        """Check all files, refuse them together or stage them together, and answer with their URIs and counts.

        Raises:
            DatasetRefusedError: a rule is broken; no file is staged.
            ObjectUnreadableError: a file is missing or may not be read.
        """
        base_model = catalog.find(request.text("BaseModel"))
        with tempfile.TemporaryDirectory() as folder:
            files = {source.split: self._check(source, base_model, Path(folder)) for source in _sources(request)}
            _refuse_broken(files, base_model)
            uris = {split: self._stage(request, split, file) for split, file in files.items()}
        return Answer(request.physical_id or request.allocated_id, _attributes(files, uris))

    def delete(self, request: CustomResourceRequest) -> None:
        """Keep the staged copies: a model may be traced to them; the bucket's lifecycle rules expire them."""

    def _check(self, source: Source, base_model: BaseModel, folder: Path) -> CheckedFile:
        checked = check_file(source, self._lines(source.uri), base_model, folder)
        report = checked.report
        log.info("dataset checked", split=source.split, records=report.records, errors=report.errors)
        if report.warnings:
            log.warning("dataset warnings", split=source.split, warnings=report.warnings, first=first_warnings(report))
        return checked

    def _lines(self, uri: str) -> Iterator[bytes]:
        for pause in RIGHTS_PAUSES_SECONDS:
            try:
                return self._storage.lines(uri)
            except ObjectDeniedError:
                self._pause(pause)
        return self._storage.lines(uri)

    def _stage(self, request: CustomResourceRequest, split: str, file: CheckedFile) -> str:
        bucket = self._settings.data_bucket_name
        key = names.dataset_key(request.text("Model"), file.report.digest, split)
        if not self._storage.exists(bucket, key):
            account = request.stack_id.split(":")[4]
            self._storage.write(file.path, bucket, key, self._settings.key_arn, account)
        return f"s3://{bucket}/{key}"


def _sources(request: CustomResourceRequest) -> Iterator[Source]:
    data_format, system_prompt = request.text("Format", ""), request.text("SystemPrompt", "")
    for split in names.SPLITS:
        uri = request.text(split.capitalize(), "")
        if uri:
            yield Source(split, uri, data_format, system_prompt)


def _refuse_broken(files: dict[str, CheckedFile], base_model: BaseModel) -> None:
    reason = refusal(conclude(base_model, [file.report for file in files.values()]))
    if reason:
        raise DatasetRefusedError(reason)


def _attributes(files: dict[str, CheckedFile], uris: dict[str, str]) -> dict[str, str]:
    """Every declared attribute, also for a split that is absent (fault A14)."""
    attributes = {}
    for split in names.SPLITS:
        file = files.get(split)
        title = split.capitalize()
        attributes[f"{title}Uri"] = uris.get(split, "")
        attributes[f"{title}Digest"] = file.report.digest if file else ""
        attributes[f"{title}Records"] = str(file.report.records) if file else "0"
    training = files["training"].report
    return {**attributes, "EstimatedTokens": str(training.estimated_tokens)}
