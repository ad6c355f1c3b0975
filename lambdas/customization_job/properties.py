"""The resource's properties, parsed into the wanted training."""

from typing import Any

from finetuning import catalog, fingerprint, hyperparameters
from finetuning.lifecycle.training import TrainingWanted
from lambdas.responder import CustomResourceRequest, InvalidPropertiesError


def parse(request: CustomResourceRequest, *, service_role_arn: str, key_arn: str) -> TrainingWanted:
    """The training that the properties ask for.

    Raises:
        InvalidPropertiesError: a property is missing or of the wrong type.
        UnknownBaseModelError: the catalog does not know the base model.
        InvalidHyperparametersError: a hyperparameter is not acceptable.
    """
    base_model = catalog.find(request.text("BaseModel"))
    values = hyperparameters.canonical(base_model, request.texts("Hyperparameters"))
    training_uri, validation_uri = request.text("TrainingUri"), request.text("ValidationUri", "")
    customization_type = request.text("CustomizationType")
    settings: dict[str, Any] = {
        "roleArn": service_role_arn,
        "baseModelIdentifier": base_model.customization_id,
        "customizationType": customization_type,
        "customModelKmsKeyId": key_arn,
        "trainingDataConfig": {"s3Uri": training_uri},
        "hyperParameters": values,
    }
    if validation_uri:
        settings["validationDataConfig"] = {"validators": [{"s3Uri": validation_uri}]}
    return TrainingWanted(
        fingerprint=fingerprint.training_fingerprint(
            base_model=base_model,
            customization_type=customization_type,
            hyperparameters=values,
            training_digest=_digest(training_uri),
            validation_digest=_digest(validation_uri) if validation_uri else None,
            kms_key_arn=key_arn,
        ),
        settings=settings,
        tags=request.texts("Tags"),
        keep_previous=request.number("KeepPrevious"),
    )


def _digest(staged_uri: str) -> str:
    """The SHA-256 in the URI of a staged dataset, `s3://bucket/datasets/<model>/<sha256>/<split>.jsonl`."""
    parts = staged_uri.split("/")
    if len(parts) < 2 or len(parts[-2]) != 64:
        raise InvalidPropertiesError(
            f"dataset URI must be one that Custom::BedrockTrainingDataset staged, got {staged_uri!r}"
        )
    return parts[-2]
