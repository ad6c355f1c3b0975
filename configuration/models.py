"""The sections of ``cdk.json``'s ``environments``, under one roof."""

from configuration.sections.endpoint import BudgetConfiguration, CommitmentApproval, EndpointConfiguration
from configuration.sections.environment import (
    EnvironmentConfiguration,
    ModelConfiguration,
    NetworkConfiguration,
    PriceConfiguration,
    UnitHourPrices,
)
from configuration.sections.evaluation import (
    CurveConfiguration,
    EvaluationConfiguration,
    GateConfiguration,
    JudgeConfiguration,
    PromotionConfiguration,
    ThresholdConfiguration,
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
    "CurveConfiguration",
    "DatasetConfiguration",
    "EndpointConfiguration",
    "EnvironmentConfiguration",
    "EvaluationConfiguration",
    "GateConfiguration",
    "JudgeConfiguration",
    "ModelConfiguration",
    "NetworkConfiguration",
    "PriceConfiguration",
    "PromotionConfiguration",
    "RewardConfiguration",
    "TeacherConfiguration",
    "ThresholdConfiguration",
    "TrainingConfiguration",
    "UnitHourPrices",
]
