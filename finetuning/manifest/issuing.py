"""The manifest of a training generation, from its record and the evidence in the output bucket.

Nothing of the present is in it: the same record and the same evidence give the same bytes.
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from finetuning import metrics
from finetuning.errors import FineTuningError
from finetuning.lifecycle import ModelRecord, TrainingGeneration
from finetuning.lifecycle.facts import dataset_digest, trained_from
from finetuning.lifecycle.verdict import Verdict
from finetuning.manifest.document import Data, Epoch, Evaluation, File, Job, Judgement, Manifest, Metric
from finetuning.metrics import MetricsFormatError


class EvidenceError(FineTuningError):
    """What lies in the output bucket is not what was judged."""


class Evidence(NamedTuple):
    """What lies in the output bucket of one generation.

    Attributes:
        files: the job's metrics files: URI and content.
        evaluation: the evaluation document; None without one.
        code_version: of the functions; "" if unknown.
    """

    files: Sequence[tuple[str, bytes]] = ()
    evaluation: bytes | None = None
    code_version: str = ""


def manifest_of(record: ModelRecord, generation: TrainingGeneration, evidence: Evidence) -> Manifest:
    """The manifest of a generation whose model is there.

    Raises:
        EvidenceError: the evaluation document is missing, or another one than was judged.
    """
    settings, judged_on = generation.settings, _document(generation, evidence.evaluation)
    _, _, _, region, account, *_ = [*generation.model_arn.split(":"), *[""] * 5]
    return Manifest(
        project=record.project,
        environment=record.environment,
        account=account,
        region=region,
        model=record.model,
        generation=generation.id,
        custom_model_arn=generation.model_arn,
        job=Job(generation.job_arn, generation.job_name),
        base_model=trained_from(str(settings.get("baseModelIdentifier", ""))),
        customization_type=str(settings.get("customizationType", "")),
        hyperparameters={str(k): str(v) for k, v in settings.get("hyperParameters", {}).items()},
        customization_config=settings.get("customizationConfig", {}),
        data=_data(generation, judged_on),
        kms_key_arn=str(settings.get("customModelKmsKeyId", "")),
        files=tuple(File(uri, sha256(content).hexdigest()) for uri, content in sorted(evidence.files)),
        epochs=_epochs(evidence.files),
        code_version=evidence.code_version,
        evaluation=_evaluation(generation, judged_on),
        verdict=_judgement(generation.verdict),
        curve=_judgement(generation.curve),
        approved_by=generation.approved_by,
    )


def _data(generation: TrainingGeneration, judged_on: Mapping[str, Any] | None) -> Data:
    """The datasets. The record says on which a model is wanted to be judged; on which it was, its document does."""
    settings = generation.settings
    validators = settings.get("validationDataConfig", {}).get("validators", [])
    asked = generation.evaluation.settings if generation.evaluation else {}
    test = str(asked.get("test_uri") or "") if judged_on is None else str(judged_on.get("test", {}).get("uri") or "")
    report = str(asked.get("report_uri") or "")
    return Data(
        training=dataset_digest(str(settings.get("trainingDataConfig", {}).get("s3Uri", ""))),
        validation=dataset_digest(validators[0]["s3Uri"]) if validators else "",
        test=dataset_digest(test) if test else "",
        report=report,
    )


def _epochs(files: Sequence[tuple[str, bytes]]) -> tuple[Epoch, ...]:
    """The losses; none of files that are not as Bedrock documents them: their digests are there all the same."""
    text = {uri.rpartition("/")[2]: content.decode("utf-8", "replace") for uri, content in files}
    training, validation = text.get(metrics.TRAINING_FILE), text.get(metrics.VALIDATION_FILE)
    if training is None:
        return ()
    try:
        rows = metrics.parse_training(training), metrics.parse_validation(validation) if validation else ()
    except MetricsFormatError:
        return ()
    return tuple(Epoch(e.epoch, e.training_loss, e.validation_loss) for e in metrics.summarize(*rows).epochs)


def _document(generation: TrainingGeneration, content: bytes | None) -> Mapping[str, Any] | None:
    """The evaluation document that the verdict was given on; None if there is no such verdict."""
    verdict = generation.verdict
    if verdict is None or not verdict.uri:
        return None
    found = "nothing" if content is None else f"SHA-256 {sha256(content).hexdigest()}"
    if content is None or sha256(content).hexdigest() != verdict.digest:
        raise EvidenceError(
            f"the evaluation document {verdict.uri} must have SHA-256 {verdict.digest}, which was judged; found "
            f"{found}. Restore that version of the object, or judge the model again: python -m ops evaluate"
        )
    document: Mapping[str, Any] = json.loads(content)
    return document


def _evaluation(generation: TrainingGeneration, judged_on: Mapping[str, Any] | None) -> Evaluation | None:
    verdict = generation.verdict
    if verdict is None or judged_on is None:
        return None
    return Evaluation(verdict.id, verdict.uri, verdict.digest, _gated(judged_on))


def _gated(document: Mapping[str, Any]) -> dict[str, Metric]:
    found = document.get("gated", {})
    return {name: Metric(_number(entry.get("value")), int(entry.get("records", 0))) for name, entry in found.items()}


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _judgement(verdict: Verdict | None) -> Judgement | None:
    return None if verdict is None else Judgement(verdict.passed, verdict.mode, tuple(verdict.reasons))
