"""Where early stopping fired in a job, by its losses and its hyperparameters, in data and in words."""

from collections.abc import Mapping
from decimal import Decimal

from finetuning.base_model import BaseModel
from finetuning.early_stopping import StopPoint, stop_point
from finetuning.metrics import MetricsSummary

THRESHOLD, PATIENCE, EPOCHS = "earlyStoppingThreshold", "earlyStoppingPatience", "epochCount"


def value_of(name: str, hyperparameters: Mapping[str, str], base_model: BaseModel) -> Decimal | None:
    """Return a hyperparameter as it was given, else the base model's default; None if the base model has none."""
    parameter = base_model.hyperparameters.get(name)
    if parameter is None:
        return None
    return Decimal(hyperparameters[name]) if name in hyperparameters else parameter.default


def stopping_of(
    summary: MetricsSummary | None, base_model: BaseModel | None, hyperparameters: Mapping[str, str]
) -> StopPoint | None:
    """Return where early stopping fired and which epoch is best, or None where that cannot be said."""
    if summary is None or base_model is None:
        return None
    threshold = value_of(THRESHOLD, hyperparameters, base_model)
    patience = value_of(PATIENCE, hyperparameters, base_model)
    losses = [epoch.validation_loss for epoch in summary.epochs if epoch.validation_loss is not None]
    if threshold is None or patience is None or not losses:
        return None
    return stop_point(losses, float(threshold), int(patience))


def stopping_sentence(stopping: StopPoint, base_model: BaseModel, hyperparameters: Mapping[str, str]) -> str:
    """Say whether early stopping fired, under which hyperparameters, and which epoch's weights are kept."""
    threshold = value_of(THRESHOLD, hyperparameters, base_model)
    patience = value_of(PATIENCE, hyperparameters, base_model)
    configured = value_of(EPOCHS, hyperparameters, base_model)
    rule = f"threshold {threshold}, patience {patience}"
    best = f"best is epoch {stopping.best_epoch}, validation loss {stopping.best_loss:.4f}"
    if stopping.stopped_after_epoch is None:
        return f"early stopping did not fire in {configured} epochs ({rule}); {best}"
    return f"early stopping fired after epoch {stopping.stopped_after_epoch} of {configured} ({rule}); {best}"
