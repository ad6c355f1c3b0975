"""What an evaluation is asked for, as it stands in the registry (`configuration.sections.evaluation` writes it)."""

from finetuning.evaluation.settings.model import (
    BASELINES,
    MODES,
    CurveSettings,
    EvaluationSettings,
    GateSettings,
    JudgeSettings,
    Mode,
    PriceSettings,
    ReferenceSettings,
    Settings,
    ThresholdSettings,
)
from finetuning.evaluation.settings.reading import SettingsError, read

__all__ = [
    "BASELINES",
    "MODES",
    "CurveSettings",
    "EvaluationSettings",
    "GateSettings",
    "JudgeSettings",
    "Mode",
    "PriceSettings",
    "ReferenceSettings",
    "Settings",
    "SettingsError",
    "ThresholdSettings",
    "read",
]
