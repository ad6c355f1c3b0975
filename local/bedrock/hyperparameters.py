"""Hyperparameters as the service checks and completes them."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from finetuning.base_model import BaseModel, Hyperparameter
from local.bedrock.learner import Plan
from local.bedrock.protocol.faults import validation


def complete(given: Mapping[str, str], base_model: BaseModel, has_validation: bool) -> dict[str, str]:
    """Check hyperparameters and fill in defaults, as GetModelCustomizationJob shows them.

    Names and ranges: Bedrock User Guide, "Custom model hyperparameters"; that the service fills defaults in: a recorded
    response of cloud-custodian. Texts and the refusal of early stopping without validation data are our choice.

    Args:
        given: Values of the request, strings.
        base_model: Whose hyperparameters they are.
        has_validation: Whether the job has validation data.

    Raises:
        Fault: `ValidationException` with all problems.
    """
    if not base_model.hyperparameters_known:
        # Which ones there are is not documented, so none is refused and no default is shown.
        return dict(given)
    problems = [problem for name, value in given.items() if (problem := _problem(name, value, base_model))]
    for name in given:
        known = base_model.hyperparameters.get(name)
        if known and known.needs_validation and not has_validation:
            problems.append(f"Hyperparameter {name} requires a validation dataset")
    if problems:
        raise validation(f"Invalid hyperparameters: {'; '.join(problems)}.")
    known_ones = base_model.hyperparameters.values()
    applicable = [known for known in known_ones if has_validation or not known.needs_validation]
    return {known.name: f"{known.default:f}" for known in applicable} | dict(given)


def plan(values: Mapping[str, str], base_model: BaseModel, has_validation: bool) -> Plan:
    """What complete hyperparameters mean to the learner.

    A learning rate is taken relative to the base model's default; where the batch size is no hyperparameter, 8 is ours.
    Hyperparameters of which nothing is documented mean nothing: 5 epochs are ours.
    """
    if not base_model.hyperparameters_known:
        return Plan(epochs=5, batch_size=8)
    rate = base_model.hyperparameters.get("learningRate")
    relative = float(values["learningRate"]) / float(rate.default) if rate and "learningRate" in values else 1.0
    threshold = values.get("earlyStoppingThreshold")
    return Plan(
        epochs=int(Decimal(values.get("epochCount", "1"))),
        batch_size=int(Decimal(values.get("batchSize", "8"))),
        rate_multiplier=float(values.get("learningRateMultiplier", relative)),
        warmup_steps=int(Decimal(values.get("learningRateWarmupSteps", "0"))),
        threshold=float(threshold) if threshold is not None and has_validation else None,
        patience=int(Decimal(values.get("earlyStoppingPatience", "1"))),
    )


def _problem(name: str, value: str, base_model: BaseModel) -> str | None:
    known = base_model.hyperparameters.get(name)
    if known is None:
        allowed = ", ".join(base_model.hyperparameters)
        return f"Hyperparameter {name} is not supported by {base_model.customization_id} (supported: {allowed})"
    if not _in_range(value, known):
        kind = "an integer" if known.type == "integer" else "a number"
        return f"Hyperparameter {name} must be {kind} between {known.minimum:f} and {known.maximum:f}, got {value}"
    return None


def _in_range(value: str, known: Hyperparameter) -> bool:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return False
    if not number.is_finite() or (known.type == "integer" and number != number.to_integral_value()):
        return False
    return known.minimum <= number <= known.maximum
