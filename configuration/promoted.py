"""What a pinned manifest asks of the custom resources: of the very model, or of one that is made in the same way.

The stacks write these properties, and so does whoever foretells what a deployment would do (see `wanted`).
"""

from base64 import b64encode
from typing import Any

from configuration import wanted
from configuration.models import EnvironmentConfiguration, ModelConfiguration, PromotionConfiguration
from configuration.pins import Pin
from finetuning import catalog, names
from finetuning.promotion import RETRAIN
from finetuning.promotion.comparison import comparable


def takes_the_model(configuration: ModelConfiguration) -> bool:
    """Whether the model comes from elsewhere, so that nothing is trained here."""
    return configuration.promotion is not None and configuration.promotion.method != RETRAIN


def promoted_properties(
    project: str, model: str, configuration: ModelConfiguration, environment: EnvironmentConfiguration, pin: Pin
) -> wanted.Properties:
    """Return the properties of a promoted model, or of the check of the manifest that a training follows.

    Args:
        project: that both environments belong to.
        model: name of the use case.
        configuration: checked by `configuration.load`.
        environment: that the model is promoted to.
        pin: of the model.
    """
    promotion = _promotion(configuration)
    return {
        "Model": model,
        "Source": promotion.source,
        "Method": promotion.method,
        "BaseModel": catalog.find(configuration.training.base_model).customization_id,
        "Manifest": b64encode(pin.text.encode()).decode("ascii"),
        "ManifestSha256": pin.digest,
        "Signature": b64encode(pin.signature.signature).decode("ascii"),
        "ManifestKey": trusted_key(project, environment, promotion),
        "ApprovedBy": pin.approved_by,
        "Reference": pin.reference,
        "KeepPrevious": str(configuration.training.keep_previous),
        "Tags": wanted.tags(configuration, environment),
    }


def trusted_key(project: str, environment: EnvironmentConfiguration, promotion: PromotionConfiguration) -> str:
    """Return the ARN of the key that signs the source's manifests, or of its alias in this account and Region.

    Never the one that a manifest came with: whoever tampers with it would sign it anew.
    """
    if promotion.manifest_key_arn is not None:
        return promotion.manifest_key_arn
    alias = names.manifest_alias(project, promotion.source)
    return f"arn:{_partition(environment.region)}:kms:{environment.region}:{environment.account}:{alias}"


def reference(configuration: ModelConfiguration, pin: Pin) -> dict[str, Any]:
    """Return what a model that is trained again has to agree with: metrics of the manifest, within a band."""
    return {
        "manifest": pin.digest,
        "band": _promotion(configuration).band,
        "metrics": comparable(pin.manifest),
    }


def expected_digests(pin: Pin) -> dict[str, str]:
    """Return the SHA-256 of each file that the manifest's model was trained and judged on, by split."""
    data = pin.manifest.data
    given = {"training": data.training, "validation": data.validation, "test": data.test}
    return {split: digest for split, digest in given.items() if digest}


def _promotion(configuration: ModelConfiguration) -> PromotionConfiguration:
    promotion = configuration.promotion
    if promotion is None:
        raise ValueError("a pin is read only for a model with a promotion")
    return promotion


def _partition(region: str) -> str:
    """The partition of a Region. Source: AWS General Reference, 'Amazon Resource Names (ARNs)'."""
    beginnings = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
    return next((partition for beginning, partition in beginnings.items() if region.startswith(beginning)), "aws")
