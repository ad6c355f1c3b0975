"""Which base models and hyperparameters CreateModelCustomizationJob accepts."""

import pytest

from tests.local.bedrock.errors import refused
from tests.local.bedrock.world import HAIKU, NOVA_LITE, REGION, World


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"epochCount": "50"}, "Hyperparameter epochCount must be an integer between 1 and 10, got 50"),
        ({"epochCount": "2.5"}, "Hyperparameter epochCount must be an integer"),
        ({"epochCount": "many"}, "got many"),
        ({"epochCount": "NaN"}, "got NaN"),
        ({"learningRateMultiplier": "0.05"}, "must be a number between 0.1 and 2, got 0.05"),
        ({"epochs": "2"}, f"Hyperparameter epochs is not supported by {HAIKU} (supported: epochCount, "),
    ],
)
def test_hyperparameter_out_of_range_or_unknown_is_refused(world: World, values: dict[str, str], expected: str) -> None:
    """Names, types and ranges are those of the base model."""
    message = refused("ValidationException", world.start_job, hyperParameters=values)

    assert expected in message


def test_early_stopping_without_validation_data_is_refused(world: World) -> None:
    """Early stopping has nothing to watch without a validation dataset."""
    message = refused(
        "ValidationException",
        world.start_job,
        validationDataConfig=None,
        hyperParameters={"earlyStoppingPatience": "2"},
    )

    assert "earlyStoppingPatience requires a validation dataset" in message


def test_defaults_of_hyperparameters_are_filled_in(world: World) -> None:
    """GetModelCustomizationJob shows the values that the service chose."""
    shown = world.job(world.start_job(hyperParameters={"epochCount": "3"}))

    assert shown["hyperParameters"] == {
        "epochCount": "3",
        "batchSize": "32",
        "learningRateMultiplier": "1",
        "earlyStoppingThreshold": "0.001",
        "earlyStoppingPatience": "2",
    }


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("anthropic.claude-9:0", "The provided model identifier is invalid."),
        ("claude-3-haiku", "identifier is invalid"),
    ],
)
def test_unknown_base_model_is_refused(world: World, identifier: str, expected: str) -> None:
    """Only model ids and ARNs name a base model; the catalog's aliases are not Bedrock's."""
    assert expected in refused("ValidationException", world.start_job, baseModelIdentifier=identifier)


def test_base_model_that_cannot_be_customized_in_this_region_is_refused(world: World) -> None:
    """Nova is customized in us-east-1 only."""
    assert f"not supported in {REGION}" in refused(
        "ValidationException", world.start_job, baseModelIdentifier=NOVA_LITE
    )


def test_customization_type_that_the_base_model_lacks_is_refused(world: World) -> None:
    """Haiku can be fine-tuned, not distilled."""
    message = refused("ValidationException", world.start_job, customizationType="DISTILLATION")

    assert "DISTILLATION" in message


def test_legacy_base_model_is_refused(world: World) -> None:
    """From the Legacy date on no new job starts, although the model still answers."""
    world.as_of(year=2026, month=5)

    assert "Legacy" in refused("ValidationException", world.start_job)


def test_base_model_at_its_end_of_life_is_refused(world: World) -> None:
    """After the end of life every request fails."""
    world.as_of(year=2026, month=11)

    assert "reached the end of its life" in refused("ResourceNotFoundException", world.start_job)


def test_foundation_model_arn_names_the_base_model_too(world: World) -> None:
    """A job's base model is the canonical one, however it was named."""
    arn = f"arn:aws:bedrock:{REGION}::foundation-model/{HAIKU}"

    assert world.job(world.start_job(baseModelIdentifier=arn))["baseModelArn"] == arn
