"""What Bedrock says of base models: each call fits the service's model."""

from datetime import UTC, datetime
from typing import Any

import pytest

from finetuning.preflight import Unreadable
from finetuning.preflight.facts import Availability, FoundationModel
from lambdas.gateways.availability import AvailabilityGateway
from tests.contract.service import Answer, Service
from tests.contract.test_quotas import BASE_ARN, MODEL_ARN, THROUGHPUT_ARN

DENIED = "AccessDeniedException: not allowed"
GONE = "ResourceNotFoundException: gone"
MODEL_ID = "anthropic.claude-3-haiku-20240307-v1:0"


def on(*answers: Answer) -> AvailabilityGateway:
    """The gateway on a service that answers this."""
    return AvailabilityGateway(Service("bedrock", *answers).client)


def details(**changes: Any) -> Answer:
    """An answer of GetFoundationModel."""
    return {"modelDetails": {"modelArn": BASE_ARN, "modelId": f"{MODEL_ID}:200k", **changes}}


def test_base_model_with_its_life_and_its_customizations() -> None:
    """Days in UTC, as the lifecycle page writes them."""
    dates = {"legacyTime": datetime(2026, 3, 10, tzinfo=UTC), "endOfLifeTime": datetime(2026, 9, 10, tzinfo=UTC)}
    answer = details(customizationsSupported=["FINE_TUNING"], modelLifecycle={"status": "LEGACY", **dates})
    found = on(answer).foundation_model(f"{MODEL_ID}:200k")
    assert found == FoundationModel("LEGACY", ("FINE_TUNING",), "2026-03-10", "2026-09-10")


def test_base_model_without_a_lifecycle_is_active() -> None:
    """Both members are optional."""
    assert on(details()).foundation_model("any.model") == FoundationModel("ACTIVE", ())


@pytest.mark.parametrize("answer", [GONE, "ValidationException: The provided model identifier is invalid."])
def test_base_model_that_bedrock_does_not_know_is_none(answer: str) -> None:
    """Whichever way it says so."""
    assert on(answer).foundation_model("any.model") is None
    assert on(answer).availability("any.model") is None


def test_availability_in_its_four_parts() -> None:
    """With the agreement's own words."""
    answer = {
        "modelId": MODEL_ID,
        "agreementAvailability": {"status": "ERROR", "errorMessage": "no payment method"},
        "authorizationStatus": "NOT_AUTHORIZED",
        "entitlementAvailability": "NOT_AVAILABLE",
        "regionAvailability": "AVAILABLE",
    }
    found = on(answer).availability(MODEL_ID)
    assert found == Availability("ERROR", "NOT_AUTHORIZED", "NOT_AVAILABLE", "AVAILABLE", "no payment method")


@pytest.mark.parametrize(("status", "found"), [({"modelStatus": "Creating"}, "Creating"), ({}, "Active")])
def test_custom_model_with_its_status(status: dict[str, str], found: str) -> None:
    """Older ones have none."""
    at = datetime(2026, 1, 15, tzinfo=UTC)
    answer = {"modelArn": MODEL_ARN, "modelName": "one", "creationTime": at, **status}
    assert on(answer).custom_model_status(MODEL_ARN) == found


def test_custom_model_that_is_gone_is_none() -> None:
    """It cannot be trained further."""
    assert on(GONE).custom_model_status(MODEL_ARN) is None


def test_owner_of_an_endpoint() -> None:
    """Its tags; none when it has gone meanwhile."""
    assert on({"tags": [{"key": "team", "value": "a"}]}).tags(THROUGHPUT_ARN) == {"team": "a"}
    assert on(GONE).tags(THROUGHPUT_ARN) == {}


def test_refusals_name_the_right() -> None:
    """Each of the calls."""
    found = [
        on(DENIED).foundation_model("any.model"),
        on(DENIED).availability("any.model"),
        on(DENIED).custom_model_status(MODEL_ARN),
        on(DENIED).tags(THROUGHPUT_ARN),
    ]
    rights = ("GetFoundationModel", "GetFoundationModelAvailability", "GetCustomModel", "ListTagsForResource")
    assert found == [Unreadable(f"bedrock:{right}", DENIED, denied=True) for right in rights]
