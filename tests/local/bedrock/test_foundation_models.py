"""GetFoundationModel, ListFoundationModels, GetFoundationModelAvailability."""

from datetime import UTC, datetime

from tests.local.bedrock.errors import refused
from tests.local.bedrock.world import HAIKU, NOVA_LITE, World


def listed(world: World, **filters: str) -> list[str]:
    """Ids of the models that are listed."""
    return [model["modelId"] for model in world.bedrock.list_foundation_models(**filters)["modelSummaries"]]


def test_model_is_active_before_its_legacy_date_and_shows_all_dates(world: World) -> None:
    """As of the configured date, not of today."""
    details = world.bedrock.get_foundation_model(modelIdentifier=HAIKU)["modelDetails"]

    assert details["modelLifecycle"]["status"] == "ACTIVE"
    assert details["modelLifecycle"]["endOfLifeTime"] == datetime(2026, 9, 10, tzinfo=UTC)
    assert details["customizationsSupported"] == ["FINE_TUNING"]
    assert details["inferenceTypesSupported"] == ["PROVISIONED"]


def test_model_is_legacy_after_its_legacy_date_and_cannot_be_customized(world: World) -> None:
    """It is still listed until its end of life."""
    world.as_of(year=2026, month=5)

    details = world.bedrock.get_foundation_model(modelIdentifier=HAIKU)["modelDetails"]

    assert (details["modelLifecycle"]["status"], details["customizationsSupported"]) == ("LEGACY", [])
    assert HAIKU not in listed(world, byCustomizationType="FINE_TUNING")
    assert HAIKU in listed(world)


def test_model_at_its_end_of_life_is_gone(world: World) -> None:
    """Neither listed nor found."""
    world.as_of(year=2026, month=11)

    assert HAIKU not in listed(world)
    refused("ResourceNotFoundException", world.bedrock.get_foundation_model, modelIdentifier=HAIKU)
    availability = world.bedrock.get_foundation_model_availability(modelId="anthropic.claude-3-haiku-20240307-v1:0")
    assert availability["regionAvailability"] == "NOT_AVAILABLE"


def test_models_are_listed_for_the_region_they_are_in(world: World) -> None:
    """Haiku in us-west-2, Nova in us-east-1."""
    assert listed(world, byCustomizationType="FINE_TUNING", byProvider="Anthropic") == [HAIKU]
    world.region = "us-east-1"
    assert NOVA_LITE in listed(world, byCustomizationType="FINE_TUNING", byProvider="amazon")
    assert HAIKU not in listed(world, byCustomizationType="FINE_TUNING")


def test_filters_combine(world: World) -> None:
    """Provider, modality and inference type."""
    assert listed(world, byInferenceType="PROVISIONED", byProvider="Anthropic", byOutputModality="TEXT") == [
        HAIKU,
        "anthropic.claude-3-haiku-20240307-v1:0:48k",
    ]
    assert listed(world, byOutputModality="IMAGE") == []


def test_available_model_is_said_to_be(world: World) -> None:
    """Access to all models is enabled by default."""
    found = world.bedrock.get_foundation_model_availability(modelId="anthropic.claude-3-haiku-20240307-v1:0")

    assert found["agreementAvailability"]["status"] == found["regionAvailability"] == "AVAILABLE"
    refused("ResourceNotFoundException", world.bedrock.get_foundation_model_availability, modelId="unknown.model-v1:0")
