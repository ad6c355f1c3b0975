"""Create, update and delete of the training dataset resource.

Every record is checked before anything is staged, and everything is staged before a job can be wanted: bad data
fails the deployment, not a paid job. Staged copies are immutable, because their key is their SHA-256 (fault F02).
"""

import time
from collections.abc import Callable
from functools import partial
from typing import BinaryIO, Protocol, TypeVar, cast

from finetuning import object_keys
from finetuning.dataset.gate import Gate
from finetuning.dataset.inspections.inspection import standard_inspections
from finetuning.dataset.report import DatasetReport
from finetuning.errors import FineTuningError
from finetuning.promotion.agreement import differences
from lambdas import log
from lambdas.gateways import roles
from lambdas.gateways.storage import ObjectDeniedError, ObjectUnwritableError, S3Head, S3Source
from lambdas.responder import Answer, CustomResourceRequest
from lambdas.settings import TrainingDatasetSettings
from lambdas.training_dataset import admission, reporting
from lambdas.training_dataset.media import MediaCopies
from lambdas.training_dataset.properties import WantedDataset, parse
from lambdas.training_dataset.staging import CopyStorage, Staging

#: The right to read a source comes with the model's stack, seconds before it is used, and IAM is eventually consistent
#: (IAM User Guide, 'Troubleshoot IAM: changes that I make are not always immediately visible'). Bounded, because a
#: right that is really missing stays missing (fault B03).
RIGHTS_PAUSES_SECONDS = (1, 2, 4, 8, 15)
#: S3's own version ids have 32 characters; of a longer one, three could make the answer too long.
LONGEST_VERSION = 256

_Found = TypeVar("_Found")


class DatasetRefusedError(FineTuningError):
    """The dataset breaks rules; the message says which, where and how to mend them."""


class Storage(CopyStorage, reporting.ReportStorage, Protocol):
    """What the resource needs of S3."""

    def head(self, uri: str, owner: str = "") -> S3Head:
        """What there is; raises ObjectUnreadableError."""

    def open(self, uri: str | S3Head) -> S3Source:
        """Read what `head` saw; raises ObjectUnreadableError."""


class TrainingDataset:
    """The resource behind `Custom::BedrockTrainingDataset`."""

    def __init__(
        self,
        settings: TrainingDatasetSettings,
        *,
        storage: Storage,
        remaining: Callable[[], float],
        storage_as: Callable[[str, str], Storage] = roles.storage_as,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """Keep what the resource works with.

        Args:
            settings: bucket and key of the copies.
            storage: S3, as the function's own role.
            remaining: seconds until the function is ended.
            storage_as: S3 as another role, in a session of this name; raises ObjectDeniedError.
            pause: waits for so many seconds.
        """
        self._bucket, self._key_arn = settings.data_bucket_name, settings.key_arn
        self._storage, self._storage_as = storage, storage_as
        self._remaining, self._pause = remaining, pause

    def apply(self, request: CustomResourceRequest) -> Answer:
        """Check all files, refuse them together or stage them together, and answer with their URIs and counts.

        Raises:
            DatasetRefusedError: a rule is broken, or there is not enough time; no file is staged.
            OutOfTimeError: checking takes longer than its sizes promised; no file is staged.
            ObjectUnreadableError: a file is missing, may not be read or changes while it is read.
        """
        wanted = parse(request, self._bucket)
        sources = self._sources(wanted)
        heads = {
            split: self._patiently(partial(sources.head, uri, wanted.owners[split]))
            for split, uri in wanted.sources.items()
        }
        sizes = {split: head.size for split, head in heads.items()}
        too_much = list(admission.problems(sizes, wanted.base_model, self._remaining()))
        if too_much:
            raise DatasetRefusedError(f"no file was read and no job was started: {'; '.join(too_much)}")
        staging = Staging(self._storage, wanted, self._key_arn)
        media = MediaCopies(sources, self._storage, wanted)
        try:
            report = self._check(wanted, sources, heads, staging, media)
            report_uri = self._report(report, wanted)
            if report.errors:
                raise DatasetRefusedError(reporting.refusal(report, report_uri))
            others = list(differences(wanted.expected_digests, staging.digests, wanted.sources))
            if others:
                raise DatasetRefusedError(f"no file was staged and no job was started: {'; '.join(others)}")
            media.publish(self._bucket, self._key_arn)
            digests = staging.publish()
        finally:
            staging.abandon()
        attributes = _attributes(report, digests, heads, wanted)
        return Answer(request.physical_id or request.allocated_id, {**attributes, "ReportUri": report_uri})

    def delete(self, request: CustomResourceRequest) -> None:
        """Keep the staged copies: a model may be traced to them; the bucket's lifecycle rules expire them."""

    def _sources(self, wanted: WantedDataset) -> Storage:
        """S3 as the role that may read this model's files, and nothing else."""
        if not wanted.reader:
            return self._storage
        return self._patiently(partial(self._storage_as, wanted.reader, wanted.model))

    def _check(
        self,
        wanted: WantedDataset,
        sources: Storage,
        heads: dict[str, S3Head],
        staging: Staging,
        media: MediaCopies,
    ) -> DatasetReport:
        gate = Gate(
            wanted.base_model,
            source_format=wanted.data_format,
            system_prompt=wanted.system_prompt,
            waivers=wanted.waivers,
            batch_size=wanted.batch_size,
            inspections=(*standard_inspections(wanted.base_model), media),
        )
        for split, head in heads.items():
            with self._patiently(partial(sources.open, head)).stream as stream:
                timed = cast(BinaryIO, admission.InTime(stream, self._remaining))
                staging.take(split, media.rewritten(gate.check(split, timed)))
        report = gate.report()
        for checked in report.splits:
            log.info("dataset checked", split=checked.split, records=checked.records, errors=checked.errors)
        if report.warnings:
            log.warning("dataset warnings", warnings=report.warnings, first=reporting.first_warnings(report))
        return report

    def _report(self, report: DatasetReport, wanted: WantedDataset) -> str:
        """Write the report; the findings matter more than the report, so one that cannot be written stops nothing."""
        try:
            return reporting.write(self._storage, report, wanted, self._key_arn)
        except ObjectUnwritableError as error:
            log.error("report not written", error=str(error))
            return ""

    def _patiently(self, look: Callable[[], _Found]) -> _Found:
        for pause in RIGHTS_PAUSES_SECONDS:
            try:
                return look()
            except ObjectDeniedError:
                self._pause(pause)
        return look()


def _attributes(
    report: DatasetReport, digests: dict[str, str], heads: dict[str, S3Head], wanted: WantedDataset
) -> dict[str, str]:
    """Every declared attribute, also for a split that is absent (fault A14)."""
    checked = {split.split: split for split in report.splits}
    attributes = {"EstimatedTokens": str(checked["training"].estimated_tokens)}
    for split in object_keys.SPLITS:
        title, digest = split.capitalize(), digests.get(split, "")
        key = object_keys.dataset(wanted.model, digest, split) if digest else ""
        attributes[f"{title}Uri"] = f"s3://{wanted.bucket}/{key}" if key else ""
        attributes[f"{title}Digest"] = digest
        attributes[f"{title}Records"] = str(checked[split].records) if digest else "0"
        version = heads[split].version if split in heads else ""
        attributes[f"{title}Version"] = version if len(version) <= LONGEST_VERSION else ""
    return attributes
