"""The dataset of a model, checked and converted as the deployment will do it: its digests decide what is trained."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from hashlib import sha256

from configuration import ModelConfiguration, dataset_files
from finetuning import catalog, customization, object_keys
from finetuning.dataset.inspections.inspection import standard_inspections
from finetuning.dataset.purpose import held_to
from finetuning.dataset.report import DatasetReport
from finetuning.dataset.staged_media import Copied, StagedMedia
from lambdas.gateways.storage import ObjectUnreadableError, S3Head, StorageGateway
from ops.data import checking
from ops.data.inputs import Input
from ops.data.plan import Plan
from ops.data.storage import default_storage


@dataclass(frozen=True)
class Staged:
    """What the training dataset resource would answer.

    Attributes:
        report: on all files.
        properties: of the customization job, that the answer gives.
        digests: SHA-256 of each split's copy.
    """

    report: DatasetReport
    properties: dict[str, str]
    digests: dict[str, str]


def staged(model: str, configuration: ModelConfiguration, account: str, bucket: str) -> Staged:
    """Check every file and say what would be staged in a data bucket.

    Args:
        model: name of the use case.
        configuration: of the model.
        account: of the environment.
        bucket: the environment's data bucket.

    Raises:
        UnreadableError: a file cannot be read.
    """
    plan, dataset = _plan(model, configuration), configuration.training.dataset
    asked = Copied(model, plan.base_model, dataset.media or "", bucket, account)
    media = StagedMedia[S3Head](asked, partial(_head, cache(default_storage), dataset.account or account))
    digests: dict[str, str] = {}

    def take(split: str, records: Iterator[bytes]) -> None:
        digest = sha256()
        for chunk in media.rewritten(records):
            digest.update(chunk)
        digests[split] = digest.hexdigest()

    report = checking.check(plan, inspections=(*standard_inspections(plan.base_model), media), take=take)
    tokens = {split.split: split.estimated_tokens for split in report.splits}
    uris = {
        f"{split.capitalize()}Uri": f"s3://{bucket}/{object_keys.dataset(model, digest, split)}"
        for split, digest in digests.items()
    }
    told = {"ValidationUri": "", "TestUri": "", **uris, "EstimatedTokens": str(tokens["training"])}
    return Staged(report, told, digests)


def _head(storage: Callable[[], StorageGateway], owner: str, uri: str) -> S3Head | str:
    try:
        return storage().head(uri, owner)
    except ObjectUnreadableError as error:
        return str(error)


def _plan(model: str, configuration: ModelConfiguration) -> Plan:
    training, dataset = configuration.training, configuration.training.dataset
    base_model = catalog.find(training.base_model)
    values = customization.job_hyperparameters(training.customization_type, base_model, training.hyperparameters)
    batch_size = values.get("batchSize")
    return Plan(
        base_model=held_to(base_model, training.customization_type),
        chosen_by="the configuration",
        inputs={split: _input(location) for split, location in dataset.locations.items()},
        source_format=dataset.format,
        system_prompt=dataset.system_prompt,
        epochs=int(values.get("epochCount", "1")),
        epochs_by="the configuration",
        batch_size=int(batch_size) if batch_size else None,
        waivers=dataset.waivers,
        model=model,
    )


def _input(location: str) -> Input:
    is_uri = dataset_files.is_s3(location)
    return Input(location, location if is_uri else str(dataset_files.local_file(location)))
