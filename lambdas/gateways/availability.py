"""What Bedrock says of a base model: whether it lives here, and whether the account has access to it."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from finetuning.preflight.facts import Availability, FoundationModel
from finetuning.preflight.finding import Unreadable
from lambdas.gateways import tagging
from lambdas.gateways.clients import client
from lambdas.gateways.reading import read

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient

_GONE = "ResourceNotFoundException"


class AvailabilityGateway:
    """Reads base models and the custom models that may stand in for them."""

    def __init__(self, bedrock: "BedrockClient | None" = None) -> None:
        self._bedrock: BedrockClient = bedrock or client("bedrock")

    def foundation_model(self, model_id: str) -> FoundationModel | Unreadable | None:
        """The base model of this id in this Region, or None.

        An id that Bedrock does not know is answered with one of two codes. Source: Bedrock API reference,
        GetFoundationModel, errors; which of them comes when is not documented.
        """
        return read(
            "bedrock:GetFoundationModel", lambda: self._foundation_model(model_id), _GONE, "ValidationException"
        )

    def availability(self, model_id: str) -> Availability | Unreadable | None:
        """The account's access to the base model of this id, or None."""
        right = "bedrock:GetFoundationModelAvailability"
        return read(right, lambda: self._availability(model_id), _GONE, "ValidationException")

    def custom_model_status(self, arn: str) -> str | Unreadable | None:
        """Status of a custom model, or None."""
        return read(
            "bedrock:GetCustomModel",
            # Models made before the status existed have none; they are usable.
            lambda: str(self._bedrock.get_custom_model(modelIdentifier=arn).get("modelStatus", "Active")),
            _GONE,
        )

    def tags(self, arn: str) -> Mapping[str, str] | Unreadable:
        """Tags of an endpoint; none if it is gone."""
        found = read("bedrock:ListTagsForResource", lambda: tagging.tags_of(self._bedrock, arn))
        return {} if found is None else found

    def _foundation_model(self, model_id: str) -> FoundationModel:
        details = self._bedrock.get_foundation_model(modelIdentifier=model_id)["modelDetails"]
        lifecycle: Mapping[str, Any] = details.get("modelLifecycle", {})
        return FoundationModel(
            # One without a lifecycle is from before there was one.
            status=str(lifecycle.get("status", "ACTIVE")),
            customizations=tuple(str(kind) for kind in details.get("customizationsSupported", [])),
            legacy=_day(lifecycle.get("legacyTime")),
            end_of_life=_day(lifecycle.get("endOfLifeTime")),
        )

    def _availability(self, model_id: str) -> Availability:
        found = self._bedrock.get_foundation_model_availability(modelId=model_id)
        agreement = found["agreementAvailability"]
        return Availability(
            agreement=agreement["status"],
            authorization=found["authorizationStatus"],
            entitlement=found["entitlementAvailability"],
            region=found["regionAvailability"],
            agreement_problem=agreement.get("errorMessage", ""),
        )


def _day(at: datetime | None) -> str:
    return at.date().isoformat() if at else ""
