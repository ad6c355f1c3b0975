"""Custom models, trained or copied."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.gateways.clients import code_of

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient


def status_of(bedrock: "BedrockClient", model_arn: str) -> str | None:
    """`Creating`, `Active` or `Failed`, or None when there is no such model."""
    try:
        # Models made before the status existed have none; they are usable.
        return bedrock.get_custom_model(modelIdentifier=model_arn).get("modelStatus", "Active")
    except ClientError as error:
        if code_of(error) == "ResourceNotFoundException":
            return None
        raise
