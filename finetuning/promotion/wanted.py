"""The training generation that stands for a promoted model."""

from finetuning.fingerprint import digest
from finetuning.lifecycle.facts import trained_from
from finetuning.lifecycle.training import TrainingWanted
from finetuning.lifecycle.verdict import Promoted
from finetuning.manifest import Manifest
from finetuning.promotion import COPY
from finetuning.promotion.pinned import Pinned


def promoted_fingerprint(manifest: str, method: str) -> str:
    """The fingerprint of a promoted model: the same manifest by the same method is the same model.

    Args:
        manifest: SHA-256 of the manifest.
        method: see `finetuning.promotion`.
    """
    return digest({"kind": "promotion", "manifest": manifest, "method": method})


def promoted_wanted(pinned: Pinned, manifest: Manifest, key_arn: str = "") -> TrainingWanted:
    """What the registry is told of a promoted model: how it was trained, and that nothing has to be trained for it.

    Its job was paid where it ran, and copying costs nothing (Bedrock's price page lists no price for it).

    Args:
        pinned: what the configuration asks for.
        manifest: of the model.
        key_arn: that encrypts a copy; the very model keeps the key that it has.
    """
    return TrainingWanted(
        fingerprint=promoted_fingerprint(pinned.sha256, pinned.method),
        settings={
            "baseModelIdentifier": trained_from(manifest.base_model),
            "customizationType": manifest.customization_type,
            "hyperParameters": dict(manifest.hyperparameters),
            **({"customModelKmsKeyId": key_arn} if pinned.method == COPY else {}),
        },
        tags=pinned.tags,
        keep_previous=pinned.keep_previous,
        estimated_usd=0.0,
        promoted=Promoted(
            method=pinned.method,
            model_arn=manifest.custom_model_arn,
            job_arn=manifest.job.arn,
            job_name=manifest.job.name,
            manifest=pinned.sha256,
            approved_by=pinned.approved_by,
            reference=pinned.reference,
        ),
    )
