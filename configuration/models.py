"""The sections of ``cdk.json``'s ``environments``, under one roof."""

from configuration.sections.endpoint import BudgetConfiguration, CommitmentApproval, EndpointConfiguration
from configuration.sections.environment import (
    EnvironmentConfiguration,
    ModelConfiguration,
    NetworkConfiguration,
    PriceConfiguration,
    UnitHourPrices,
)
from configuration.sections.training import (
    DatasetConfiguration,
    RewardConfiguration,
    TeacherConfiguration,
    TrainingConfiguration,
)

__all__ = [
    "BudgetConfiguration",
    "CommitmentApproval",
    "DatasetConfiguration",
    "EndpointConfiguration",
    "EnvironmentConfiguration",
    "ModelConfiguration",
    "NetworkConfiguration",
    "PriceConfiguration",
    "RewardConfiguration",
    "TeacherConfiguration",
    "TrainingConfiguration",
    "UnitHourPrices",
]
