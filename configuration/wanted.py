"""What a configuration asks of the custom resources, as their properties: CloudFormation hands on strings.

The stacks write these properties and ``python -m ops plan`` reads them, so both ask for the same. What is known only
when the data is staged (its URIs and its tokens) is not among them.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from configuration import prices
from configuration.evaluated import evaluation_properties
from configuration.models import EndpointConfiguration, EnvironmentConfiguration, ModelConfiguration
from configuration.sections.training import TrainingConfiguration
from finetuning import catalog, customization
from finetuning.catalog import BaseModel

Properties = dict[str, Any]


def job_properties(
    model: str,
    configuration: ModelConfiguration,
    environment: EnvironmentConfiguration,
    reference: Mapping[str, Any] | None = None,
) -> Properties:
    """Return the properties of a customization job; other spellings of the same ask the same.

    Args:
        model: name of the use case.
        configuration: checked by `configuration.load`.
        environment: whose tags, prices and network apply; the model's own tags win.
        reference: of a model that is trained again by a manifest (see `evaluated`).
    """
    training, base_model = configuration.training, catalog.find(configuration.training.base_model)
    values = customization.job_hyperparameters(training.customization_type, base_model, training.hyperparameters)
    properties: Properties = {
        "Model": model,
        "BaseModel": catalog.custom_model_arn(training.base_model) or base_model.customization_id,
        "CustomizationType": training.customization_type,
        "Hyperparameters": values,
        "KeepPrevious": str(training.keep_previous),
        "Tags": tags(configuration, environment),
        "BilledEpochs": _number(_billed_epochs(training, base_model, values)),
        "UsdPer1kTokens": _number(prices.training_price(environment, base_model)),
        "MaxUsdPerJob": _number(configuration.budget.max_usd_per_job),
        "MaxUsdPerMonth": _number(configuration.budget.max_usd_per_month),
        "EndpointHourlyUsd": _number(prices.hourly_usd(environment, configuration.endpoint, base_model)),
    }
    properties |= evaluation_properties(configuration, environment, reference)
    if (network := environment.network) is not None:
        properties["VpcConfig"] = {
            "SubnetIds": list(network.subnet_ids),
            "SecurityGroupIds": list(network.security_group_ids),
        }
    if (config := _customization_config(training)) is not None:
        properties["CustomizationConfig"] = json.dumps(config, sort_keys=True)
    return properties


def endpoint_properties(
    model: str, configuration: ModelConfiguration, environment: EnvironmentConfiguration
) -> Properties | None:
    """Return the properties of an endpoint, or None with serving ``none``; arguments as of `job_properties`."""
    endpoint, base_model = configuration.endpoint, catalog.find(configuration.training.base_model)
    if endpoint.serving == "none":
        return None
    approval = endpoint.commitment_approval
    return {
        "Model": model,
        "BaseModel": base_model.customization_id,
        "Serving": endpoint.serving,
        "ModelUnits": str(endpoint.model_units),
        "Commitment": endpoint.commitment,
        "NeedsApproval": _truth(endpoint.approval == "manual"),
        "HourlyUsd": _number(prices.hourly_usd(environment, endpoint, base_model)),
        "MaxHourlyUsd": _number(endpoint.max_hourly_usd),
        "MaxUsdPerMonth": _number(configuration.budget.max_usd_per_month),
        "IdleDays": str(endpoint.idle_days or 0),
        "RemoveIdle": _truth(endpoint.remove_idle),
        **_watched(endpoint),
        "CommitmentApproval": approval.id if approval else "",
        "CommitmentApprovedUntil": str(_end_of(approval.until)) if approval else "",
        "Tags": tags(configuration, environment),
    }


def _watched(endpoint: EndpointConfiguration) -> Properties:
    if not endpoint.alarms:
        return {}
    return {"Alarms": list(endpoint.alarms), "WatchSeconds": str(endpoint.watch_minutes * 60)}


def tags(configuration: ModelConfiguration, environment: EnvironmentConfiguration) -> dict[str, str]:
    """Return the user's tags of everything that is bought for a model."""
    return {**environment.tags, **configuration.training.tags}


def _billed_epochs(training: TrainingConfiguration, base_model: BaseModel, values: Mapping[str, str]) -> int | None:
    """For how many epochs the training tokens are billed; None where a job is billed for more than those."""
    if not customization.is_billed_by_training_tokens(training.customization_type):
        return None
    return prices.billed_epochs(base_model, values)


def _customization_config(training: TrainingConfiguration) -> dict[str, Any] | None:
    teacher, reward = training.teacher, training.reward
    return customization.config(
        training.customization_type,
        teacher=teacher.model_dump() if teacher else None,
        reward=reward.model_dump() if reward else None,
        hyperparameters=training.hyperparameters,
    )


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _end_of(day: date) -> float:
    """The end of a day (UTC) in epoch seconds."""
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=UTC).timestamp()
