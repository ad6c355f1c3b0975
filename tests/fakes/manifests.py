"""Manifests for tests: everything has a value that works, and tests say what differs."""

import json
from pathlib import Path
from typing import Any

from configuration import pins
from finetuning import manifest
from finetuning.manifest import ALGORITHM, Data, Epoch, Evaluation, File, Job, Judgement, Manifest, Metric, Signature

ACCOUNT, REGION = "111122223333", "us-east-1"
MODEL_ARN = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:custom-model/amazon.nova-lite-v1:0:300k/abcdefghijkl"
JOB_ARN = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:model-customization-job/amazon.nova-lite-v1:0:300k/mnopqrstuvwx"
ALIAS = f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/finetuning-dev-manifest"
GENERATION = "aaaaaaaaaa-1"
JOB_NAME = f"finetuning-dev-faq-{GENERATION}"


def made(**changes: Any) -> Manifest:
    """A model of dev that passed the gate."""
    sample = Manifest(
        project="finetuning",
        environment="dev",
        account=ACCOUNT,
        region=REGION,
        model="faq",
        generation=GENERATION,
        custom_model_arn=MODEL_ARN,
        job=Job(JOB_ARN, JOB_NAME),
        base_model="amazon.nova-lite-v1:0:300k",
        customization_type="FINE_TUNING",
        hyperparameters={"epochCount": "2"},
        customization_config={},
        data=Data("a" * 64, "b" * 64, "c" * 64),
        kms_key_arn=f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1",
        files=(File("s3://output/outputs/faq/step_wise_training_metrics.csv", "d" * 64),),
        epochs=(Epoch(1, 1.5, 1.25), Epoch(2, 0.75, 1.0)),
        code_version="e" * 64,
        evaluation=Evaluation("0123", "s3://output/evaluation.json", "f" * 64, {"rouge_l": Metric(0.75, 40)}),
        verdict=Judgement(True, "enabled"),
        curve=Judgement(True, "enabled"),
        approved_by="automatic",
    )
    return sample._replace(**changes)


def text_of(known: Manifest) -> str:
    """Its canonical text."""
    return manifest.canonical(known.document()).decode("utf-8")


def digest_of(known: Manifest) -> str:
    """The SHA-256 of its canonical text."""
    return manifest.digest(text_of(known).encode("utf-8"))


def signature_of(digest: str, key_arn: str = ALIAS) -> Signature:
    """The one that `FakeSigning` makes."""
    return Signature(key_arn, ALGORITHM, f"{key_arn} {digest}".encode())


def pin(
    folder: Path,
    known: Manifest,
    environment: str,
    *,
    approved_by: str = "Ada",
    reference: str = "https://example.com/pull/7",
    model: str = "faq",
) -> str:
    """Write the two files of a promotion, and return the manifest's digest."""
    digest = digest_of(known)
    (folder / "manifests").mkdir(parents=True, exist_ok=True)
    pins.manifest_file(digest, folder).write_text(
        pins.manifest_text(text_of(known), signature_of(digest)), encoding="utf-8"
    )
    document = {"manifest": digest, "approved_by": approved_by, "reference": reference}
    pins.pin_file(environment, model, folder).write_text(json.dumps(document), encoding="utf-8")
    return digest
