"""What a manifest says, and the one way in which it is written down."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, NamedTuple

SCHEMA = 1
"""Version of the document; another one is refused, because what is not understood is not vouched for."""

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


class Job(NamedTuple):
    """The customization job."""

    arn: str
    name: str


class Data(NamedTuple):
    """SHA-256 of each staged dataset file ("" without one), and the URI of the report about them ("" if unknown)."""

    training: str
    validation: str = ""
    test: str = ""
    report: str = ""


class File(NamedTuple):
    """An object as it was when the manifest was issued."""

    uri: str
    sha256: str


class Epoch(NamedTuple):
    """Mean training loss and validation loss of an epoch; None where there is none."""

    epoch: int
    training_loss: float | None
    validation_loss: float | None


class Metric(NamedTuple):
    """The candidate's value of a gated metric, and on how many records it stands; None where it could not be had."""

    value: float | None
    records: int


class Evaluation(NamedTuple):
    """The evaluation document, and the metrics that the gate judged."""

    id: str
    uri: str
    sha256: str
    metrics: Mapping[str, Metric]


class Judgement(NamedTuple):
    """What the quality gate said; `mode` is "disabled", "dry_run" or "enabled"."""

    passed: bool
    mode: str
    reasons: tuple[str, ...] = ()


class Manifest(NamedTuple):
    """One model version with its lineage.

    Attributes:
        environment: in which it was trained and judged; account and Region are that environment's.
        model: the use case.
        base_model: what the job was started from: a base model, or the ARN of a custom model that it trained further.
        customization_config: of a distillation or reinforcement fine-tuning; empty without.
        kms_key_arn: key that encrypts the custom model.
        files: what the job wrote.
        code_version: digest of the source of the functions that issued the manifest; "" if unknown.
        evaluation: None if the gate asked no records.
        verdict: None if nothing was judged.
        curve: the gate's word on the losses; None if they were not judged.
        approved_by: who let the model go into service; "automatic" if nobody had to.
    """

    project: str
    environment: str
    account: str
    region: str
    model: str
    generation: str
    custom_model_arn: str
    job: Job
    base_model: str
    customization_type: str
    hyperparameters: Mapping[str, str]
    customization_config: Mapping[str, Any]
    data: Data
    kms_key_arn: str
    files: tuple[File, ...]
    epochs: tuple[Epoch, ...]
    code_version: str
    evaluation: Evaluation | None
    verdict: Judgement | None
    curve: Judgement | None
    approved_by: str

    def document(self) -> dict[str, Any]:
        """The manifest as a JSON document, its schema included."""
        return {"schema": SCHEMA, **_plain(self)}


def canonical(document: Mapping[str, Any]) -> bytes:
    """The document as bytes: keys sorted by code point, no spaces, UTF-8, floats in their shortest form.

    Raises:
        ValueError: it holds NaN, an infinity or half a surrogate pair, which have no such form.
        TypeError: it holds what is not JSON.
    """
    return _ENCODER.encode(document).encode("utf-8")


def digest(content: bytes) -> str:
    """The SHA-256 of canonical bytes, as 64 hexadecimal digits: the manifest's name."""
    return sha256(content).hexdigest()


def _plain(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        return {name: _plain(part) for name, part in value._asdict().items()}
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return value
