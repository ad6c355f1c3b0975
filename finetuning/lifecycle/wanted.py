"""From the properties of the custom resources to what is wanted: the one place that knows both.

`stacks` writes the properties (`configuration.wanted`), the functions read them here, and so does whoever foretells
what a deployment would do.
"""

import json
from collections.abc import Mapping
from typing import Any

from finetuning import catalog, fingerprint, hyperparameters
from finetuning.cost import most_usd_of_job
from finetuning.lifecycle.endpoint import EndpointWanted
from finetuning.lifecycle.facts import dataset_digest
from finetuning.lifecycle.record import Signal
from finetuning.lifecycle.training import TrainingWanted
from finetuning.lifecycle.verdict import EvaluationWanted
from finetuning.properties import InvalidPropertiesError, Properties


def training_wanted(values: Mapping[str, Any], *, service_role_arn: str, key_arn: str) -> TrainingWanted:
    """The training that the properties of `Custom::BedrockModelCustomizationJob` ask for.

    Raises:
        InvalidPropertiesError: a property is missing or of the wrong type.
        UnknownBaseModelError: the catalog does not know the base model.
        InvalidHyperparametersError: a hyperparameter is not acceptable.
    """
    told = Properties(values)
    settings = _settings(told, service_role_arn, key_arn)
    validation_uri = told.text("ValidationUri", "")
    return TrainingWanted(
        fingerprint=fingerprint.training_fingerprint(
            base_model=catalog.find(settings["baseModelIdentifier"]),
            customization_type=settings["customizationType"],
            hyperparameters=settings["hyperParameters"],
            training_digest=_digest(told.text("TrainingUri")),
            validation_digest=_digest(validation_uri) if validation_uri else None,
            kms_key_arn=key_arn,
            custom_model_arn=catalog.custom_model_arn(settings["baseModelIdentifier"]),
            customization_config=settings.get("customizationConfig"),
        ),
        settings=settings,
        tags=told.texts("Tags"),
        keep_previous=told.number("KeepPrevious"),
        estimated_usd=most_usd_of_job(
            told.number("EstimatedTokens", "0"), told.optional_number("BilledEpochs"), told.amount("UsdPer1kTokens")
        ),
        max_usd=told.amount("MaxUsdPerJob"),
        max_usd_per_month=told.amount("MaxUsdPerMonth"),
        endpoint_hourly_usd=told.amount("EndpointHourlyUsd"),
        evaluation=_evaluation(told),
    )


def endpoint_wanted(values: Mapping[str, Any], stack_id: str = "") -> EndpointWanted:
    """The endpoint that the properties of `Custom::BedrockModelEndpoint` ask for.

    Args:
        values: the properties.
        stack_id: whose wait condition is told, if the properties name one.

    Raises:
        InvalidPropertiesError: a property is missing or of the wrong type.
        UnknownBaseModelError: the catalog does not know the base model.
    """
    told = Properties(values)
    serving, units, commitment = told.text("Serving"), told.number("ModelUnits"), told.text("Commitment")
    logical_id = told.text("WaitConditionLogicalId", "")
    base_model = catalog.find(told.text("BaseModel"))
    return EndpointWanted(
        fingerprint=fingerprint.endpoint_fingerprint(
            base_model=base_model, serving=serving, model_units=units, commitment=commitment
        ),
        serving=serving,
        model_units=units,
        commitment=commitment,
        tags=told.texts("Tags"),
        base_model=base_model.customization_id,
        signal=Signal(stack_id, logical_id) if logical_id else None,
        approval=told.text("CommitmentApproval", ""),
        approved_until=float(told.text("CommitmentApprovedUntil", "") or 0),
        needs_approval=told.flag("NeedsApproval"),
        hourly_usd=told.amount("HourlyUsd"),
        max_hourly_usd=told.amount("MaxHourlyUsd"),
        max_usd_per_month=told.amount("MaxUsdPerMonth"),
        idle_days=told.number("IdleDays", "0"),
        remove_idle=told.flag("RemoveIdle"),
        alarms=tuple(told.items("Alarms")),
        watch_seconds=told.number("WatchSeconds", "0"),
    )


def _settings(told: Properties, service_role_arn: str, key_arn: str) -> dict[str, Any]:
    """The job in CreateModelCustomizationJob's terms, without names, output and tags."""
    identifier = told.text("BaseModel")
    base_model = catalog.find(identifier)
    settings: dict[str, Any] = {
        "roleArn": service_role_arn,
        "baseModelIdentifier": catalog.custom_model_arn(identifier) or base_model.customization_id,
        "customizationType": told.text("CustomizationType"),
        "customModelKmsKeyId": key_arn,
        "trainingDataConfig": {"s3Uri": told.text("TrainingUri")},
        "hyperParameters": hyperparameters.canonical(base_model, told.texts("Hyperparameters")),
    }
    if validation_uri := told.text("ValidationUri", ""):
        settings["validationDataConfig"] = {"validators": [{"s3Uri": validation_uri}]}
    if network := told.lists("VpcConfig"):
        settings["vpcConfig"] = {"subnetIds": network["SubnetIds"], "securityGroupIds": network["SecurityGroupIds"]}
    if config := told.text("CustomizationConfig", ""):
        settings["customizationConfig"] = json.loads(config)
    return settings


def _evaluation(told: Properties) -> EvaluationWanted | None:
    """How the model is to be judged; nothing of it decides which job is started."""
    text = told.text("Evaluation", "")
    if not text:
        return None
    asked = json.loads(text)
    settings = {**asked["settings"], "test_uri": told.text("TestUri", "")}
    return EvaluationWanted(
        id=fingerprint.digest({**asked, "settings": settings})[:16],
        mode=asked["mode"],
        settings=settings,
        seconds=asked["hours"] * 3600,
        own_endpoint=asked["own_endpoint"],
    )


def _digest(staged_uri: str) -> str:
    """The SHA-256 in the URI of a staged dataset."""
    digest = dataset_digest(staged_uri)
    if len(digest) != 64:
        raise InvalidPropertiesError(
            f"dataset URI must be one that Custom::BedrockTrainingDataset staged, got {staged_uri!r}"
        )
    return digest
