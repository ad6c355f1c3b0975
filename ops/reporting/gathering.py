"""A training's report: the page that its evaluation has written, and the same made anew from what is there."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from configuration import pins
from finetuning import manifest, metrics, run_report
from finetuning.lifecycle.record import ModelRecord, TrainingGeneration
from finetuning.manifest import Manifest
from finetuning.metrics import MetricRow, MetricsFormatError
from finetuning.run_report import RunReport
from finetuning.run_report.headline import current
from lambdas.gateways.evidence import EvidenceGateway
from ops.errors import OperatorError
from ops.session import NotDeployedError, Session
from ops.status.verdict import page_uri

_Losses = tuple[tuple[MetricRow, ...], tuple[MetricRow, ...]]
#: Training first.
_PARSERS = {metrics.TRAINING_FILE: metrics.parse_training, metrics.VALIDATION_FILE: metrics.parse_validation}


class NothingTrainedError(OperatorError):
    """There is no training to report of."""


@dataclass(frozen=True)
class Found:
    """A training's report.

    Attributes:
        uri: of the page in the output bucket; "" if no evaluation has written one.
        written: that page; None without one.
        problems: what could not be read.
    """

    report: RunReport
    uri: str
    written: str | None
    problems: tuple[str, ...]

    @property
    def page(self) -> str:
        """The page: as it was written, or made anew."""
        return self.written if self.written is not None else run_report.render(self.report)


def find(session: Session, model: str, generation_id: str | None = None) -> Found:
    """Return the report of a training: of the wanted one, unless another is named.

    Raises:
        NothingTrainedError: there is no such training.
        ObjectUnreadableError: the output bucket may not be read.
    """
    record = session.registry().read(model)
    generation = _generation(record, generation_id)
    bucket = session.outputs("Foundation")["OutputBucketName"]
    evidence = EvidenceGateway(bucket, session.environment.account, session.client("s3"))
    verdict = current(generation, generation.verdict)
    document_uri, uri = verdict.uri if verdict else "", page_uri(generation)
    document, page = (evidence.read(place) if place else None for place in (document_uri, uri))
    losses, problems = _losses(evidence, model, generation.id)
    report = run_report.assemble(
        record,
        generation.id,
        evaluation=None if document is None else json.loads(document),
        training=losses[0],
        validation=losses[1],
        dataset=_dataset(session, model),
        manifest=_manifest(generation),
        region=session.environment.region,
    )
    return Found(report, uri if page is not None else "", None if page is None else page.decode("utf-8"), problems)


def _generation(record: ModelRecord, generation_id: str | None) -> TrainingGeneration:
    training = record.training
    generation = training.current if generation_id is None else training.find(generation_id)
    if generation is None:
        known = ", ".join(g.id for g in training.generations) or "none"
        what = "nothing is wanted" if generation_id is None else f"there is no training {generation_id!r}"
        raise NothingTrainedError(f"{what} of model {record.model!r}; choose with --generation one of: {known}")
    return generation


def _losses(evidence: EvidenceGateway, model: str, generation: str) -> tuple[_Losses, tuple[str, ...]]:
    found = evidence.metrics_files(model, generation)
    files = {name: content.decode("utf-8", "replace") for name, (_, content) in found.items()}
    try:
        rows = [parse(files[name]) if name in files else () for name, parse in _PARSERS.items()]
    except MetricsFormatError as error:
        return ((), ()), (f"the losses cannot be read: {error}",)
    return (rows[0], rows[1]), ()


def _manifest(generation: TrainingGeneration) -> Manifest | None:
    """The manifest of a promoted model, from this clone of the repository; None if it is not there."""
    if generation.promoted is None:
        return None
    try:
        document = json.loads(pins.manifest_file(generation.promoted.manifest).read_text(encoding="utf-8"))
        text = str(document["manifest"]).encode("utf-8")
        found = manifest.read(text)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if manifest.digest(text) == generation.promoted.manifest else None


def _dataset(session: Session, model: str) -> Mapping[str, Any] | None:
    """What the report of the deployed dataset says of its files; None if there is none."""
    try:
        uri = session.outputs(f"Model-{model}").get("DatasetReport", "")
    except NotDeployedError:
        return None
    if not uri:  # a promoted model has no dataset of its own
        return None
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    content = EvidenceGateway(bucket, session.environment.account, session.client("s3")).read(
        f"s3://{bucket}/{key.removesuffix('.html')}.json"
    )
    return None if content is None else {"report_uri": uri, "files": json.loads(content)["summary"]["files"]}
