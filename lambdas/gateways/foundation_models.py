"""Whether a base model can be asked without anything being bought for it."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.gateways.clients import client, code_of

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient

#: Bedrock answers with one of them about an id that it does not know. Source: see `lambdas.gateways.availability`.
_UNKNOWN = frozenset({"ResourceNotFoundException", "ValidationException"})


class FoundationModelsGateway:
    """Reads what base models are there for."""

    def __init__(self, bedrock: "BedrockClient | None" = None) -> None:
        self._bedrock: BedrockClient = bedrock or client("bedrock")

    def is_on_demand(self, model_id: str) -> bool:
        """Whether the base model of this id is served on demand in this Region.

        Source: Bedrock API reference, data type FoundationModelDetails, ``inferenceTypesSupported``. One that says
        nothing of it is taken for served: asking it tells.
        """
        try:
            details = self._bedrock.get_foundation_model(modelIdentifier=model_id)["modelDetails"]
        except ClientError as error:
            if code_of(error) in _UNKNOWN:
                return False
            raise
        kinds = details.get("inferenceTypesSupported", [])
        return not kinds or "ON_DEMAND" in kinds
