"""What makes two wishes the same: hashes of everything that has an effect, and of nothing that has none."""

import json
from collections.abc import Mapping
from hashlib import sha256

from finetuning.base_model import BaseModel
from finetuning.hyperparameters import canonical

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False)


def canonical_json(value: object) -> str:
    """Return JSON with sorted keys, no spaces and ASCII only, so that equal values give equal text.

    Raises:
        ValueError: the value holds NaN or an infinity, which JSON has no word for.
        TypeError: the value holds something that is not JSON.
    """
    return _CANONICAL.encode(value)


def digest(value: object) -> str:
    """Return the SHA-256 of the canonical JSON as 64 hexadecimal digits."""
    return sha256(canonical_json(value).encode("ascii")).hexdigest()


def training_fingerprint(
    *,
    base_model: BaseModel,
    customization_type: str,
    hyperparameters: Mapping[str, object],
    training_digest: str,
    validation_digest: str | None,
    kms_key_arn: str | None,
    custom_model_arn: str | None = None,
    customization_config: Mapping[str, object] | None = None,
) -> str:
    """Return the fingerprint of a wanted custom model; a new one means a new training job.

    Args:
        base_model: from ``catalog.find``, so that it does not matter how the configuration spells it.
        customization_type: such as ``FINE_TUNING``.
        hyperparameters: as given or canonical; they are made canonical here.
        training_digest: SHA-256 of the staged training file.
        validation_digest: SHA-256 of the staged validation file; None or empty without one.
        kms_key_arn: the key that encrypts the custom model; None or empty for the AWS owned key.
        custom_model_arn: the custom model that is trained further; None if the base model itself is.
        customization_config: ``customizationConfig`` of the job; None if its type has none.

    Raises:
        InvalidHyperparametersError: a hyperparameter is not acceptable.
    """
    # Only what is given counts, so that fingerprints of before these existed stay what they were.
    given = {"custom_model_arn": custom_model_arn, "customization_config": customization_config}
    return digest(
        {
            "kind": "training",
            "base_model": base_model.customization_id,
            "customization_type": customization_type,
            "hyperparameters": canonical(base_model, hyperparameters),
            "training_digest": training_digest,
            "validation_digest": validation_digest or None,
            "kms_key_arn": kms_key_arn or None,
        }
        | {name: value for name, value in given.items() if value}
    )


def endpoint_fingerprint(*, base_model: BaseModel, serving: str, model_units: int, commitment: str) -> str:
    """Return the fingerprint of a wanted endpoint; a new one means another endpoint, not another model behind it.

    The base model belongs to it because an endpoint swaps only between models of the same base model. Units and
    commitment count for provisioned throughput alone: a custom model deployment has neither.
    Source: Bedrock User Guide, 'Modify a Provisioned Throughput'.
    """
    bought = {"model_units": model_units, "commitment": commitment} if serving == "provisioned" else {}
    return digest({"kind": "endpoint", "base_model": base_model.customization_id, "serving": serving} | bought)


def request_token(request: Mapping[str, object]) -> str:
    """Return the ``clientRequestToken`` of a request: 64 characters derived from everything else in the request.

    Bedrock ignores a request whose token it has seen, so the token must differ when anything else differs.
    Source: Bedrock API reference, CreateModelCustomizationJob, ``clientRequestToken`` (1 to 256 letters, digits and
    inner hyphens).
    """
    return digest({name: value for name, value in request.items() if name != "clientRequestToken"})
